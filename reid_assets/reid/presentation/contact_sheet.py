"""Contact sheets: thumbnails of a few identities, small enough for the metadata of an event.

Ranks identities by what is worth reviewing and draws them. `galleries.py` chooses their thumbnails.
"""

import io
from collections.abc import Callable

import numpy as np
import pandas as pd
from PIL import Image, ImageDraw, ImageFont

SIDE = 64
_ROWS, _COLUMNS, _LABEL = 6, 7, 104
_PAPER, _INK, _QUIET = (255, 255, 255), (40, 44, 52), (110, 116, 126)


def rank_identities(id_map: pd.DataFrame, evidence: pd.DataFrame) -> pd.DataFrame:
    """Size and confidence of each identity.

    Args:
        id_map: rows of `tables.GLOBAL_ID_MAP`.
        evidence: rows of `tables.IDENTITY_EVIDENCE`; a track that is not in it counts as certain.

    Returns:
        One row per identity: `global_id, class_name, tracks, videos, confidence` (0..1, the lowest of its
        tracks).
    """
    key = ["video", "track_id"]
    tracks = id_map.merge(evidence[[*key, "confidence"]], how="left", on=key)
    tracks["confidence"] = tracks["confidence"].fillna(1.0).astype(float)
    ranked = tracks.groupby("global_id").agg(
        class_name=("class_name", "first"),
        tracks=("track_id", "size"),
        videos=("video", "nunique"),
        confidence=("confidence", "min"),
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
        JPEG bytes. If an identity has too many thumbnails, its least certain one is shown last.
    """
    height = max(len(chosen), 1) * (SIDE + 4)
    sheet = Image.new("RGB", (_LABEL + _COLUMNS * (SIDE + 4), height), _PAPER)
    pen = ImageDraw.Draw(sheet)
    if not len(chosen):
        pen.text((8, height // 2), "No identity of several tracks.", _INK, ImageFont.load_default(13), "lm")
    for row, identity in enumerate(chosen.itertuples()):
        top = row * (SIDE + 4)
        pen.text((8, top + 10), f"id {identity.global_id}", _INK, ImageFont.load_default(15))
        lines = (
            f"{identity.class_name}",
            f"{identity.tracks} tracks, {identity.videos} videos",
            f"least sure {identity.confidence:.2f}",
        )
        for number, line in enumerate(lines):
            pen.text((8, top + 30 + 12 * number), line[:18], _QUIET, ImageFont.load_default(10))
        for column, crop in enumerate(_shown(thumbnails, identity.global_id)):
            with Image.open(io.BytesIO(load_thumbnail(*crop))) as thumbnail:
                sheet.paste(thumbnail, (_LABEL + column * (SIDE + 4), top + 2))
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=64, optimize=True)
    return out.getvalue()


def _shown(thumbnails: pd.DataFrame, global_id: object) -> list[tuple[str, int, int]]:
    own = thumbnails[thumbnails["global_id"] == global_id].sort_values("rank")
    if len(own) > _COLUMNS:
        # Keep the least certain one, since it needs review most.
        doubtful = own.index[np.argmin(own["confidence"].to_numpy())]
        best = own.drop(index=doubtful).head(_COLUMNS - 1)
        own = pd.concat([best, own.loc[[doubtful]]])
    return [(str(r.video), int(r.track_id), int(r.frame)) for r in own.itertuples()]
