"""Synthetic crops of people in clothes of any colour, for the mean of the built-in descriptor.

Histograms are not negative, so any two of them have a high cosine. Subtracting their mean makes the cosine
informative; these crops provide the mean without any real images.
"""

import cv2
import numpy as np

_SEED = 2015
_SKIN = np.array([115.0, 140.0, 205.0])


def synthetic_crops(count: int, hw: tuple[int, int]) -> np.ndarray:
    """Draw people in front of a background: uint8 BGR (count, H, W, 3), the same on every call."""
    # Only uniform numbers are drawn: their stream is the same in every version of NumPy.
    random = np.random.Generator(np.random.PCG64(_SEED))
    return np.stack([_crop(random, hw) for _ in range(count)])


def _crop(random: np.random.Generator, hw: tuple[int, int]) -> np.ndarray:
    height, width = hw
    down = ((np.arange(height) + 0.5) / height)[:, None]
    across = np.abs((np.arange(width) + 0.5) / width * 2 - 1)[None, :]
    half = 0.45 + 0.3 * random.random()
    wall, ground = (_colour(random, 0.35 * random.random(), 0.3 + 0.55 * random.random()) for _ in range(2))
    parts = [
        (np.full(hw, True), ground),
        ((down < 0.3 + 0.4 * random.random()) & (across < 2), wall),
        ((down < 0.17) & (across < 0.3), _SKIN * (0.5 + 0.6 * random.random())),
        ((down >= 0.15) & (down < 0.52) & (across < half), _cloth(random)),
        ((down >= 0.5) & (down < 0.95) & (across < 0.8 * half), _cloth(random)),
        ((down < 0.08) & (across < 0.3), _colour(random, 0.4, 0.05 + 0.35 * random.random())),
    ]
    image = np.zeros((*hw, 3))
    for mask, colour in parts:
        image[mask] = colour
    grain = cv2.GaussianBlur(random.random(hw) - 0.5, (0, 0), 0.7 + 1.3 * random.random())
    image *= 1 + (0.05 + 0.2 * random.random()) * (grain / grain.std())[..., None]
    return np.clip(cv2.GaussianBlur(image, (0, 0), 1.0), 0, 255).astype(np.uint8)


def _cloth(random: np.random.Generator) -> np.ndarray:
    # Most clothes are dull and dark, some are bright.
    return _colour(random, random.random() ** 1.5, 0.05 + 0.9 * random.random() ** 1.3)


def _colour(random: np.random.Generator, saturation: float, value: float) -> np.ndarray:
    hue = 6 * random.random()
    channels = [abs(((hue + shift) % 6) - 3) - 1 for shift in (2, 4, 0)]
    pure = np.clip(np.array(channels), 0, 1)
    return 255 * value * (1 - saturation + saturation * pure)
