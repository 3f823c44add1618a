"""Preprocessing of crops: resizing to a network's input, and pixel normalization.

Crops are resized to the whole input without keeping the aspect ratio. The usual resize of the shorter
side with a centre crop would cut head and feet off a tall person box.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from reid_assets.reid.core.settings import BackboneSettings


@dataclass(frozen=True)
class PixelNormalization:
    """Channel order, mean and standard deviation of a network's input.

    Attributes:
        rgb: True for RGB, False for BGR.
        mean: subtracted per channel, in the network's channel order, in units of 0..1.
        std: divisor per channel, same order and units.
    """

    rgb: bool
    mean: tuple[float, float, float]
    std: tuple[float, float, float]

    def text(self) -> str:
        """Text for a backbone's label; equal exactly if the normalizations are equal."""
        numbers = " ".join(f"{value:g}" for value in (*self.mean, *self.std))
        return f"{'rgb' if self.rgb else 'bgr'} {numbers}"

    def byte_mean(self) -> np.ndarray:
        """`mean` in units of 0..255, float32 (3,)."""
        return np.asarray(self.mean, dtype=np.float32) * np.float32(255.0)

    def byte_std(self) -> np.ndarray:
        """`std` in units of 0..255, float32 (3,)."""
        return np.asarray(self.std, dtype=np.float32) * np.float32(255.0)


def file_normalization(settings: BackboneSettings, default: PixelNormalization) -> PixelNormalization:
    """Normalization of a local weights file: mean and std of the settings, each else of `default`."""
    return replace(default, mean=settings.mean or default.mean, std=settings.std or default.std)


IMAGENET = PixelNormalization(rgb=True, mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))


def resize_to_input(crop: np.ndarray, input_hw: tuple[int, int]) -> np.ndarray:
    """Resize a crop to the whole input, each axis by its own factor.

    Args:
        crop: uint8 (h, w, 3), at least 1 x 1 pixel.
        input_hw: height and width of the result.

    Returns:
        uint8 (height, width, 3), contiguous.

    Raises:
        ValueError: the crop is empty or not uint8 with three channels.
    """
    if crop.ndim != 3 or crop.shape[2] != 3 or crop.dtype != np.uint8 or 0 in crop.shape:
        raise ValueError(f"a crop is uint8 (h, w, 3) with h, w > 0, not {crop.dtype} {crop.shape}")
    height, width = input_hw
    # OpenCV averages areas only if both axes shrink; shrinking first avoids aliasing in a tall crop.
    small = (min(width, crop.shape[1]), min(height, crop.shape[0]))
    if small != (crop.shape[1], crop.shape[0]):
        crop = cv2.resize(crop, small, interpolation=cv2.INTER_AREA)
    if small != (width, height):
        crop = cv2.resize(crop, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.ascontiguousarray(crop)
