"""Null model: how similar a track's two nearest would be to each other if no identity came back.

Two tracks of one identity resemble each other; two different identities that each resemble a third need
not (neighbour transitivity). The transitivity to expect without same-identity pairs is measured on a
Gaussian sample of the same mean and covariance. What is made of it is `cut_selection.py`.
"""

import numpy as np

from reid_assets.reid.association.auto_parameters import DEFAULT_PARAMETERS, AutoParameters
from reid_assets.reid.association.camera_pair_norm import CameraPairNorm, cosine_between
from reid_assets.reid.association.neighbors.search import nearest_of

_SAMPLED_TRACKS = 800  # of the null sample, whose two nearest are compared
_NULL_TRACKS_UP_TO = 10_000
_SEED = 0


def null_transitivity(
    vectors: np.ndarray, camera: np.ndarray, cohort: int, parameters: AutoParameters = DEFAULT_PARAMETERS
) -> float:
    """Mean standard score between the two nearest of a track, if all tracks were different identities.

    As many tracks (10,000 at most) are drawn from the normal distribution with the mean and the
    covariance of these vectors; the two nearest of some of them are compared. The draw is seeded.

    Args:
        vectors: float32 (n, D), unit rows, n >= 3.
        camera: int64 (n,), camera of each, numbered from 0.
        cohort: size of the cohort of each track.
    """
    chosen = np.arange(0, len(vectors), int(np.ceil(len(vectors) / _NULL_TRACKS_UP_TO)))
    null = _gaussian_like(vectors[chosen])
    null_camera = np.unique(camera[chosen], return_inverse=True)[1].astype(np.int64)
    camera_norm = CameraPairNorm.fit(null, null_camera, parameters)
    sample = np.arange(0, len(null), int(np.ceil(len(null) / _SAMPLED_TRACKS)))
    first, second = nearest_of(null, camera_norm, sample, 2)[0].T
    similarity = camera_norm.score(cosine_between(null, first, second), first, second)
    views = []
    for neighbour in (first, second):
        own = nearest_of(null, camera_norm, neighbour, cohort)[1]
        views.append((similarity - own.mean(axis=1)) / (own.std(axis=1) + parameters.cohort_softening))
    return float(np.mean(views))


def _gaussian_like(vectors: np.ndarray) -> np.ndarray:
    """Float32 (n, D), unit rows: a normal sample of the mean and covariance of `vectors`, as many."""
    mean = vectors.mean(axis=0)
    deviation = vectors - mean
    covariance = (deviation.T @ deviation).astype(np.float64) / len(deviation)
    covariance += np.eye(len(covariance)) * (1e-5 * np.trace(covariance) / len(covariance) + 1e-12)
    root = np.linalg.cholesky(covariance).astype(np.float32)
    drawn = np.random.default_rng(_SEED).standard_normal(vectors.shape, dtype=np.float32) @ root.T + mean
    return drawn / np.maximum(np.linalg.norm(drawn, axis=1, keepdims=True), 1e-9)
