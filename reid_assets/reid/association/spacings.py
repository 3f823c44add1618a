"""Normalised spacings between a track's nearest neighbours, and the identity size they show.

Similarities alone say little: every model has its own scale. The spacings between their order
statistics, each in units of the far ones, are alike for different identities whatever the model, and
wider where same-identity tracks come first.
"""

import numpy as np
from scipy.special import ndtri


def neighbour_spacings(similarity: np.ndarray, tracks: int) -> np.ndarray:
    """Mean normalised spacing behind the k-th nearest track, k = 1 … m: float64 (m,).

    About 1 for every k where all neighbours are different identities: the spacings k (z_k - z_(k+1)) of
    an exponential tail are alike for all k (Rényi 1953), those of a normal distribution follow its order
    statistics (Blom 1958). Same-identity tracks before the k-th widen the spacing behind them. In units
    of the mean over the far half.

    Args:
        similarity: float (rows, m + 1), of some tracks to their nearest, falling.
        tracks: how many tracks there are in all, more than m + 1.
    """
    k = np.arange(1, similarity.shape[1])
    spacings = k * (similarity[:, :-1] - similarity[:, 1:]).astype(np.float64)
    spacings = spacings / np.maximum(spacings[:, len(k) // 2 :].mean(axis=1, keepdims=True), 1e-9)
    # A normal tail thins out faster than an exponential one: its near spacings are smaller.
    quantile = -ndtri((np.append(k, len(k) + 1) - 0.375) / (tracks - 1 + 0.25))
    expected = k * (quantile[:-1] - quantile[1:])
    return spacings.mean(axis=0) / (expected / expected[len(k) // 2 :].mean())


def estimate_same_id_count(spacings: np.ndarray) -> float:
    """Other tracks of its identity that a track has, by where the spacings exceed 1; 0 where none does."""
    near = len(spacings) // 2
    k = np.arange(1, near + 1)
    excess = np.maximum(spacings[:near] - 1.0, 0.0)
    return float(excess.sum() / max((excess / k).sum(), 1e-9))
