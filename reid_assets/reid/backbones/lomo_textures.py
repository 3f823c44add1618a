"""Texture histograms of the stripes of a crop: scale invariant local ternary patterns (SILTP).

Liao, Zhao, Kellokumpu, Pietikainen, Li, CVPR 2010, section 3; LOMO, section 3.2. The code of a pixel
states for each of four neighbours whether it is clearly brighter, clearly darker or neither, relative to
the pixel, so that a brighter image has the same codes.
"""

import cv2
import numpy as np

from reid_assets.reid.backbones.lomo_counts import center_weights, maximal_occurrence, split_cells

_RADIUS = 3
_TAU = 0.15
# Grey levels that a difference must exceed in addition, so that noise in dark images is not texture.
_NOISE = 2.0
_SMOOTHING = 0.8
_BINS = 3**4
_STRIPE = 32


def texture_histograms(images: np.ndarray) -> np.ndarray:
    """SILTP histograms of stripes 32 pixels high, without the code of a smooth surface.

    Args:
        images: uint8 BGR (N, H, W, 3), H divisible by 32, W by 8.

    Returns:
        float32 (N, H / 32 * 80), 0..1; smooth surfaces are left out because every crop is full of them.
    """
    count, height, width, _ = images.shape
    flat = cv2.cvtColor(images.reshape(count * height, width, 3), cv2.COLOR_BGR2GRAY)
    grey = flat.reshape(count, height, width).astype(np.float32)
    smooth = np.stack([cv2.GaussianBlur(image, (0, 0), _SMOOTHING) for image in grey])
    padded = np.pad(smooth, ((0, 0), (_RADIUS, _RADIUS), (_RADIUS, _RADIUS)), mode="edge")
    brighter = smooth * np.float32(1 + _TAU) + np.float32(_NOISE)
    darker = smooth * np.float32(1 - _TAU) - np.float32(_NOISE)
    codes = np.zeros(smooth.shape, dtype=np.int64)
    for down, right in ((0, 1), (1, 0), (0, -1), (-1, 0)):
        top, left = _RADIUS * (1 + down), _RADIUS * (1 + right)
        other = padded[:, top : top + height, left : left + width]
        codes = codes * 3 + (other > brighter) + 2 * (other < darker)
    return maximal_occurrence(_cell_counts(codes))[:, :, 1:].reshape(count, -1)


def _cell_counts(codes: np.ndarray) -> np.ndarray:
    """int64 (N, H, W) -> float64 (N, H / 32, W / 8, 81), weighted towards the middle."""
    cells = split_cells(codes, _STRIPE)
    weights = np.broadcast_to(center_weights(codes.shape[2], _STRIPE), cells.shape)
    bins = np.arange(cells[..., 0].size).reshape(*cells.shape[:3], 1) * _BINS + cells
    counts = np.bincount(bins.ravel(), weights.ravel(), minlength=cells[..., 0].size * _BINS)
    return counts.reshape(*cells.shape[:3], _BINS)
