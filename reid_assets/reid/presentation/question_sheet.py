"""The first questions of the review queue as a picture: both tracks of each side by side."""

import io
from collections.abc import Callable

import pandas as pd
from PIL import Image, ImageDraw, ImageFont

from reid_assets.reid.presentation.contact_sheet import SIDE

_ROWS, _COLUMNS, _LABEL, _GAP = 8, 3, 168, 16
_PAPER, _INK, _QUIET = (255, 255, 255), (40, 44, 52), (110, 116, 126)


def draw_questions(
    queue: pd.DataFrame, crops: pd.DataFrame, load: Callable[[str, int, int], bytes]
) -> bytes | None:
    """JPEG of the first questions; None where no track of them has a crop.

    Args:
        queue: rows of `REVIEW_QUEUE`.
        crops: rows of `tables.TRACK_CROPS`.
        load: square JPEG of `SIDE` pixels for (video, track_id, frame).
    """
    best = {
        key: own.sort_values("quality", ascending=False)["frame"].head(_COLUMNS).tolist()
        for key, own in crops.groupby(["video", "track_id"])
    }
    shown = [
        row
        for row in queue.itertuples()
        if (row.video_a, row.track_a) in best and (row.video_b, row.track_b) in best
    ]
    shown = shown[:_ROWS]
    if not shown:
        return None
    side = _COLUMNS * (SIDE + 4)
    sheet = Image.new("RGB", (_LABEL + 2 * side + _GAP, len(shown) * (SIDE + 8)), _PAPER)
    pen = ImageDraw.Draw(sheet)
    for number, row in enumerate(shown):
        top = number * (SIDE + 8)
        pen.text((8, top + 8), f"{row.rank + 1}. {row.kind}", _INK, ImageFont.load_default(15))
        for line, track in enumerate((f"{row.video_a}:{row.track_a}", f"{row.video_b}:{row.track_b}")):
            pen.text((8, top + 30 + 13 * line), track[:26], _QUIET, ImageFont.load_default(10))
        for left, video, track in ((0, row.video_a, row.track_a), (side + _GAP, row.video_b, row.track_b)):
            for column, frame in enumerate(best[(video, track)]):
                with Image.open(io.BytesIO(load(str(video), int(track), int(frame)))) as crop:
                    sheet.paste(crop, (_LABEL + left + column * (SIDE + 4), top + 4))
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=70, optimize=True)
    return out.getvalue()
