"""What is drawn into a frame: boxes in the colour of their identity, plates with text."""

from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from reid_assets.reid.presentation.identity_colours import NOBODY, Rgb, identity_colour, text_colour
from reid_assets.reid.rendering.picture import Picture, Yuv

_MAX_LETTERS = 40
_INK, _PAPER = (255, 255, 255), (20, 20, 20)
# Of red and blue in luma: ITU-R BT.601, which FFmpeg takes where a file names none, and BT.709.
_LUMA = {False: (0.299, 0.114), True: (0.2126, 0.0722)}


class Pen:
    """Draws for frames of one height and one colour matrix.

    Attributes:
        bt709: whether the frames are in BT.709; else BT.601.
    """

    def __init__(self, height: int, bt709: bool = False) -> None:
        self.bt709 = bt709
        self._thickness = 2 * max(1, round(height / 480))
        self._letters = max(11, round(height / 40))

    def box(self, picture: Picture, box: np.ndarray, global_id: int | None, name: str = "") -> None:
        """A track's box (x1, y1, x2, y2, pixels), with id and name where it has an identity."""
        colour = NOBODY if global_id is None else identity_colour(global_id)
        picture.outline(box, self._thickness, yuv_of(colour, self.bt709))
        if global_id is None:
            return
        label = plate(
            f"{global_id} {name}".strip()[:_MAX_LETTERS],
            text_colour(colour),
            colour,
            self._letters,
            self.bt709,
        )
        wide, high = label.size
        left = min(_even(box[0]), picture.size[0] - wide)
        top = _even(box[1]) - high
        # Without room above the box, the plate is inside it.
        picture.paste(label, max(0, left), top if top >= 0 else max(0, _even(box[1])))

    def caption(self, picture: Picture, text: str) -> None:
        """A line of text in the upper right corner: no label of a box and no control of a player is there."""
        line = plate(text[: 2 * _MAX_LETTERS], _INK, _PAPER, self._letters, self.bt709)
        picture.paste(line, max(0, picture.size[0] - line.size[0]), 0)


@lru_cache(maxsize=4096)
def plate(text: str, ink: Rgb, paper: Rgb, letters: int, bt709: bool) -> Picture:
    """A line of text on a rectangle of one colour, as high as `letters` pixels and a margin."""
    margin = letters // 3
    width, low, high = _extent(text, letters)
    size = (_even_up(high - low + margin), _even_up(width + 2 * margin))
    image = np.full((*size, 3), paper, np.uint8)
    return _picture(_written(image, text, (margin, margin // 2 - low), ink, letters), bt709)


def _extent(text: str, letters: int) -> tuple[int, int, int]:
    """Width of a line of text, and how far lines reach above (negative) and below its baseline, pixels."""
    if (font := _font()) is not None:
        _, _, width, _ = cv2.getTextSize((1, 1), text or " ", (0, 0), font, letters)
        return width, -letters, letters // 3
    latin: Any = ImageFont.load_default(letters)
    return round(latin.getlength(text or " ")), -latin.getmetrics()[0], latin.getmetrics()[1]


def _written(image: np.ndarray, text: str, at: tuple[int, int], ink: Rgb, letters: int) -> np.ndarray:
    """The image with a line of text whose baseline begins at a pixel (x, y)."""
    if (font := _font()) is not None:
        cv2.putText(image, text, at, ink, font, letters)
        return image
    drawn = Image.fromarray(image)
    ImageDraw.Draw(drawn).text(at, text, ink, ImageFont.load_default(letters), "ls")
    return np.asarray(drawn)


@lru_cache(maxsize=1)
def _font() -> Any:
    """OpenCV's own font, which has the letters of most languages; None before OpenCV 5: Latin alone then."""
    return cv2.FontFace("uni") if hasattr(cv2, "FontFace") else None


def yuv_of(colour: Rgb, bt709: bool) -> Yuv:
    """A colour in limited-range YUV."""
    y, u, v = (int(plane.flat[0]) for plane in _picture(np.full((2, 2, 3), colour, np.uint8), bt709).planes())
    return y, u, v


def _picture(rgb: np.ndarray, bt709: bool) -> Picture:
    """uint8 RGB (h, w, 3), h and w even, as a picture."""
    red, blue = _LUMA[bt709]
    r, g, b = np.moveaxis(rgb.astype(np.float64) / 255.0, 2, 0)
    y = red * r + (1.0 - red - blue) * g + blue * b
    height, width = y.shape
    halved = [
        chroma.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3)).reshape(-1)
        for chroma in ((b - y) / (2.0 - 2.0 * blue), (r - y) / (2.0 - 2.0 * red))
    ]
    planes = [16.0 + 219.0 * y.reshape(-1), *(128.0 + 224.0 * chroma for chroma in halved)]
    return Picture(np.concatenate(planes).round().astype(np.uint8).reshape(height * 3 // 2, width))


def _even(side: float) -> int:
    return int(np.clip(2 * round(side / 2), -(2**20), 2**20))


def _even_up(side: float) -> int:
    return 2 * int(np.ceil(side / 2))
