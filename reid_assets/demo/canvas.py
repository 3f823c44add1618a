"""Drawing primitives of the demo: convex hulls of circles, filled with a colour or a pattern.

Walkers and dogs (`walker.py`, `heads.py`, `dogs.py`) are drawn on a large transparent canvas and scaled down
afterwards, which smooths the edges; nothing here needs antialiasing.
"""

from collections.abc import Sequence

import cv2
import numpy as np

Colour = tuple[int, int, int]  # blue, green, red, 0..255
Circle = tuple[float, float, float]  # centre x, centre y, radius, canvas pixels

_UNIT = np.stack([f(np.linspace(0.0, 2.0 * np.pi, 28, endpoint=False)) for f in (np.cos, np.sin)], axis=1)
_SHADE = 0.80


def empty_canvas(width: int, height: int) -> np.ndarray:
    """A transparent canvas, uint8 BGRA (height, width, 4)."""
    return np.zeros((height, width, 4), np.uint8)


def outline(circles: Sequence[Circle]) -> np.ndarray:
    """Convex hull of circles, int32 (N, 1, 2), canvas pixels."""
    points = [np.array([x, y]) + radius * _UNIT for x, y, radius in circles]
    return cv2.convexHull(np.concatenate(points).round().astype(np.int32))


def shaded(colour: Colour, factor: float = _SHADE) -> Colour:
    """The colour darkened (factor below 1) or lightened (above 1)."""
    blue, green, red = (int(min(255.0, part * factor)) for part in colour)
    return blue, green, red


def blob(canvas: np.ndarray, circles: Sequence[Circle], colour: Colour, flat: bool = False) -> None:
    """Fill the hull of circles on a BGRA canvas, in place; unless flat, its lower right is shaded."""
    shape = outline(circles)
    cv2.fillConvexPoly(canvas, shape, (*(colour if flat else shaded(colour)), 255))
    if not flat:
        cv2.fillConvexPoly(canvas, outline(_lit(circles)), (*colour, 255))


def patterned_blob(canvas: np.ndarray, circles: Sequence[Circle], cloth: np.ndarray) -> None:
    """Fill the hull of circles with an image of cloth, centred on the hull.

    Args:
        canvas: BGRA, changed in place.
        circles: the shape.
        cloth: uint8 (h, w, 3), at least as large as the hull.
    """
    shape = outline(circles)
    x, y, width, height = cv2.boundingRect(shape)
    x, y = max(x, 0), max(y, 0)
    width, height = min(width, canvas.shape[1] - x), min(height, canvas.shape[0] - y)
    inside = np.zeros((height, width), np.uint8)
    cv2.fillConvexPoly(inside, shape - (x, y), 255)
    lit = np.zeros((height, width), np.uint8)
    cv2.fillConvexPoly(lit, outline(_lit(circles)) - (x, y), 255)
    top, left = (cloth.shape[0] - height) // 2, (cloth.shape[1] - width) // 2
    patch = cloth[top : top + height, left : left + width]
    dark = cv2.convertScaleAbs(patch, alpha=_SHADE)
    target = canvas[y : y + height, x : x + width]
    cv2.copyTo(cv2.merge([dark, inside]), inside, target)
    cv2.copyTo(cv2.merge([patch, inside]), cv2.bitwise_and(lit, inside), target)


def _lit(circles: Sequence[Circle]) -> list[Circle]:
    """The lit part of the shape: smaller and moved towards the light at the upper left."""
    return [(x - 0.18 * r, y - 0.10 * r, 0.79 * r) for x, y, r in circles]


def paste(frame: np.ndarray, sprite: np.ndarray, left: int, top: int) -> tuple[np.ndarray, tuple[int, int]]:
    """Paste a sprite with premultiplied alpha onto a frame, in place.

    Args:
        frame: uint8 BGR (H, W, 3).
        sprite: uint8 BGRA (h, w, 4).
        left, top: position of its upper left corner; the sprite may be partly or wholly outside.

    Returns:
        The alpha of the part inside the frame, uint8, and the corner (x, y) of that part; 0 x 0 if the
        sprite is wholly outside.
    """
    x0, y0 = max(left, 0), max(top, 0)
    x1, y1 = min(left + sprite.shape[1], frame.shape[1]), min(top + sprite.shape[0], frame.shape[0])
    if x1 <= x0 or y1 <= y0:
        return np.zeros((0, 0), np.uint8), (0, 0)
    part = sprite[y0 - top : y1 - top, x0 - left : x1 - left]
    alpha = np.ascontiguousarray(part[:, :, 3])
    keep = cv2.merge([255 - alpha] * 3)
    target = frame[y0:y1, x0:x1]
    cv2.add(cv2.multiply(target, keep, scale=1.0 / 255.0), part[:, :, :3], dst=target)
    frame[y0:y1, x0:x1] = target
    return alpha, (x0, y0)


def scaled(sprite: np.ndarray, factor: float) -> np.ndarray:
    """Resize a sprite by area averaging, which makes its edges soft when it shrinks."""
    width = max(1, round(sprite.shape[1] * factor))
    height = max(1, round(sprite.shape[0] * factor))
    return cv2.resize(sprite, (width, height), interpolation=cv2.INTER_AREA)
