"""How many nearest tracks a track must be measured against.

The measure must be strangers for the most part. Where identities have dozens of tracks, the nearest
thirty are all the track's own, and it would stand out from nobody. What is done with the measure
is `neighbourhoods.py`.
"""

import numpy as np
from scipy.stats import norm

LEAST_COHORT = 30
_PER_MATE = 3
_SAMPLE = 400
_CLIFF = 3.0
_FIRST_PLACE = 24
_LAST_PLACE = 3000


def cohort_size(vectors: np.ndarray) -> int:
    """Three times the farthest place in the order of neighbours behind which similarity falls off a cliff.

    For strangers alone the gaps behind the k-th nearest, times k and times the normal quantile of
    k / n, are about alike for all k (Renyi 1953); the border of large identities makes them wider.

    Args:
        vectors: float32 (n, D), unit rows, n >= 2.

    Returns:
        `LEAST_COHORT` where there is no such cliff; n - 1 at most.
    """
    n = len(vectors)
    last = min(_LAST_PLACE, n // 2)
    least = min(LEAST_COHORT, n - 1)
    if last <= 2 * _FIRST_PLACE:
        return least
    cosine = vectors[:: int(np.ceil(n / _SAMPLE))] @ vectors.T
    ordered = -np.sort(-cosine, axis=1)[:, 1 : last + 2]
    place = np.arange(1, last + 1)
    gap = (ordered[:, :-1] - ordered[:, 1:]).mean(axis=0) * place * norm.isf(place / (n + 1))
    edges = np.unique(np.geomspace(_FIRST_PLACE, last, 16).astype(int))
    level = np.array([gap[a - 1 : b - 1].mean() for a, b in zip(edges[:-1], edges[1:], strict=True)])
    cliffs = np.flatnonzero(level > _CLIFF * np.median(level))
    return int(min(max(least, _PER_MATE * edges[cliffs[-1] + 1]), n - 1)) if len(cliffs) else least
