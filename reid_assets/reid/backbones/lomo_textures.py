"""Which textures each stripe of a crop shows: scale invariant local ternary patterns.

SILTP: Liao, Zhao, Kellokumpu, Pietikainen, Li, CVPR 2010, section 3; in LOMO, section 3.2. A pixel's
code tells for each of four neighbours whether it is clearly brighter, clearly darker or neither, in
proportion, so that a brighter picture has the same codes.
"""

import cv2
import numpy as np

from reid_assets.reid.backbones.lomo_counts import by_cell, middle_weight, stripe_maxima

_RADIUS = 3
_TAU = 0.15
# Grey levels a difference must exceed besides: the noise of dark pictures is no texture.
_NOISE = 2.0
_SMOOTHING = 0.8
_BINS = 3**4
_STRIPE = 32


def stripe_textures(images: np.ndarray) -> np.ndarray:
    """uint8 BGR (N, H, W, 3), H divisible by 32, W by 8 -> float32 (N, H / 32 * 80), shares of 0..1.

    The code of a smooth surface is left out: every crop is full of it.
    """
    count, height, width, _ = images.shape
    flat = cv2.cvtColor(images.reshape(count * height, width, 3), cv2.COLOR_BGR2GRAY)
    grey = flat.reshape(count, height, width).astype(np.float32)
    smooth = np.stack([cv2.GaussianBlur(picture, (0, 0), _SMOOTHING) for picture in grey])
    padded = np.pad(smooth, ((0, 0), (_RADIUS, _RADIUS), (_RADIUS, _RADIUS)), mode="edge")
    brighter = smooth * np.float32(1 + _TAU) + np.float32(_NOISE)
    darker = smooth * np.float32(1 - _TAU) - np.float32(_NOISE)
    codes = np.zeros(smooth.shape, dtype=np.int64)
    for down, right in ((0, 1), (1, 0), (0, -1), (-1, 0)):
        top, left = _RADIUS * (1 + down), _RADIUS * (1 + right)
        other = padded[:, top : top + height, left : left + width]
        codes = codes * 3 + (other > brighter) + 2 * (other < darker)
    return stripe_maxima(_cell_counts(codes))[:, :, 1:].reshape(count, -1)


def _cell_counts(codes: np.ndarray) -> np.ndarray:
    """int (N, H, W) -> float64 (N, H / 32, W / 8, 81), weighted towards the middle."""
    cells = by_cell(codes, _STRIPE)
    weights = np.broadcast_to(middle_weight(codes.shape[2], _STRIPE), cells.shape)
    places = np.arange(cells[..., 0].size).reshape(*cells.shape[:3], 1) * _BINS + cells
    counts = np.bincount(places.ravel(), weights.ravel(), minlength=cells[..., 0].size * _BINS)
    return counts.reshape(*cells.shape[:3], _BINS)
