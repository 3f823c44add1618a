"""What a cosine means between two given cameras.

Two tracks under one camera look more alike than under two, strangers and mates alike, and some pairs
of cameras are more alike than others. Here a cosine becomes a standard score among the pairs of its
own cameras. Measuring it against a track's own neighbours is `neighbourhoods.py`.
"""

from dataclasses import dataclass

import numpy as np

_SAMPLE = 2000
_MOST_CAMERAS = 32  # cameras up to which each pair of them is looked at by itself
_PAIR_SHRINKAGE = 3000.0  # pairs of tracks at which the figures of two given cameras count half
_KIND_SHRINKAGE = 100.0  # pairs of tracks at which those of "one camera" or "two cameras" do
_LEAST_SPREAD = 1e-3
_AT_A_TIME = 4096


@dataclass(frozen=True)
class PairScale:
    """Centre and spread of the cosines of strangers, for each two cameras.

    Attributes:
        camera: int64 (n,), camera of each row, numbered from 0.
        centre, spread: float32 (C, C), symmetric, spread above 0; or, where the cameras are too many
            to tell every two of them apart, (2,): within one camera, and between two.
    """

    camera: np.ndarray
    centre: np.ndarray
    spread: np.ndarray

    def score(self, cosine: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """Float32 standard scores of the cosines (m,) of rows `left` (m,) with rows `right` (m,)."""
        a, b = self.camera[left], self.camera[right]
        cell = a * len(self.centre) + b if self.centre.ndim == 2 else (a != b).astype(np.int64)
        return (cosine - self.centre.take(cell)) / self.spread.take(cell)

    def score_all(self, cosine: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """The same for the cosines (m, n) of some rows with all, in place; one look-up a camera."""
        cameras, which = np.unique(self.camera[rows], return_inverse=True)
        for place, camera in enumerate(cameras):
            centre, spread = (self._seen_from(camera, table) for table in (self.centre, self.spread))
            own = slice(None) if len(cameras) == 1 else which == place
            cosine[own] = (cosine[own] - centre) / spread
        return cosine

    def _seen_from(self, camera: int, table: np.ndarray) -> np.ndarray:
        """What `table` says of one camera with that of every row: float32 (n,)."""
        if table.ndim == 2:
            return table[camera][self.camera]
        return table[(self.camera != camera).astype(np.int64)]


def measure_pairs(vectors: np.ndarray, camera: np.ndarray) -> PairScale:
    """Median and spread (1.4826 times the median absolute deviation) of cosines, by cameras.

    First for pairs of one camera and of two; each two cameras deviate from these as far as they have
    pairs to show it. Score standardisation by condition: Auckenthaler et al. 2000, Score
    normalization for text-independent speaker verification systems, section 3 (there by mean).

    Args:
        vectors: float32 (n, D), unit rows, n >= 2; a sample of them is compared.
        camera: int64 (n,), numbered from 0.
    """
    some = np.arange(0, len(vectors), int(np.ceil(len(vectors) / _SAMPLE)))
    left, right = np.triu_indices(len(some), 1)
    cosine = (vectors[some] @ vectors[some].T)[left, right]
    a, b = camera[some][left], camera[some][right]
    every = _robust(cosine)
    kinds = [_shrunk(cosine[chosen], every, _KIND_SHRINKAGE) for chosen in (a == b, a != b)]
    if camera.max() >= _MOST_CAMERAS:
        centre, spread = np.array(kinds, dtype=np.float32).T
        return PairScale(camera, centre, spread)
    count = int(camera.max()) + 1
    centre, spread = (np.empty((count, count), dtype=np.float32) for _ in range(2))
    cell = np.minimum(a, b) * count + np.maximum(a, b)
    order = np.argsort(cell, kind="stable")
    parts = np.searchsorted(cell[order], np.arange(count * count + 1))
    for i in range(count):
        for j in range(i, count):
            own = cosine[order[parts[i * count + j] : parts[i * count + j + 1]]]
            figures = _shrunk(own, kinds[int(i != j)], _PAIR_SHRINKAGE)
            centre[[i, j], [j, i]], spread[[i, j], [j, i]] = figures
    return PairScale(camera, centre, spread)


def cosine_between(vectors: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Float32 (m,): cosines of rows `left` with rows `right` of unit `vectors`, copying few at a time."""
    cosine = np.empty(len(left), dtype=np.float32)
    for start in range(0, len(left), _AT_A_TIME):
        part = slice(start, start + _AT_A_TIME)
        cosine[part] = np.einsum("ij,ij->i", vectors[left[part]], vectors[right[part]])
    return cosine


def _robust(cosine: np.ndarray) -> tuple[float, float]:
    centre = float(np.median(cosine))
    return centre, max(1.4826 * float(np.median(np.abs(cosine - centre))), _LEAST_SPREAD)


def _shrunk(cosine: np.ndarray, towards: tuple[float, float], half: float) -> tuple[float, float]:
    if not len(cosine):
        return towards
    (centre, spread), weight = _robust(cosine), len(cosine) / (len(cosine) + half)
    return (
        weight * centre + (1 - weight) * towards[0],
        float(np.sqrt(weight * spread**2 + (1 - weight) * towards[1] ** 2)),
    )
