"""Vectors of the kept crops in the space of a text tower, for search by words."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import pandas as pd

from reid_assets.reid.backbones.backbone import Backbone
from reid_assets.reid.core.embeddings import TrackEmbeddings, unit_rows
from reid_assets.reid.core.errors import InputError

_BATCH = 64
Jpeg = Callable[[int, int], bytes]  # track and frame -> the picture


@dataclass(frozen=True)
class TextEmbeddings:
    """The kept crops of one video, as an image tower with a text tower sees them.

    Attributes:
        track_id, frame: int64 (S,), which crop; sorted.
        vectors: float16 (S, D), unit rows.
        backbone: label of model and weights.
    """

    track_id: np.ndarray
    frame: np.ndarray
    vectors: np.ndarray
    backbone: str

    def of_tracks(self, meta: pd.DataFrame) -> TrackEmbeddings:
        """The same by track: a track's vector is the mean of its crops; tracks without crops are left out.

        Args:
            meta: rows of `tables.TRACK_META` of the video.
        """
        kept = meta[meta["track_id"].isin(self.track_id)].sort_values("track_id").reset_index(drop=True)
        ids = kept["track_id"].to_numpy(dtype=np.int64)
        known = np.isin(self.track_id, ids)
        owner = np.searchsorted(ids, self.track_id[known]).astype(np.int32)
        pooled = np.zeros((len(ids), self.vectors.shape[1]), dtype=np.float32)
        np.add.at(pooled, owner, self.vectors[known].astype(np.float32))
        return TrackEmbeddings(kept, unit_rows(pooled), self.vectors[known], owner, self.backbone)


def embed_kept_crops(crops: pd.DataFrame, jpeg: Jpeg, backbone: Backbone) -> TextEmbeddings:
    """Embed the kept crops of one video.

    Args:
        crops: `track_id, frame`, one row a crop.
        jpeg: track and frame -> the picture.
        backbone: an image tower.

    Raises:
        InputError: a picture cannot be read.
    """
    rows = crops[["track_id", "frame"]].sort_values(["track_id", "frame"]).astype("int64")
    keys = list(rows.itertuples(index=False, name=None))
    parts = [_embed(keys[at : at + _BATCH], jpeg, backbone) for at in range(0, len(keys), _BATCH)]
    vectors = np.concatenate(parts) if parts else np.empty((0, backbone.dim), np.float32)
    track, frame = rows["track_id"].to_numpy(), rows["frame"].to_numpy()
    return TextEmbeddings(track, frame, vectors.astype(np.float16), backbone.label)


def _embed(keys: Sequence[tuple[int, int]], jpeg: Jpeg, backbone: Backbone) -> np.ndarray:
    return backbone.embed(np.stack([backbone.prepare(image) for image in _decoded(keys, jpeg)]))


def _decoded(keys: Iterable[tuple[int, int]], jpeg: Jpeg) -> Iterable[np.ndarray]:
    for track, frame in keys:
        image = cv2.imdecode(np.frombuffer(jpeg(track, frame), dtype=np.uint8), cv2.IMREAD_COLOR)
        if image is None:
            raise InputError(f"the kept crop of track {track} at frame {frame} is not a readable picture.")
        yield image
