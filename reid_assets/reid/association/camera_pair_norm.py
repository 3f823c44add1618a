"""Conditioned z-norm: cosines standardised by the pair of cameras they come from.

Two tracks under one camera look more alike than under two, whether they show one identity or not, and
some pairs of cameras are more alike than others. Here a cosine becomes a standard score among the
different-identity pairs of its own two cameras. Standardising by a track's own neighbours is `as_norm.py`.
"""

from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np

from reid_assets.reid.association.auto_parameters import DEFAULT_PARAMETERS, AutoParameters

_SAMPLED_TRACKS = 2000  # tracks whose pairs are looked at; their 2 million pairs are enough for any median
_PAIRS_AT_A_TIME = 4096
MAD_TO_DEVIATION = 1.4826  # median absolute deviation of a normal distribution to its standard deviation


@dataclass(frozen=True)
class CameraPairNorm:
    """Centre and spread of different-identity cosines, for each pair of cameras.

    Attributes:
        camera: int64 (n,), camera of each row, numbered from 0.
        centre, spread: float32 (C, C), symmetric, spread above 0; or, where the cameras are too many
            to tell every two of them apart, (2,): within one camera, and between two.
        by_kind: float32 (2, 2), centre and spread of all pairs within one camera, and of all between two.
    """

    camera: np.ndarray
    centre: np.ndarray
    spread: np.ndarray
    by_kind: np.ndarray = field(default_factory=lambda: np.array([[0, 1], [0, 1]], dtype=np.float32))

    @classmethod
    def fit(
        cls, vectors: np.ndarray, camera: np.ndarray, parameters: AutoParameters = DEFAULT_PARAMETERS
    ) -> Self:
        """Median and spread (1.4826 times the median absolute deviation) of cosines, by cameras.

        Nearly all pairs are of different identities, so that robust figures of all pairs are theirs.
        First for pairs of one camera and of two; each two cameras deviate from these as far as they have
        pairs to show it. Score normalisation by condition: Auckenthaler et al. 2000, Score normalization
        for text-independent speaker verification systems, section 3 (there by mean).

        Args:
            vectors: float32 (n, D), unit rows, n >= 2; a sample of them is compared.
            camera: int64 (n,), numbered from 0.
        """
        sample = np.arange(0, len(vectors), int(np.ceil(len(vectors) / _SAMPLED_TRACKS)))
        left, right = np.triu_indices(len(sample), 1)
        cosine = (vectors[sample] @ vectors[sample].T)[left, right]
        a, b = camera[sample][left], camera[sample][right]
        overall = _robust(cosine, parameters.min_spread)
        shrinkage, min_spread = parameters.same_camera_shrinkage, parameters.min_spread
        by_kind = [_shrunk(cosine[kind], overall, shrinkage, min_spread) for kind in (a == b, a != b)]
        if camera.max() >= parameters.camera_pairs_up_to:
            centre, spread = np.array(by_kind, dtype=np.float32).T
            return cls(camera, centre, spread, np.array(by_kind, dtype=np.float32))
        cameras = int(camera.max()) + 1
        centre, spread = (np.empty((cameras, cameras), dtype=np.float32) for _ in range(2))
        cell = np.minimum(a, b) * cameras + np.maximum(a, b)
        order = np.argsort(cell, kind="stable")
        bounds = np.searchsorted(cell[order], np.arange(cameras * cameras + 1))
        for i in range(cameras):
            for j in range(i, cameras):
                own = cosine[order[bounds[i * cameras + j] : bounds[i * cameras + j + 1]]]
                figures = _shrunk(own, by_kind[int(i != j)], parameters.camera_pair_shrinkage, min_spread)
                centre[[i, j], [j, i]], spread[[i, j], [j, i]] = figures
        return cls(camera, centre, spread, np.array(by_kind, dtype=np.float32))

    def of_cameras(self, camera: np.ndarray, cameras: int) -> Self:
        """The same figures for other rows; cameras that were not fitted have those of all of them.

        Args:
            camera: int64 (m,), numbered from 0 as those that were fitted, with new ones behind.
            cameras: how many there are.
        """
        known = len(self.centre)
        if self.centre.ndim == 1 or cameras <= known:
            return replace(self, camera=camera)
        tables = []
        for fitted, (within, between) in zip((self.centre, self.spread), self.by_kind.T, strict=True):
            table = np.full((cameras, cameras), between, dtype=np.float32)
            np.fill_diagonal(table, within)
            table[:known, :known] = fitted
            tables.append(table)
        return replace(self, camera=camera, centre=tables[0], spread=tables[1])

    def score(self, cosine: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """Float32 standard scores of the cosines (m,) of rows `left` (m,) with rows `right` (m,)."""
        a, b = self.camera[left], self.camera[right]
        cell = a * len(self.centre) + b if self.centre.ndim == 2 else (a != b).astype(np.int64)
        return (cosine - self.centre.take(cell)) / self.spread.take(cell)

    def score_rows(self, cosine: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """The same for the cosines (m, n) of some rows with all, in place; one look-up a camera."""
        cameras, which = np.unique(self.camera[rows], return_inverse=True)
        for number, camera in enumerate(cameras):
            centre, spread = (self._row_of(camera, table) for table in (self.centre, self.spread))
            own = slice(None) if len(cameras) == 1 else which == number
            cosine[own] = (cosine[own] - centre) / spread
        return cosine

    def _row_of(self, camera: int, table: np.ndarray) -> np.ndarray:
        """The entries of `table` for one camera with that of every row: float32 (n,)."""
        if table.ndim == 2:
            return table[camera][self.camera]
        return table[(self.camera != camera).astype(np.int64)]


def cosine_between(vectors: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Float32 (m,): cosines of rows `left` with rows `right` of unit `vectors`, copying few at a time."""
    cosine = np.empty(len(left), dtype=np.float32)
    for start in range(0, len(left), _PAIRS_AT_A_TIME):
        part = slice(start, start + _PAIRS_AT_A_TIME)
        cosine[part] = np.einsum("ij,ij->i", vectors[left[part]], vectors[right[part]])
    return cosine


def _robust(cosine: np.ndarray, min_spread: float) -> tuple[float, float]:
    centre = float(np.median(cosine))
    return centre, max(MAD_TO_DEVIATION * float(np.median(np.abs(cosine - centre))), min_spread)


def _shrunk(
    cosine: np.ndarray, towards: tuple[float, float], half: float, min_spread: float
) -> tuple[float, float]:
    """Robust centre and spread, drawn towards other figures: half way where there are `half` cosines."""
    if not len(cosine):
        return towards
    (centre, spread), weight = _robust(cosine, min_spread), len(cosine) / (len(cosine) + half)
    return (
        weight * centre + (1 - weight) * towards[0],
        float(np.sqrt(weight * spread**2 + (1 - weight) * towards[1] ** 2)),
    )
