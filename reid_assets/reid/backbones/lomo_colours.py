"""Colour histograms of the stripes of a crop: joint histograms of hue, saturation and value.

LOMO, section 3.2, with fewer and soft bins: a colour between two bins counts for both, so that a small
change of light moves only a little weight.
"""

import functools

import cv2
import numpy as np

from reid_assets.reid.backbones.lomo_counts import center_weights, maximal_occurrence, split_cells

_HUES, _SATURATIONS, _VALUES = 8, 3, 4
_STRIPE = 16


def colour_histograms(images: np.ndarray) -> np.ndarray:
    """HSV histograms of stripes 16 pixels high.

    Args:
        images: uint8 BGR (N, H, W, 3), H divisible by 16, W by 8.

    Returns:
        float32 (N, H / 16 * 96), 0..1; the values of a stripe sum to 1, or are all 0.
    """
    count, height, width, _ = images.shape
    flat = cv2.cvtColor(images.reshape(count * height, width, 3), cv2.COLOR_BGR2HSV_FULL)
    hsv = flat.reshape(count, height, width, 3)
    hue, saturation, value = (split_cells(hsv[..., channel], _STRIPE) for channel in range(3))
    hues = _soft_bins(_HUES, circular=True)[hue] * center_weights(width, _STRIPE)[None, None, :, :, None]
    shades = _soft_bins(_SATURATIONS)[saturation][..., :, None] * _soft_bins(_VALUES)[value][..., None, :]
    shades = shades.reshape(*hue.shape, _SATURATIONS * _VALUES)
    # Summed over the pixels of a cell, the outer products of both are its joint histogram.
    joint = hues.swapaxes(-1, -2) @ shades
    return maximal_occurrence(joint.reshape(*hue.shape[:3], -1)).reshape(count, -1)


@functools.cache
def _soft_bins(bins: int, *, circular: bool = False) -> np.ndarray:
    """Weight of each byte in every bin: float32 (256, bins), at most two entries per row, rows sum to 1."""
    position = (np.arange(256) + 0.5) / 256 * bins - 0.5
    lower = np.floor(position).astype(int)
    table = np.zeros((256, bins), dtype=np.float32)
    for neighbour, weight in ((lower, 1 - (position - lower)), (lower + 1, position - lower)):
        column = neighbour % bins if circular else np.clip(neighbour, 0, bins - 1)
        table[np.arange(256), column] += weight.astype(np.float32)
    return table
