"""The crops of one track as the measure of sameness, where there is no crowd to compare with.

With few tracks, or with one person alone, standing out from strangers means nothing: there are no
strangers. What is left is that the crops of one track show one being. Crowds are `neighbourhoods.py`.
"""

from dataclasses import dataclass

import numpy as np

# Distances in units of the distance between two crops of one track, which are too alike: another
# track of the same being is about 1.8 away, a stranger 3, whichever the model.
_SAME = 2.5
_ALL_ONE = 2.2
_EVERYTHING = 3.4
_MOST_CROPS = 4000


@dataclass(frozen=True)
class Yardstick:
    """What the crops of tracks say about distance.

    Attributes:
        within: median cosine of two crops of one track.
        across: median distance of crops of two tracks in units of that within one.
    """

    within: float
    across: float

    @property
    def one_being(self) -> bool:
        """Whether the footage as a whole seems to show one being only."""
        return self.across < _ALL_ONE

    def least_cosine(self, caution: float) -> float:
        """Mean cosine of crops from which two tracks count as one being; `caution` 0..1 raises it."""
        reach = (_EVERYTHING if self.one_being else _SAME) - (caution - 0.5)
        return 1.0 - reach * (1.0 - self.within)


def measure(crops: np.ndarray, owner: np.ndarray) -> Yardstick | None:
    """Compare crops of one track with crops of two; None where no track has two different crops.

    Args:
        crops: float (S, D), unit rows.
        owner: int (S,), track of each.
    """
    if len(crops) > _MOST_CROPS:
        tracks = np.unique(owner)
        kept = np.isin(owner, tracks[:: int(np.ceil(len(crops) / _MOST_CROPS))])
        crops, owner = crops[kept], owner[kept]
    cosine = crops.astype(np.float32) @ crops.astype(np.float32).T
    same = np.equal.outer(owner, owner)
    pair = np.triu(np.ones_like(same), 1)
    inside, outside = cosine[same & pair], cosine[~same & pair]
    if not len(inside) or not len(outside) or np.median(inside) > 1 - 1e-3:
        return None
    within = float(np.median(inside))
    return Yardstick(within, float((1 - np.median(outside)) / (1 - within)))


def mean_crop_cosine(crops: np.ndarray, owner: np.ndarray, tracks: int) -> np.ndarray:
    """Mean cosine between the crops of each two tracks: float32 (tracks, tracks)."""
    mean = _track_means(crops, owner, tracks)
    return mean @ mean.T


def _track_means(crops: np.ndarray, owner: np.ndarray, tracks: int) -> np.ndarray:
    total = np.zeros((tracks, crops.shape[1]), dtype=np.float32)
    np.add.at(total, owner, crops.astype(np.float32))
    return total / np.maximum(np.bincount(owner, minlength=tracks), 1)[:, None]
