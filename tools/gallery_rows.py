"""One picture of several galleries: a row per identity, its thumbnails side by side.

Only arranges what is in `reid/galleries`; which crops show an identity, and how a thumbnail looks, is decided
by the product.
"""

from pathlib import Path

import pandas as pd
from PIL import Image, ImageDraw, ImageFont

_SIDE, _LABEL, _ROWS, _COLUMNS = 104, 70, 6, 8  # pixels, pixels, identities, thumbnails of each


def draw_rows(galleries: Path) -> Image.Image:
    """The first identities by number; `galleries` is the folder that holds `galleries.csv`."""
    index = pd.read_csv(galleries / "galleries.csv", dtype={"file": str})
    chosen = sorted(index["global_id"].unique())[:_ROWS]
    files = {
        global_id: [
            galleries / f"global_{global_id:06d}" / name
            for name in index[index["global_id"] == global_id].sort_values("rank")["file"].head(_COLUMNS)
        ]
        for global_id in chosen
    }
    sheet = Image.new("RGB", (_LABEL + _COLUMNS * _SIDE, len(chosen) * _SIDE), _paper(files))
    pen = ImageDraw.Draw(sheet)
    for row, (global_id, names) in enumerate(files.items()):
        middle = row * _SIDE + _SIDE // 2
        pen.text((10, middle), f"id {global_id}", (235, 235, 235), ImageFont.load_default(18), "lm")
        for column, name in enumerate(names):
            with Image.open(name) as thumbnail:
                small = thumbnail.resize((_SIDE, _SIDE), Image.Resampling.LANCZOS)
            sheet.paste(small, (_LABEL + column * _SIDE, row * _SIDE))
    return sheet


def _paper(files: dict[int, list[Path]]) -> tuple[int, ...]:
    """The colour that thumbnails are padded with, so that their edges do not show."""
    first = next(name for names in files.values() for name in names)
    with Image.open(first) as thumbnail:
        corner = thumbnail.convert("RGB").getpixel((1, 1))
    assert isinstance(corner, tuple)
    return corner
