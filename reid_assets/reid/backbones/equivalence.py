"""Numerical equivalence of two runners, checked before one replaces the other.

Used after a network was rewritten (dynamic batch) or converted (another runtime), both in float32.
Agreement between number types is in `dtype_agreement.py`.
"""

import numpy as np

from reid_assets.reid.backbones.network import InferenceRunner

# Largest difference, relative to the largest value, that different rounding of kernels explains.
_TOLERANCE = 1e-3


def probe_images(hw: tuple[int, int]) -> np.ndarray:
    """Three fixed, clearly different images, uint8 (3, H, W, 3): noise, a gradient, coloured stripes."""
    height, width = hw
    random = np.random.default_rng(0)
    noise = random.integers(0, 256, (height, width, 3), dtype=np.uint8)
    ramp = np.linspace(0, 255, height * width * 3).reshape(height, width, 3).astype(np.uint8)
    stripes = random.integers(0, 256, (8, 1, 3), dtype=np.uint8)[np.arange(height) * 8 // height]
    return np.stack([noise, ramp, np.broadcast_to(stripes, (height, width, 3))])


def are_equivalent(batched: InferenceRunner, singly: InferenceRunner, hw: tuple[int, int]) -> bool:
    """Whether `batched` gives for a batch of three images what `singly` gives for each one alone.

    Args:
        batched: run on all images at once.
        singly: the reference, run on one image at a time.
        hw: height and width of the input, pixels.
    """
    images = probe_images(hw)
    actual = batched.run(images)
    expected = np.concatenate([singly.run(images[i : i + 1]) for i in range(len(images))])
    if actual.shape != expected.shape or not np.isfinite(actual).all():
        return False
    return bool(np.abs(actual - expected).max() <= _TOLERANCE * np.abs(expected).max())
