"""Local maximal occurrence: from histograms of small cells to one histogram per stripe.

The cells' histograms are in `lomo_colours.py` and `lomo_textures.py`. Liao, Hu, Zhu, Li, CVPR 2015,
section 3.3: a stripe keeps the largest count of each bin over windows side by side, which makes the
descriptor robust to a person turning or shifting sideways.
"""

import numpy as np

CELL_WIDTH = 8
# Standard deviation of the horizontal weight, as a share of half the width: a person is in the middle of
# the crop, background at its edges.
_CENTER_STD = 0.4


def split_cells(pixels: np.ndarray, stripe: int) -> np.ndarray:
    """Group pixels by cell: (N, H, W) -> (N, H / stripe, W / 8, stripe * 8).

    Args:
        pixels: (N, H, W), H divisible by `stripe`, W by 8.
        stripe: height of a stripe, pixels.
    """
    count, height, width = pixels.shape
    cells = pixels.reshape(count, height // stripe, stripe, width // CELL_WIDTH, CELL_WIDTH)
    return cells.transpose(0, 1, 3, 2, 4).reshape(*cells.shape[:2], cells.shape[3], stripe * CELL_WIDTH)


def center_weights(width: int, stripe: int) -> np.ndarray:
    """Weight 0..1 of each pixel by its column, as `split_cells` orders them: float32 (W / 8, stripe * 8)."""
    across = (np.arange(width) + 0.5) / width * 2 - 1
    weight = np.exp(-(across**2) / (2 * _CENTER_STD**2)).astype(np.float32)
    return np.tile(weight.reshape(-1, CELL_WIDTH), (1, stripe))


def maximal_occurrence(cells: np.ndarray) -> np.ndarray:
    """Per stripe and bin, the largest count over windows of two neighbouring cells, normalised.

    Args:
        cells: float (N, stripes, columns, bins), weighted counts.

    Returns:
        float32 (N, stripes, bins), 0..1; the values of a stripe sum to 1, or are all 0.
    """
    maxima = (cells[:, :, :-1] + cells[:, :, 1:]).max(axis=2)
    return (maxima / np.maximum(maxima.sum(axis=2, keepdims=True), 1e-6)).astype(np.float32)
