"""Contact sheets: thumbnails of a few identities, small enough for the metadata of an event.

Ranks identities by what is worth reviewing and draws them. `galleries.py` chooses their thumbnails.
"""

import io
from collections.abc import Callable

import pandas as pd
from PIL import Image, ImageDraw, ImageFont

from reid_assets.reid.core.tables import DOUBTFUL_BELOW

SIDE = 64
_ROWS, _COLUMNS, _LABEL = 6, 7, 104
_PAPER, _INK, _QUIET, _DOUBT = (255, 255, 255), (40, 44, 52), (110, 116, 126), (192, 57, 43)


def rank_identities(id_map: pd.DataFrame, evidence: pd.DataFrame) -> pd.DataFrame:
    """Size and confidence of each identity.

    Args:
        id_map: rows of `tables.GLOBAL_ID_MAP`.
        evidence: rows of `tables.IDENTITY_EVIDENCE`; a track that is not in it counts as certain.

    Returns:
        One row per identity: `global_id, class_name, tracks, videos, confidence` (0..1, the lowest of its
        tracks), `doubtful` (number of its tracks whose confidence is below `DOUBTFUL_BELOW`).
    """
    key = ["video", "track_id"]
    tracks = id_map.merge(evidence[[*key, "confidence"]], how="left", on=key)
    tracks["confidence"] = tracks["confidence"].fillna(1.0).astype(float)
    ranked = tracks.groupby("global_id").agg(
        class_name=("class_name", "first"),
        tracks=("track_id", "size"),
        videos=("video", "nunique"),
        confidence=("confidence", "min"),
        doubtful=("confidence", lambda values: int((values < DOUBTFUL_BELOW).sum())),
    )
    return ranked.reset_index()


def largest(ranked: pd.DataFrame, limit: int = _ROWS) -> pd.DataFrame:
    """The identities with the most tracks, at most `limit` rows of `rank_identities`."""
    return ranked.sort_values(["tracks", "global_id"], ascending=[False, True]).head(limit)


def least_certain(ranked: pd.DataFrame, limit: int = _ROWS) -> pd.DataFrame:
    """The identities of several tracks with the lowest confidence, at most `limit`."""
    several = ranked[ranked["tracks"] > 1]
    return several.sort_values(["confidence", "global_id"]).head(limit)


def draw_sheet(
    chosen: pd.DataFrame, thumbnails: pd.DataFrame, load_thumbnail: Callable[[str, int, int], bytes]
) -> bytes:
    """Draw one row per identity, in the given order.

    Args:
        chosen: rows of `rank_identities`.
        thumbnails: rows of `tables.GALLERIES`.
        load_thumbnail: square JPEG of `SIDE` pixels for (video, track_id, frame).

    Returns:
        JPEG bytes. Thumbnails of doubtful tracks have a red frame. If an identity has too many thumbnails,
        those of its doubtful tracks are shown last, the least certain at the end.
    """
    height = max(len(chosen), 1) * (SIDE + 4)
    sheet = Image.new("RGB", (_LABEL + _COLUMNS * (SIDE + 4), height), _PAPER)
    pen = ImageDraw.Draw(sheet)
    if not len(chosen):
        pen.text((8, height // 2), "No identity of several tracks.", _INK, ImageFont.load_default(13), "lm")
    for row, identity in enumerate(chosen.itertuples()):
        top = row * (SIDE + 4)
        pen.text((8, top + 10), f"id {identity.global_id}", _INK, ImageFont.load_default(15))
        sure = f"least sure {identity.confidence:.2f}" if identity.tracks > 1 else ""
        doubt = f"{identity.doubtful} doubtful ({identity.confidence:.2f})"
        lines = (
            (f"{identity.class_name}", _QUIET),
            (f"{_counted(identity.tracks, 'track')}, {_counted(identity.videos, 'video')}", _QUIET),
            (doubt, _DOUBT) if identity.doubtful else (sure, _QUIET),
        )
        for number, (line, ink) in enumerate(lines):
            pen.text((8, top + 30 + 12 * number), line[:18], ink, ImageFont.load_default(10))
        for column, shown in enumerate(_shown(thumbnails, identity.global_id).itertuples()):
            corner = (_LABEL + column * (SIDE + 4), top + 2)
            crop = load_thumbnail(str(shown.video), int(shown.track_id), int(shown.frame))
            with Image.open(io.BytesIO(crop)) as thumbnail:
                sheet.paste(thumbnail, corner)
            if shown.confidence < DOUBTFUL_BELOW:
                pen.rectangle([*corner, corner[0] + SIDE - 1, corner[1] + SIDE - 1], outline=_DOUBT, width=3)
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=64, optimize=True)
    return out.getvalue()


def _shown(thumbnails: pd.DataFrame, global_id: object) -> pd.DataFrame:
    """Rows of the thumbnails of an identity that fit into one row of the sheet."""
    own = thumbnails[thumbnails["global_id"] == global_id].sort_values("rank")
    if len(own) <= _COLUMNS:
        return own
    # Doubtful tracks need review most, the least certain one even where none is doubtful.
    per_track = own.drop_duplicates(["video", "track_id"]).sort_values(
        ["confidence", "rank"], ascending=[False, True]
    )
    doubtful = per_track.tail(
        min(max(1, int((per_track["confidence"] < DOUBTFUL_BELOW).sum())), _COLUMNS - 1)
    )
    best = own.drop(index=doubtful.index).head(_COLUMNS - len(doubtful))
    return pd.concat([best, doubtful])


def _counted(number: object, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
