"""Camera centring: vectors without what a camera adds to all of them.

A camera's light and angle shift every vector it makes, so that two people under one camera look more
alike than one person under two. Subtracting the camera's own mean takes most of that away. What a cosine
of centred vectors means is `camera_pair_norm.py`.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from reid_assets.reid.association.auto_parameters import DEFAULT_PARAMETERS, AutoParameters
from reid_assets.reid.association.track_set import TrackSet
from reid_assets.reid.core.embeddings import unit_rows

_CHUNK = 4096  # crops at a time, so that they stay in the processor's cache


def centred_vectors(
    tracks: TrackSet,
    rows: np.ndarray,
    by_camera: bool = True,
    parameters: AutoParameters = DEFAULT_PARAMETERS,
) -> np.ndarray:
    """Float32 (len(rows), D): unit mean of each track's crops, after camera-wise centring.

    Every crop loses the common mean and its camera's deviation from it, shrunk by n/(n + 20) for
    the n crops of the camera (camera centring: Zhuang et al. 2020, Rethinking the distribution gap
    of person re-identification with camera-based batch normalization, section 3, without shrinkage).
    Without crops, a track's pooled vector stands for them.

    Args:
        tracks: all tracks.
        rows: ascending row numbers of those to compare; the means are theirs alone.
        by_camera: whether cameras have means of their own; otherwise only the common one is taken off.
    """
    crops, owner = select_crops(tracks, rows)
    camera = np.unique(tracks.camera[rows], return_inverse=True)[1]
    means = CameraMeans.fit(crops, camera[owner], by_camera, parameters)
    return means.pooled(crops, owner, camera[owner], len(rows))


@dataclass(frozen=True)
class CameraMeans:
    """What crops lose in centring.

    Attributes:
        common: float32 (D,), the mean of all crops: what those of a camera that was not fitted lose.
        offset: float32 (C, D), the same with each camera's deviation from it.
    """

    common: np.ndarray
    offset: np.ndarray

    @classmethod
    def fit(
        cls,
        crops: np.ndarray,
        camera: np.ndarray,
        by_camera: bool = True,
        parameters: AutoParameters = DEFAULT_PARAMETERS,
    ) -> "CameraMeans":
        """The means of crops (S, D) by camera, int (S,) numbered from 0; see `centred_vectors`."""
        count = np.bincount(camera)[:, None]
        total = np.zeros((len(count), crops.shape[1]))
        for part in _chunks(len(crops)):
            total += group_sums(unit_rows(crops[part]), camera[part], len(count))
        common = total.sum(axis=0) / max(len(crops), 1)
        weight = count / (count + parameters.centring_shrinkage) if by_camera else 0.0
        offset = common + (total / np.maximum(count, 1) - common) * weight
        return cls(common.astype(np.float32), offset.astype(np.float32))

    def pooled(self, crops: np.ndarray, owner: np.ndarray, camera: np.ndarray, tracks: int) -> np.ndarray:
        """Float32 (tracks, D): unit mean of each track's centred crops.

        Args:
            crops: (S, D).
            owner: int (S,), track of each, ascending.
            camera: int (S,), camera of each.
            tracks: how many; one without crops is a row of zeros.
        """
        pooled = np.zeros((tracks, crops.shape[1]), dtype=np.float32)
        for part in _chunks(len(crops)):
            centred = unit_rows(crops[part])
            centred -= self.offset[camera[part]]
            first, last = owner[part][0], owner[part][-1] + 1
            pooled[first:last] += group_sums(unit_rows(centred), owner[part] - first, last - first)
        return unit_rows(pooled)


def group_sums(vectors: np.ndarray, group: np.ndarray, groups: int) -> np.ndarray:
    """Float32 (groups, D): sum of the rows of each group; `group` int (n,) is numbered from 0."""
    one = np.ones(len(group), dtype=np.float32)
    return csr_array((one, group, np.arange(len(group) + 1)), shape=(len(group), groups)).T @ vectors


def select_crops(tracks: TrackSet, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Crop vectors (S, D) of some tracks and the position in `rows` (S,) each belongs to, ascending."""
    position = np.full(len(tracks), -1, dtype=np.int64)
    position[rows] = np.arange(len(rows))
    chosen = np.flatnonzero(position[tracks.sample_track] >= 0)
    owner = position[tracks.sample_track[chosen]]
    without = np.setdiff1d(np.arange(len(rows)), owner)
    if not len(without):
        return tracks.samples[chosen], owner
    crops = np.concatenate([tracks.samples[chosen], tracks.vectors[rows[without]].astype(np.float16)])
    owner = np.concatenate([owner, without])
    order = np.argsort(owner, kind="stable")
    return crops[order], owner[order]


def _chunks(count: int) -> list[slice]:
    return [slice(start, start + _CHUNK) for start in range(0, count, _CHUNK)]
