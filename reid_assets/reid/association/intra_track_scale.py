"""The distance between two crops of one track as the unit of distance, for footage without a cohort.

With few tracks, or with one identity alone, standing out from different identities means nothing: there
are none to compare with. What is left is that the crops of one track show one identity. Footage with
enough tracks for a cohort is `as_norm.py`.
"""

from dataclasses import dataclass

import numpy as np

from reid_assets.reid.association.auto_parameters import DEFAULT_PARAMETERS, AutoParameters

_SAMPLED_CROPS = 4000


@dataclass(frozen=True)
class IntraTrackScale:
    """What the crops of tracks say about distance (1 - cosine).

    Attributes:
        intra_track_cosine: median cosine of two crops of one track.
        inter_track_distance: median distance of crops of two tracks, in units of that within one.
    """

    intra_track_cosine: float
    inter_track_distance: float

    def single_identity(self, parameters: AutoParameters = DEFAULT_PARAMETERS) -> bool:
        """Whether the footage as a whole seems to show one identity only."""
        return self.inter_track_distance < parameters.single_identity_below

    def cosine_threshold(self, caution: float, parameters: AutoParameters = DEFAULT_PARAMETERS) -> float:
        """Mean cosine of crops from which two tracks count as one identity; `caution` 0..1 raises it."""
        single = self.single_identity(parameters)
        widest = parameters.single_identity_distance if single else parameters.same_id_distance
        distance = widest - (caution - 0.5)
        return 1.0 - distance * (1.0 - self.intra_track_cosine)


def fit_intra_track_scale(crops: np.ndarray, owner: np.ndarray) -> IntraTrackScale | None:
    """Compare crops of one track with crops of two; None where no track has two different crops.

    Args:
        crops: float (S, D), unit rows.
        owner: int (S,), track of each.
    """
    if len(crops) > _SAMPLED_CROPS:
        tracks = np.unique(owner)
        kept = np.isin(owner, tracks[:: int(np.ceil(len(crops) / _SAMPLED_CROPS))])
        crops, owner = crops[kept], owner[kept]
    cosine = crops.astype(np.float32) @ crops.astype(np.float32).T
    same = np.equal.outer(owner, owner)
    pair = np.triu(np.ones_like(same), 1)
    intra, inter = cosine[same & pair], cosine[~same & pair]
    if not len(intra) or not len(inter) or np.median(intra) > 1 - 1e-3:
        return None
    intra_cosine = float(np.median(intra))
    return IntraTrackScale(intra_cosine, float((1 - np.median(inter)) / (1 - intra_cosine)))


def mean_crop_cosine(crops: np.ndarray, owner: np.ndarray, tracks: int) -> np.ndarray:
    """Mean cosine between the crops of each two tracks: float32 (tracks, tracks)."""
    mean = _track_means(crops, owner, tracks)
    return mean @ mean.T


def _track_means(crops: np.ndarray, owner: np.ndarray, tracks: int) -> np.ndarray:
    total = np.zeros((tracks, crops.shape[1]), dtype=np.float32)
    np.add.at(total, owner, crops.astype(np.float32))
    return total / np.maximum(np.bincount(owner, minlength=tracks), 1)[:, None]
