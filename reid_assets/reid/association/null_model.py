"""How near a track's two nearest would be to each other if nobody came back.

Mates of one identity are mates of each other; two strangers who each look like a third do not look
like each other. What strangers alone would give is measured on a made crowd of the same shape.
"""

import numpy as np

from reid_assets.reid.association.camera_pair_norm import PairScale, cosine_between, measure_pairs

_SAMPLE = 800
_MOST_TRACKS = 10_000
SOFTENING = 0.1  # of the spread of all similarities, added to that of a cohort
_SEED = 0


def closure_of_strangers(vectors: np.ndarray, camera: np.ndarray, cohort: int) -> float:
    """Mean score between the two nearest of a track, if all were strangers of the same variety.

    As many strangers (10,000 at most) are drawn from the bell-shaped crowd with the mean and the
    covariance of these vectors; some of them are asked.

    Args:
        vectors: float32 (n, D), unit rows, n >= 3.
        camera: int64 (n,), camera of each, numbered from 0.
        cohort: nearest tracks that are the measure of each.
    """
    some = np.arange(0, len(vectors), int(np.ceil(len(vectors) / _MOST_TRACKS)))
    crowd = _strangers_like(vectors[some])
    pairs = measure_pairs(crowd, np.unique(camera[some], return_inverse=True)[1].astype(np.int64))
    asked = np.arange(0, len(crowd), int(np.ceil(len(crowd) / _SAMPLE)))
    first, second = _nearest(crowd, pairs, asked, 2)[0].T
    similarity = pairs.score(cosine_between(crowd, first, second), first, second)
    views = []
    for one in (first, second):
        measure = _nearest(crowd, pairs, one, cohort)[1]
        views.append((similarity - measure.mean(axis=1)) / (measure.std(axis=1) + SOFTENING))
    return float(np.mean(views))


def _strangers_like(vectors: np.ndarray) -> np.ndarray:
    mean = vectors.mean(axis=0)
    apart = vectors - mean
    spread = (apart.T @ apart).astype(np.float64) / len(apart)
    spread += np.eye(len(spread)) * (1e-5 * np.trace(spread) / len(spread) + 1e-12)
    root = np.linalg.cholesky(spread).astype(np.float32)
    crowd = np.random.default_rng(_SEED).standard_normal(vectors.shape, dtype=np.float32) @ root.T + mean
    return crowd / np.maximum(np.linalg.norm(crowd, axis=1, keepdims=True), 1e-9)


def _nearest(
    vectors: np.ndarray, pairs: PairScale, rows: np.ndarray, count: int
) -> tuple[np.ndarray, np.ndarray]:
    """The most alike others of some rows: int64 (rows, count), nearest first, and their similarities."""
    block = pairs.score_all(vectors[rows] @ vectors.T, rows)
    block[np.arange(len(rows)), rows] = -np.inf
    near = np.argpartition(block, len(vectors) - count, axis=1)[:, -count:]
    value = np.take_along_axis(block, near, axis=1)
    order = np.lexsort((near, -value))
    return np.take_along_axis(near, order, axis=1), np.take_along_axis(value, order, axis=1)
