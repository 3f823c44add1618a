"""From a cut-out of any size to the picture a network wants, and how its values are scaled.

Crops are squashed to the whole input. The usual resize-shortest-side-and-centre-crop would cut
head and feet off a tall person box (design: a fact already paid for).
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from reid_assets.reid.core.settings import BackboneSettings


@dataclass(frozen=True)
class PixelScale:
    """How bytes become the numbers a network was trained on.

    Attributes:
        rgb: True where the network wants red first, False for blue first.
        mean: subtracted per channel, in the network's channel order, in units of 0..1.
        std: divided by afterwards, same order and units.
    """

    rgb: bool
    mean: tuple[float, float, float]
    std: tuple[float, float, float]

    def text(self) -> str:
        """For a label: two scales give the same vectors exactly where their texts are equal."""
        numbers = " ".join(f"{value:g}" for value in (*self.mean, *self.std))
        return f"{'rgb' if self.rgb else 'bgr'} {numbers}"

    def byte_mean(self) -> np.ndarray:
        """`mean` in units of 0..255, float32 (3,)."""
        return np.asarray(self.mean, dtype=np.float32) * np.float32(255.0)

    def byte_std(self) -> np.ndarray:
        """`std` in units of 0..255, float32 (3,)."""
        return np.asarray(self.std, dtype=np.float32) * np.float32(255.0)


def file_scale(settings: BackboneSettings, usual: PixelScale) -> PixelScale:
    """What the settings say of a local file's scaling, and `usual` where they say nothing."""
    return replace(usual, mean=settings.mean or usual.mean, std=settings.std or usual.std)


IMAGENET = PixelScale(rgb=True, mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))


def squash(crop: np.ndarray, input_hw: tuple[int, int]) -> np.ndarray:
    """Scale a crop to the whole input, each axis by its own factor.

    Args:
        crop: uint8 (h, w, 3), any size from 1 x 1.
        input_hw: height and width wanted.

    Returns:
        uint8 (height, width, 3), contiguous.

    Raises:
        ValueError: the crop is empty or not uint8 with three channels.
    """
    if crop.ndim != 3 or crop.shape[2] != 3 or crop.dtype != np.uint8 or 0 in crop.shape:
        raise ValueError(f"a crop is uint8 (h, w, 3) with h, w > 0, not {crop.dtype} {crop.shape}")
    height, width = input_hw
    # OpenCV averages areas only where both axes shrink; shrinking first keeps a tall crop free of aliasing.
    small = (min(width, crop.shape[1]), min(height, crop.shape[0]))
    if small != (crop.shape[1], crop.shape[0]):
        crop = cv2.resize(crop, small, interpolation=cv2.INTER_AREA)
    if small != (width, height):
        crop = cv2.resize(crop, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.ascontiguousarray(crop)
