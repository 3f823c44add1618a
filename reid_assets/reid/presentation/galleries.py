"""Galleries: the choice of crops for each identity, and their thumbnails.

A gallery is for reviewing an identity: it shows every track, so that no wrong one stays unseen. Every track
comes once before any track twice; videos alternate, and the most certain tracks come first, each with its
best remaining crop.
"""

import cv2
import numpy as np
import pandas as pd

from reid_assets.reid.core.tables import GALLERIES
from reid_assets.reid.presentation.blurring import pixelated

_GREY = (64, 62, 60)
_JPEG_QUALITY = 88


def choose_thumbnails(
    id_map: pd.DataFrame, crops: pd.DataFrame, per_id: int, evidence: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Choose crops of each identity: one of every track, and more of them up to `per_id`.

    Args:
        id_map: rows of `tables.GLOBAL_ID_MAP`.
        crops: rows of `tables.TRACK_CROPS`; crops of tracks without an identity are ignored.
        per_id: number of thumbnails of an identity with fewer tracks than that, as far as there are crops;
            of one with more tracks, each is shown once.
        evidence: rows of `tables.IDENTITY_EVIDENCE`; a track that is not in it counts as certain.

    Returns:
        Rows of `tables.GALLERIES`, sorted by identity and rank; independent of the order of the input.
    """
    key = ["video", "track_id"]
    mapped = crops.drop(columns="file").merge(id_map[[*key, "global_id"]], on=key)
    if mapped.empty:
        return GALLERIES.empty()
    mapped["confidence"] = 1.0
    if evidence is not None:
        confidence = mapped[key].merge(evidence[[*key, "confidence"]], how="left", on=key)["confidence"]
        mapped["confidence"] = confidence.fillna(1.0).to_numpy()
    # Crops of one track are ordered by quality alone, crops of different tracks by confidence first.
    best_first = mapped.sort_values(
        ["confidence", "quality", "video", "track_id", "frame"], ascending=[False, False, True, True, True]
    )
    # The n-th crop of a track comes after the (n-1)-th of every track, and within one round the n-th
    # track of a video after the (n-1)-th of every video.
    best_first["turn"] = best_first.groupby(["global_id", *key]).cumcount()
    best_first["round"] = best_first.groupby(["global_id", "turn", "video"]).cumcount()
    order = ["global_id", "turn", "round", "confidence", "quality", "video", "track_id", "frame"]
    chosen = best_first.sort_values(order, ascending=[True, True, True, False, False, True, True, True])
    chosen["rank"] = chosen.groupby("global_id").cumcount()
    chosen = chosen[(chosen["rank"] < per_id) | (chosen["turn"] == 0)]
    names = map(thumbnail_name, chosen["video"], chosen["track_id"], chosen["frame"])
    chosen = chosen.assign(file=list(names))
    return GALLERIES.conform(chosen[GALLERIES.header])


def thumbnail_name(video: str, track_id: int, frame: int) -> str:
    """File name of a thumbnail, for example `gate_tid7_f120.jpg`."""
    return f"{video}_tid{track_id}_f{frame}.jpg"


def square_thumbnail(jpeg: bytes, side: int, blur: bool = False) -> bytes:
    """Fit a whole crop into a grey square.

    Args:
        jpeg: encoded crop.
        side: of the square, pixels.
        blur: pixelate the crop.

    Returns:
        JPEG bytes.

    Raises:
        ValueError: the bytes are not an image.
    """
    crop = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    if crop is None:
        raise ValueError("a stored crop is not a readable image")
    crop = pixelated(crop) if blur else crop
    height, width = crop.shape[:2]
    scale = side / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    scaled = cv2.resize(crop, size, interpolation=method)
    square = np.full((side, side, 3), _GREY, dtype=np.uint8)
    x, y = (side - size[0]) // 2, (side - size[1]) // 2
    square[y : y + size[1], x : x + size[0]] = scaled
    return cv2.imencode(".jpg", square, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])[1].tobytes()
