"""Which colours each stripe of a crop shows: joint histograms of hue, saturation and value.

LOMO, section 3.2, with fewer and softer bins: a colour between two bins counts for both, so that a
little light more or less moves a little weight instead of all of it.
"""

import functools

import cv2
import numpy as np

from reid_assets.reid.backbones.lomo_counts import by_cell, middle_weight, stripe_maxima

_HUES, _SATURATIONS, _VALUES = 8, 3, 4
_STRIPE = 16


def stripe_colours(images: np.ndarray) -> np.ndarray:
    """uint8 BGR (N, H, W, 3), H divisible by 16, W by 8 -> float32 (N, H / 16 * 96), shares of 0..1."""
    count, height, width, _ = images.shape
    flat = cv2.cvtColor(images.reshape(count * height, width, 3), cv2.COLOR_BGR2HSV_FULL)
    hsv = flat.reshape(count, height, width, 3)
    hue, saturation, value = (by_cell(hsv[..., channel], _STRIPE) for channel in range(3))
    hues = _soft_bins(_HUES, circular=True)[hue] * middle_weight(width, _STRIPE)[None, None, :, :, None]
    shades = _soft_bins(_SATURATIONS)[saturation][..., :, None] * _soft_bins(_VALUES)[value][..., None, :]
    shades = shades.reshape(*hue.shape, _SATURATIONS * _VALUES)
    # The sum over a cell's pixels of every hue with every shade: its joint histogram.
    joint = hues.swapaxes(-1, -2) @ shades
    return stripe_maxima(joint.reshape(*hue.shape[:3], -1)).reshape(count, -1)


@functools.cache
def _soft_bins(bins: int, *, circular: bool = False) -> np.ndarray:
    """For each byte, its weight in every bin: float32 (256, bins), at most two entries, rows sum to 1."""
    position = (np.arange(256) + 0.5) / 256 * bins - 0.5
    lower = np.floor(position).astype(int)
    table = np.zeros((256, bins), dtype=np.float32)
    for index, weight in ((lower, 1 - (position - lower)), (lower + 1, position - lower)):
        place = index % bins if circular else np.clip(index, 0, bins - 1)
        table[np.arange(256), place] += weight.astype(np.float32)
    return table
