"""Whether two runners are the same network: proof before one takes the other's place.

Used where a network was rewritten (any batch instead of one) or converted (another runtime), both
in float32. Agreement of number types is another question: `agreement.py`.
"""

import numpy as np

from reid_assets.reid.backbones.network import Runner

# Kernels round differently; anything above is another result.
_SAME = 1e-3


def probe_pictures(hw: tuple[int, int]) -> np.ndarray:
    """Three fixed, clearly different pictures, uint8 (3, H, W, 3): noise, a gradient, coloured stripes."""
    height, width = hw
    random = np.random.default_rng(0)
    noise = random.integers(0, 256, (height, width, 3), dtype=np.uint8)
    ramp = np.linspace(0, 255, height * width * 3).reshape(height, width, 3).astype(np.uint8)
    stripes = random.integers(0, 256, (8, 1, 3), dtype=np.uint8)[np.arange(height) * 8 // height]
    return np.stack([noise, ramp, np.broadcast_to(stripes, (height, width, 3))])


def are_twins(batched: Runner, singly: Runner, hw: tuple[int, int]) -> bool:
    """Whether one gives for three pictures at once what the other gives for each alone."""
    pictures = probe_pictures(hw)
    together = batched.run(pictures)
    alone = np.concatenate([singly.run(pictures[i : i + 1]) for i in range(len(pictures))])
    if together.shape != alone.shape or not np.isfinite(together).all():
        return False
    return bool(np.abs(together - alone).max() <= _SAME * np.abs(alone).max())
