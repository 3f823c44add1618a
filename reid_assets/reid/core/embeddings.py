"""Appearance vectors of one video's tracks, with the rows they belong to.

An array here never travels without its index. Files and their format are `reid_assets.io`;
how vectors are made is `embedder.py`.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd


def unit_rows(vectors: np.ndarray) -> np.ndarray:
    """Rows of length 1: float32 (n, D); float32 input is scaled in place. A row of zeros stays one."""
    vectors = vectors.astype(np.float32, copy=False)
    vectors /= np.maximum(np.sqrt(np.einsum("ij,ij->i", vectors, vectors)), 1e-9)[:, None]
    return vectors


@dataclass(frozen=True)
class TrackEmbeddings:
    """One video's vectors.

    Attributes:
        meta: rows of `tables.TRACK_META`, one a track, sorted by track_id.
        emb: float32 (T, D), unit rows, row i belongs to row i of `meta`.
        samples: float16 (S, D), one unit vector a crop, grouped by track.
        sample_track: int32 (S,), row of `emb` that each sample belongs to.
        backbone: model, weights and preprocessing that made the vectors; None for pairs of older
            scripts, which do not say.
    """

    meta: pd.DataFrame
    emb: np.ndarray
    samples: np.ndarray
    sample_track: np.ndarray
    backbone: str | None

    def __post_init__(self) -> None:
        rows, dim = self.emb.shape
        if len(self.meta) != rows:
            raise ValueError(f"{len(self.meta)} meta rows for {rows} vectors")
        if self.samples.shape != (len(self.sample_track), dim) and len(self.sample_track):
            raise ValueError(f"samples {self.samples.shape} do not fit {len(self.sample_track)} x {dim}")
        if len(self.sample_track) and not (0 <= self.sample_track.min() <= self.sample_track.max() < rows):
            raise ValueError("sample_track points outside emb")
