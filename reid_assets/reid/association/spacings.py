"""What the gaps between a track's nearest neighbours tell about the size of identities.

Similarities alone say little: every model has its own scale. Gaps between them, each in units of the
far ones, are alike for strangers whatever the model, and are not where mates come first.
"""

import numpy as np
from scipy.stats import norm


def neighbour_gaps(similarity: np.ndarray, tracks: int) -> np.ndarray:
    """Mean normalised gap behind the k-th nearest track, k = 1 … m: float64 (m,), about 1 for strangers.

    For strangers alone the gaps k (z_k - z_(k+1)) of an exponential tail are alike for all k
    (Rényi 1953); those of a bell-shaped crowd follow its order statistics (Blom 1958). Mates before
    the k-th place widen the gap behind them. In units of the far half.

    Args:
        similarity: float (rows, m + 1), of some tracks to their nearest, falling.
        tracks: how many tracks there are in all, more than m + 1.
    """
    k = np.arange(1, similarity.shape[1])
    gaps = k * (similarity[:, :-1] - similarity[:, 1:]).astype(np.float64)
    gaps = gaps / np.maximum(gaps[:, len(k) // 2 :].mean(axis=1, keepdims=True), 1e-9)
    # A bell-shaped crowd of strangers thins out faster than exponentially: its near gaps are smaller.
    place = norm.isf((np.append(k, len(k) + 1) - 0.375) / (tracks - 1 + 0.25))
    expected = k * (place[:-1] - place[1:])
    return gaps.mean(axis=0) / (expected / expected[len(k) // 2 :].mean())


def count_mates(gaps: np.ndarray) -> float:
    """Other tracks of its identity that a track has, as told by where the gaps are too wide."""
    near = len(gaps) // 2
    k = np.arange(1, near + 1)
    excess = np.maximum(gaps[:near] - 1.0, 0.0)
    return float(excess.sum() / max((excess / k).sum(), 1e-9))
