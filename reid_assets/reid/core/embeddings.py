"""Appearance embeddings of one video's tracks, together with the metadata rows they belong to.

An array never travels without its index. The file format is in `reid_assets.storage.embeddings_pair`,
the network pass that computes embeddings in `embedding/embedder.py`.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd


def normalize_rows(vectors: np.ndarray) -> np.ndarray:
    """Scale rows to unit length: float (N, D) -> float32 (N, D); a row of zeros stays zero."""
    vectors = np.asarray(vectors, dtype=np.float32)
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.float32(1e-12))


def unit_rows(vectors: np.ndarray) -> np.ndarray:
    """Rows of length 1: float32 (n, D); float32 input is scaled in place. A row of zeros stays one."""
    vectors = vectors.astype(np.float32, copy=False)
    vectors /= np.maximum(np.sqrt(np.einsum("ij,ij->i", vectors, vectors)), 1e-9)[:, None]
    return vectors


@dataclass(frozen=True)
class TrackEmbeddings:
    """The embeddings of one video.

    Attributes:
        meta: rows of `tables.TRACK_META`, one per track, sorted by track_id.
        emb: float32 (T, D), unit rows; row i belongs to row i of `meta`.
        samples: float16 (S, D), one unit vector per crop, grouped by track.
        sample_track: int32 (S,), row of `emb` that each sample belongs to, 0 to T - 1.
        backbone: label of model, weights and preprocessing; None for files written by older scripts,
            which carry no label. Of several networks, see `network_labels.py`; the shorter vectors are
            padded with zeros.

    Raises:
        ValueError: the shapes do not fit together.
    """

    meta: pd.DataFrame
    emb: np.ndarray
    samples: np.ndarray
    sample_track: np.ndarray
    backbone: str | None

    def padded(self, dim: int) -> "TrackEmbeddings":
        """The same with zeros behind each vector up to `dim`, at least D; cosines stay what they are."""
        more = dim - self.emb.shape[1]
        if not more:
            return self
        emb, samples = (np.pad(vectors, ((0, 0), (0, more))) for vectors in (self.emb, self.samples))
        return replace(self, emb=emb, samples=samples)

    def only(self, kept: np.ndarray) -> "TrackEmbeddings":
        """Some of the tracks, with their crops.

        Args:
            kept: bool (T,).
        """
        if kept.all():
            return self
        new_row = np.cumsum(kept) - 1
        samples = kept[self.sample_track]
        return TrackEmbeddings(
            self.meta[kept].reset_index(drop=True),
            self.emb[kept],
            self.samples[samples],
            new_row[self.sample_track[samples]].astype(np.int32),
            self.backbone,
        )

    def __post_init__(self) -> None:
        rows, dim = self.emb.shape
        if len(self.meta) != rows:
            raise ValueError(f"{len(self.meta)} meta rows for {rows} vectors")
        if self.samples.shape != (len(self.sample_track), dim) and len(self.sample_track):
            raise ValueError(f"samples {self.samples.shape} do not fit {len(self.sample_track)} x {dim}")
        if len(self.sample_track) and not (0 <= self.sample_track.min() <= self.sample_track.max() < rows):
            raise ValueError("sample_track points outside emb")
