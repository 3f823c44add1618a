"""Whether a track's two nearest are near each other, and how near they would be among strangers.

Mates of one identity are mates of each other; two strangers who each look like a third do not look
like each other. What strangers alone would give is measured on a made crowd of the same shape.
"""

import numpy as np

from reid_assets.reid.association.comparability import PairScale, measure_pairs

_SAMPLE = 400
_SOFTENING = 0.1
_SEED = 0


def closure(vectors: np.ndarray, pairs: PairScale, cohort: int) -> float:
    """Mean score between the two nearest of a track, over a sample of tracks.

    Args:
        vectors: float32 (n, D), unit rows, n >= 3.
        pairs: what their cosines mean.
        cohort: nearest tracks that are the measure of each.
    """
    some = np.arange(0, len(vectors), int(np.ceil(len(vectors) / _SAMPLE)))
    first, second = _nearest(vectors, pairs, some, 2)[0].T
    similarity = pairs.score(np.einsum("ij,ij->i", vectors[first], vectors[second]), first, second)
    views = []
    for one in (first, second):
        measure = _nearest(vectors, pairs, one, cohort)[1]
        views.append((similarity - measure.mean(axis=1)) / (measure.std(axis=1) + _SOFTENING))
    return float(np.mean(views))


def closure_of_strangers(vectors: np.ndarray, camera: np.ndarray, cohort: int) -> float:
    """The same for as many strangers, drawn from the bell-shaped crowd with the mean and spread of these."""
    random = np.random.default_rng(_SEED)
    mean = vectors.mean(axis=0)
    spread = np.cov((vectors - mean).T).astype(np.float64)
    spread += np.eye(len(spread)) * (1e-6 * np.trace(spread) / len(spread) + 1e-12)
    root = np.linalg.cholesky(spread).astype(np.float32)
    crowd = random.standard_normal(vectors.shape, dtype=np.float32) @ root.T + mean
    crowd /= np.maximum(np.linalg.norm(crowd, axis=1, keepdims=True), 1e-9)
    return closure(crowd, measure_pairs(crowd, camera), cohort)


def _nearest(
    vectors: np.ndarray, pairs: PairScale, rows: np.ndarray, count: int
) -> tuple[np.ndarray, np.ndarray]:
    """The most alike others of some rows: int64 (rows, count), nearest first, and their similarities."""
    block = pairs.score(vectors[rows] @ vectors.T, rows[:, None], np.arange(len(vectors)))
    block[np.arange(len(rows)), rows] = -np.inf
    order = np.argsort(-block, axis=1, kind="stable")[:, :count]
    return order, np.take_along_axis(block, order, axis=1)
