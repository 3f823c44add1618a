"""Pictures of several files in one size: each is fitted in, and stands in the middle on black."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from reid_assets.reid.rendering.picture import Picture, blank, picture_of
from reid_assets.reid.video.source_selection import OpenSource

if TYPE_CHECKING:
    import av

_LONG_SIDE, _SHORT_SIDE = 1280, 720
_SMALLEST = 64


class View:
    """How the frames of one file are shown in a larger or smaller size."""

    def __init__(self, opened: OpenSource, pixel_aspect: float, size: tuple[int, int]) -> None:
        """`pixel_aspect`: width of a pixel of the file by its height; `size`: of the clip, even."""
        from av.video.reformatter import VideoReformatter

        self._converter, self._size = VideoReformatter(), size
        self._from = _shape(opened)
        width, height = self._from[0] * pixel_aspect, self._from[1]
        factor = min(size[0] / width, size[1] / height)
        self._to = _even(width * factor, size[0]), _even(height * factor, size[1])

    def picture(self, frame: "av.VideoFrame") -> Picture:
        """A decoded frame in its size."""
        return picture_of(frame, self._converter, self._to)

    def placed(self, boxes: np.ndarray) -> np.ndarray:
        """Boxes float64 (b, 4) of the file, in pixels of `picture`."""
        factors = np.array(self._to, float) / np.array(self._from, float)
        return boxes * np.tile(factors, 2)

    def centred(self, picture: Picture) -> Picture:
        """The picture in the size of the clip."""
        if picture.size == self._size:
            return picture
        whole = blank(*self._size)
        left, top = (2 * ((whole - part) // 4) for whole, part in zip(self._size, picture.size, strict=True))
        whole.paste(picture, left, top)
        return whole


def common_size(sources: Iterable[OpenSource]) -> tuple[int, int]:
    """Width and height, even, that the largest of some files fits into; at most 1280 by 720 or upright."""
    shapes = [_shape(opened) for opened in sources] or [(_LONG_SIDE, _SHORT_SIDE)]
    width, height = max(shapes, key=lambda shape: (shape[0] * shape[1], shape))
    limits = (_LONG_SIDE, _SHORT_SIDE) if width >= height else (_SHORT_SIDE, _LONG_SIDE)
    factor = min(1.0, limits[0] / width, limits[1] / height)
    return _even(width * factor, limits[0]), _even(height * factor, limits[1])


def _shape(opened: OpenSource) -> tuple[int, int]:
    """Width and height of a file's frames, upright, in its own pixels."""
    width, height = (round(side * opened.scale) for side in opened.image_wh)
    return width, height


def _even(side: float, most: int) -> int:
    return min(most, max(_SMALLEST, 2 * round(side / 2)))
