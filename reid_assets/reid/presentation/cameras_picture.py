"""The cameras as a picture: a row each, with the backgrounds of its videos.

Which video is of which camera is `reid_assets.reid.cameras.cameras`.
"""

import io
from collections.abc import Mapping

import cv2
import numpy as np
import pandas as pd
from PIL import Image, ImageDraw, ImageFont

from reid_assets.reid.cameras.background import HEIGHT, WIDTH, Background

_ROWS, _COLUMNS, _LABEL, _GAP, _UNDER = 8, 5, 168, 6, 16
_PAPER, _INK, _QUIET, _UNKNOWN = (255, 255, 255), (40, 44, 52), (110, 116, 126), (196, 198, 202)
_LETTERS_ACROSS = 20  # that fit under a thumbnail


def draw_cameras(table: pd.DataFrame, backgrounds: Mapping[str, Background]) -> bytes:
    """Draw the cameras, those of most videos first; JPEG bytes.

    Args:
        table: rows of `cameras.CAMERAS`.
        backgrounds: of those videos that have one.
    """
    groups = sorted(table.groupby("camera"), key=lambda group: (-len(group[1]), str(group[0])))
    shown, step = groups[:_ROWS], HEIGHT + _UNDER + _GAP
    height = max(1, len(shown)) * step + (_UNDER if len(groups) > len(shown) else 0) + _GAP
    sheet = Image.new("RGB", (_LABEL + _COLUMNS * (WIDTH + _GAP), height), _PAPER)
    pen = ImageDraw.Draw(sheet)
    if not shown:
        pen.text((8, height // 2), "No video yet.", _INK, ImageFont.load_default(13), "lm")
    for row, (camera, rows) in enumerate(shown):
        top = _GAP + row * step
        pen.text((8, top + 2), _short(str(camera)), _INK, ImageFont.load_default(15))
        sources = ", ".join(dict.fromkeys(rows["source"]))
        lines = (_videos(len(rows)), f"by {sources}" if sources != "own" else "its own")
        for number, line in enumerate((*lines, f"least sure {rows['confidence'].min():.2f}")):
            pen.text((8, top + 24 + 14 * number), line, _QUIET, ImageFont.load_default(11))
        for column, video in enumerate(map(str, rows["video"].iloc[:_COLUMNS])):
            left = _LABEL + column * (WIDTH + _GAP)
            sheet.paste(_thumbnail(backgrounds.get(video)), (left, top))
            left_over = len(rows) - _COLUMNS
            last = left_over > 0 and column == _COLUMNS - 1
            name = f"... and {left_over} more" if last else _short(video)
            pen.text((left, top + HEIGHT + 2), name, _QUIET, ImageFont.load_default(10))
    if len(groups) > len(shown):
        more = f"... and {len(groups) - len(shown)} more cameras"
        pen.text((8, height - _UNDER), more, _QUIET, ImageFont.load_default(11))
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=70, optimize=True)
    return out.getvalue()


def _thumbnail(background: Background | None) -> Image.Image:
    """The background, grey where it is not known."""
    if background is None:
        return Image.new("RGB", (WIDTH, HEIGHT), _UNKNOWN)
    image = cv2.cvtColor(background.image, cv2.COLOR_BGR2RGB)
    return Image.fromarray(np.where(background.known[:, :, None], image, np.array(_UNKNOWN, np.uint8)))


def _videos(count: int) -> str:
    return "1 video" if count == 1 else f"{count} videos"


def _short(name: str) -> str:
    """A name that fits; its end tells videos of one camera apart."""
    return name if len(name) <= _LETTERS_ACROSS else f"{name[:8]}...{name[-(_LETTERS_ACROSS - 11) :]}"
