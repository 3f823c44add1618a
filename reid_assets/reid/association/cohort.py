"""The size of the cohort: how many nearest tracks a track is normalised against.

The cohort must consist of different identities for the most part. Where identities have dozens of
tracks, the nearest thirty are all the track's own, and it would stand out from nobody. What is done with
the cohort is `as_norm.py`.
"""

import numpy as np

from reid_assets.reid.association.auto_parameters import DEFAULT_PARAMETERS, AutoParameters
from reid_assets.reid.association.camera_pair_norm import CameraPairNorm
from reid_assets.reid.association.spacings import estimate_same_id_count, neighbour_spacings

_SAMPLED_TRACKS = 400


def cohort_size(
    vectors: np.ndarray, camera_norm: CameraPairNorm, parameters: AutoParameters = DEFAULT_PARAMETERS
) -> int:
    """Thirty, doubled until the spacings behind the first neighbours show where the identity ends.

    For different identities the normalised spacings are all about 1, and a few same-identity tracks make
    the first ones wider. Deep inside an identity that is larger than the cohort they are narrower than
    the far ones.

    Args:
        vectors: float32 (n, D), unit rows, n >= 2.
        camera_norm: makes their cosines comparable.
    """
    n = len(vectors)
    sample = np.arange(0, n, int(np.ceil(n / _SAMPLED_TRACKS)))
    score = camera_norm.score_rows(vectors[sample] @ vectors.T, sample)
    score[np.arange(len(sample)), sample] = -np.inf
    largest = min(parameters.max_cohort, int(parameters.max_cohort_share * n), n - 2)
    nearest = np.partition(score, n - largest - 1, axis=1)[:, n - largest - 1 :]
    ordered = -np.sort(-nearest.astype(np.float64), axis=1)
    cohort = parameters.min_cohort
    while cohort < largest:
        spacings = neighbour_spacings(ordered[:, : cohort + 1], n)
        enough = 0 < estimate_same_id_count(spacings) * parameters.cohort_per_same_id < cohort
        if spacings[: parameters.first_spacings].mean() >= parameters.crowded_spacing or enough:
            break
        cohort *= 2
    return max(1, min(cohort, max(largest, parameters.min_cohort), n - 2))
