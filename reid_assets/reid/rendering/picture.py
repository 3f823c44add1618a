"""A video frame as the encoder takes it: upright, of even size, in planes of YUV 4:2:0, to be drawn into.

Drawing into the planes keeps every pixel that is not drawn on, and saves two conversions a frame. Chroma has
half the resolution, so everything that is drawn begins and ends at even coordinates. What is drawn is
`annotation.py`.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from reid_assets.reid.presentation.blurring import box_bounds, pixelated
from reid_assets.reid.video.frames import rotation_of

if TYPE_CHECKING:
    import av
    from av.video.reformatter import VideoReformatter

Yuv = tuple[int, int, int]


@dataclass(frozen=True)
class Picture:
    """One frame.

    Attributes:
        data: uint8 (h * 3 / 2, w), the planes Y, U and V one after the other, limited range; w and h even.
    """

    data: np.ndarray

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, pixels."""
        return self.data.shape[1], self.data.shape[0] * 2 // 3

    def planes(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Views: Y uint8 (h, w), U and V uint8 (h / 2, w / 2)."""
        width, height = self.size
        flat, luma = self.data.reshape(-1), width * height
        half = (height // 2, width // 2)
        u, v = flat[luma : luma + luma // 4], flat[luma + luma // 4 :]
        return flat[:luma].reshape(height, width), u.reshape(half), v.reshape(half)

    def fill(self, left: int, top: int, right: int, bottom: int, colour: Yuv) -> None:
        """Fill a rectangle, cut at the border; its sides are moved outwards to even coordinates."""
        left, top, right, bottom = self._even(left, top, right, bottom)
        for plane, value, by in zip(self.planes(), colour, (1, 2, 2), strict=True):
            plane[top // by : bottom // by, left // by : right // by] = value

    def outline(self, box: np.ndarray, thickness: int, colour: Yuv) -> None:
        """Draw the inner border of a box (x1, y1, x2, y2, pixels); `thickness` is even."""
        left, top, right, bottom = (int(np.clip(2 * round(side / 2), -(2**20), 2**20)) for side in box)
        wide, high = min(thickness, right - left), min(thickness, bottom - top)
        self.fill(left, top, right, top + high, colour)
        self.fill(left, bottom - high, right, bottom, colour)
        self.fill(left, top, left + wide, bottom, colour)
        self.fill(right - wide, top, right, bottom, colour)

    def paste(self, other: "Picture", left: int, top: int) -> None:
        """Copy another picture onto this one at even coordinates; what lies outside is cut off."""
        width, height = self.size
        wide, high = other.size
        x0, y0 = max(0, left), max(0, top)
        x1, y1 = min(width, left + wide), min(height, top + high)
        if x0 >= x1 or y0 >= y1:
            return
        for mine, theirs, by in zip(self.planes(), other.planes(), (1, 2, 2), strict=True):
            part = theirs[(y0 - top) // by : (y1 - top) // by, (x0 - left) // by : (x1 - left) // by]
            mine[y0 // by : y1 // by, x0 // by : x1 // by] = part

    def pixelate(self, boxes: np.ndarray) -> None:
        """Hide the inside of some boxes as `blurring.pixelate_boxes` does: float64 (b, 4), pixels."""
        for bounds in box_bounds(boxes, *self.size):
            left, top, right, bottom = self._even(*bounds)
            for plane, by in zip(self.planes(), (1, 2, 2), strict=True):
                part = plane[top // by : bottom // by, left // by : right // by]
                part[:] = pixelated(part)

    def _even(self, left: int, top: int, right: int, bottom: int) -> tuple[int, int, int, int]:
        width, height = self.size
        right, bottom = min(width, right + right % 2), min(height, bottom + bottom % 2)
        return max(0, left - left % 2), max(0, top - top % 2), max(0, right), max(0, bottom)


def picture_of(
    frame: "av.VideoFrame", converter: "VideoReformatter", size: tuple[int, int] | None = None
) -> Picture:
    """A decoded frame as a picture: turned as it is displayed; odd sides get their last line twice.

    Args:
        frame: as the decoder returned it, of any pixel format.
        converter: shared by the frames of one file.
        size: width and height that it is scaled to, even; None: its own.
    """
    from av.video.reformatter import ColorRange, Interpolation

    full = frame.color_range == ColorRange.JPEG.value or frame.format.name.startswith("yuvj")
    ranges = {"src_color_range": ColorRange.JPEG, "dst_color_range": ColorRange.MPEG} if full else {}
    rotation = rotation_of(frame)
    if rotation is not None or frame.width % 2 or frame.height % 2:
        # Only with a chroma of every pixel do turned and odd planes stay in register.
        whole = converter.reformat(frame, format="yuv444p", threads=1, **ranges).to_ndarray()
        turned = [plane if rotation is None else cv2.rotate(plane, rotation) for plane in whole]
        odd = (0, turned[0].shape[0] % 2, 0, turned[0].shape[1] % 2)
        padded = np.stack([cv2.copyMakeBorder(plane, *odd, cv2.BORDER_REPLICATE) for plane in turned])
        frame, ranges = type(frame).from_ndarray(padded, format="yuv444p"), {}
    wide, high = size or (frame.width, frame.height)
    if frame.format.name != "yuv420p" or ranges or (wide, high) != (frame.width, frame.height):
        frame = converter.reformat(
            frame, wide, high, "yuv420p", interpolation=Interpolation.BILINEAR, threads=1, **ranges
        )
    return Picture(frame.to_ndarray())


def blank(width: int, height: int, colour: Yuv = (16, 128, 128)) -> Picture:
    """A picture of one colour; width and height even."""
    picture = Picture(np.empty((height * 3 // 2, width), np.uint8))
    picture.fill(0, 0, width, height, colour)
    return picture
