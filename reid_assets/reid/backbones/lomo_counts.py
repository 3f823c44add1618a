"""From counts in small cells to what a stripe shows: the local maximal occurrence of LOMO.

What is counted (colours, textures) is `stripe_colours.py` and `stripe_textures.py`. Liao, Hu, Zhu,
Li, CVPR 2015, section 3.3: a stripe keeps, of each code, its largest count over windows side by
side, so that a person may turn or shift without another description.
"""

import numpy as np

CELL_WIDTH = 8
# Sideways, a person is in the middle and the background at the edges: standard deviation of the
# weight, as a share of half the width.
_MIDDLE = 0.4


def by_cell(pixels: np.ndarray, stripe: int) -> np.ndarray:
    """(N, H, W) -> (N, H / stripe, W / 8, stripe * 8): the pixels of each cell together."""
    count, height, width = pixels.shape
    cells = pixels.reshape(count, height // stripe, stripe, width // CELL_WIDTH, CELL_WIDTH)
    return cells.transpose(0, 1, 3, 2, 4).reshape(*cells.shape[:2], cells.shape[3], stripe * CELL_WIDTH)


def middle_weight(width: int, stripe: int) -> np.ndarray:
    """What a pixel counts, by its column, ordered as `by_cell` orders them: float32 (W / 8, stripe * 8)."""
    across = (np.arange(width) + 0.5) / width * 2 - 1
    weight = np.exp(-(across**2) / (2 * _MIDDLE**2)).astype(np.float32)
    return np.tile(weight.reshape(-1, CELL_WIDTH), (1, stripe))


def stripe_maxima(cells: np.ndarray) -> np.ndarray:
    """Per stripe, each code's share in the window of two cells that shows most of it.

    Args:
        cells: (N, stripes, columns, bins), weighted counts.

    Returns:
        float32 (N, stripes, bins); a stripe's values sum to 1, or are all 0.
    """
    maxima = (cells[:, :, :-1] + cells[:, :, 1:]).max(axis=2)
    return (maxima / np.maximum(maxima.sum(axis=2, keepdims=True), 1e-6)).astype(np.float32)
