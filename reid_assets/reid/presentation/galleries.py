"""Which crops show an identity, and how a thumbnail is drawn.

A gallery is for judging: it shows each track of an identity before any track twice, going round the
videos, each time with the best crop that is left, the tracks that belong most certainly first.
"""

import cv2
import numpy as np
import pandas as pd

from reid_assets.reid.core.tables import GALLERIES

_GREY = (64, 62, 60)
_JPEG_QUALITY = 88


def choose_thumbnails(
    id_map: pd.DataFrame, crops: pd.DataFrame, per_id: int, evidence: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Choose up to `per_id` crops of each identity.

    Args:
        id_map: rows of `tables.GLOBAL_ID_MAP`.
        crops: rows of `tables.TRACK_CROPS`; crops of tracks without identity are passed over.
        per_id: most thumbnails of one identity.
        evidence: rows of `tables.IDENTITY_EVIDENCE`; a track that it does not know counts as certain.

    Returns:
        Rows of `tables.GALLERIES`, by identity and rank. Depends on the input alone, not its order.
    """
    key = ["video", "track_id"]
    known = crops.drop(columns="file").merge(id_map[[*key, "global_id"]], on=key)
    if known.empty:
        return GALLERIES.empty()
    known["confidence"] = 1.0
    if evidence is not None:
        sure = known[key].merge(evidence[[*key, "confidence"]], how="left", on=key)["confidence"]
        known["confidence"] = sure.fillna(1.0).to_numpy()
    # Quality alone decides between crops of one track, confidence first of all between tracks.
    best_first = known.sort_values(
        ["confidence", "quality", "video", "track_id", "frame"], ascending=[False, False, True, True, True]
    )
    # The n-th crop of a track comes after the (n-1)-th of every track, and within one round the n-th
    # track of a video after the (n-1)-th of every video.
    best_first["turn"] = best_first.groupby(["global_id", *key]).cumcount()
    best_first["round"] = best_first.groupby(["global_id", "turn", "video"]).cumcount()
    order = ["global_id", "turn", "round", "confidence", "quality", "video", "track_id", "frame"]
    chosen = best_first.sort_values(order, ascending=[True, True, True, False, False, True, True, True])
    chosen["rank"] = chosen.groupby("global_id").cumcount()
    chosen = chosen[chosen["rank"] < per_id]
    places = zip(chosen["video"], chosen["track_id"], chosen["frame"], strict=True)
    chosen = chosen.assign(file=[thumbnail_name(*place) for place in places])
    return GALLERIES.conform(chosen[GALLERIES.header])


def thumbnail_name(video: str, track_id: int, frame: int) -> str:
    """File name of a thumbnail."""
    return f"{video}_tid{track_id}_f{frame}.jpg"


def square_thumbnail(jpeg: bytes, side: int) -> bytes:
    """Scale a crop to fit into a square of `side` pixels, whole, on a quiet ground; JPEG bytes.

    Raises:
        ValueError: the bytes are no picture.
    """
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError("a kept crop is no readable picture")
    height, width = picture.shape[:2]
    scale = side / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    scaled = cv2.resize(picture, size, interpolation=method)
    square = np.full((side, side, 3), _GREY, dtype=np.uint8)
    x, y = (side - size[0]) // 2, (side - size[1]) // 2
    square[y : y + size[1], x : x + size[0]] = scaled
    return cv2.imencode(".jpg", square, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])[1].tobytes()
