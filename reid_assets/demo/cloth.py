"""Cloth patterns of the demo's walkers: stripes, checks, dots and blocks of colour.

A pattern is generated once per garment, larger than any body part, and centred on the part it covers.
Colours are blue, green, red.
"""

from typing import Literal

import numpy as np

from reid_assets.demo.canvas import Colour

Pattern = Literal["plain", "hoops", "pinstripe", "check", "dots", "block", "band", "diagonal", "zip", "knit"]
_SIDE = 320


def cloth(pattern: Pattern, first: Colour, second: Colour) -> np.ndarray:
    """An image of cloth, uint8 BGR (320, 320, 3); `first` is the ground colour, `second` the pattern."""
    y, x = np.mgrid[0:_SIDE, 0:_SIDE] - _SIDE // 2
    image = np.empty((_SIDE, _SIDE, 3), np.uint8)
    image[:] = first
    image[_pattern_mask(pattern, x, y)] = second
    if pattern == "check":
        both = ((x // 22) % 2 == 0) & ((y // 22) % 2 == 0)
        image[both] = (np.asarray(second) * 0.6).astype(np.uint8)
    return image


def _pattern_mask(pattern: Pattern, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Pixels of the second colour, bool (320, 320)."""
    if pattern == "hoops":
        return (y // 15) % 2 == 0
    if pattern == "pinstripe":
        return x % 16 < 6
    if pattern == "check":
        return ((x // 22) % 2 == 0) | ((y // 22) % 2 == 0)
    if pattern == "dots":
        shift = np.where((y // 18) % 2 == 0, 0, 9)
        return ((x + shift) % 18 - 9) ** 2 + (y % 18 - 9) ** 2 < 26
    if pattern == "block":
        return y > 4
    if pattern == "band":
        return np.abs(y + 8) < 20
    if pattern == "diagonal":
        return (x + y) // 20 % 2 == 0
    if pattern == "zip":
        return np.abs(x) < 13
    if pattern == "knit":
        return (x // 7 + y // 7) % 2 == 0
    return np.zeros(x.shape, bool)
