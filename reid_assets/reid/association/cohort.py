"""How many nearest tracks a track must be measured against.

The measure must be strangers for the most part. Where identities have dozens of tracks, the nearest
thirty are all the track's own, and it would stand out from nobody. What is done with the measure
is `neighbourhoods.py`.
"""

import numpy as np

from reid_assets.reid.association.camera_pair_norm import PairScale
from reid_assets.reid.association.spacings import count_mates, neighbour_gaps

LEAST_COHORT = 30
_MOST_COHORT = 1000
_MOST_SHARE = 2 / 3
_PER_MATE = 6
_SAMPLE = 400
_CROWDED = 0.8  # of the gap between strangers: nearest neighbours that are closer to each other than this


def cohort_size(vectors: np.ndarray, pairs: PairScale) -> int:
    """Thirty, doubled until the gaps behind the first neighbours are those of strangers or of mates.

    For strangers the normalised gaps are all about 1, and a few mates make the first ones wider. Deep
    inside an identity that is larger than the cohort they are narrower than the far ones.

    Args:
        vectors: float32 (n, D), unit rows, n >= 2.
        pairs: what their cosines mean.
    """
    n = len(vectors)
    some = np.arange(0, n, int(np.ceil(n / _SAMPLE)))
    score = pairs.score_all(vectors[some] @ vectors.T, some)
    score[np.arange(len(some)), some] = -np.inf
    most = min(_MOST_COHORT, int(_MOST_SHARE * n), n - 2)
    nearest = np.partition(score, n - most - 1, axis=1)[:, n - most - 1 :]
    ordered = -np.sort(-nearest.astype(np.float64), axis=1)
    cohort = LEAST_COHORT
    while cohort < most:
        gaps = neighbour_gaps(ordered[:, : cohort + 1], n)
        if gaps[:3].mean() >= _CROWDED or 0 < count_mates(gaps) * _PER_MATE < cohort:
            break
        cohort *= 2
    return max(1, min(cohort, max(most, LEAST_COHORT), n - 2))
