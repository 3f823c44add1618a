"""Pictures in which nobody can be recognised: pixelated, so that no detail is left in the file."""

from collections.abc import Iterator

import cv2
import numpy as np

# Along the longer side: enough to see the colour of the clothes, too few for a face.
BLOCKS = 8
# A box is widened by this share of its sides: detectors cut off hair and hands.
_MARGIN = 0.06


def pixelated(image: np.ndarray) -> np.ndarray:
    """An image in at most `BLOCKS` blocks along its longer side.

    Args:
        image: uint8 BGR (h, w, 3) or one plane (h, w), at least one pixel.

    Returns:
        uint8 of the same shape.
    """
    height, width = image.shape[:2]
    side = max(height, width) / BLOCKS
    size = (max(1, round(width / side)), max(1, round(height / side)))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST)


def pixelate_boxes(image: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """A copy of an image in which the inside of some boxes is pixelated.

    Args:
        image: uint8 BGR (h, w, 3).
        boxes: float64 (b, 4), x1, y1, x2, y2 in its pixels; boxes that are not finite are left out.
    """
    hidden = image.copy()
    for left, top, right, bottom in box_bounds(boxes, image.shape[1], image.shape[0]):
        hidden[top:bottom, left:right] = pixelated(hidden[top:bottom, left:right])
    return hidden


def box_bounds(boxes: np.ndarray, width: int, height: int) -> Iterator[tuple[int, int, int, int]]:
    """The pixels that are hidden with each box: left, top, right, bottom, the last two not included.

    Args:
        boxes: float64 (b, 4), x1, y1, x2, y2 in pixels; those that are not finite, or outside, are left out.
        width, height: of the image.
    """
    for x1, y1, x2, y2 in boxes[np.isfinite(boxes).all(axis=1)]:
        more_x, more_y = _MARGIN * (x2 - x1), _MARGIN * (y2 - y1)
        left, top = max(0, int(x1 - more_x)), max(0, int(y1 - more_y))
        right, bottom = min(width, int(np.ceil(x2 + more_x))), min(height, int(np.ceil(y2 + more_y)))
        if left < right and top < bottom:
            yield left, top, right, bottom
