"""What a query is compared with: the tracks of one network, as exact search needs them.

A track is the mean of its crops after its camera's mean was taken off, which leaves what makes it unlike the
others there. Tracks that look like everybody (hubs) lose how much they do: cross-domain similarity
local scaling, Conneau et al. 2018, "Word translation without parallel data", section 2.3.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from reid_assets.reid.association.centring import CameraMeans, select_crops
from reid_assets.reid.association.track_set import TrackSet
from reid_assets.reid.core.embeddings import unit_rows

# Chosen on half of the labelled tracks; `benchmarks/accuracy/search.py` measures them on the other half.
_SHRINKAGE = 5  # of the common mean: of few tracks, it is partly theirs
_NEIGHBOURS = 20  # whose mean cosine says how much of a hub a track is
_FEWEST = 5  # of them, where the cohort is a small part of the tracks
_HUBS_FROM = 30  # tracks
_COHORT = 1000  # tracks that stand for all in finding hubs
_BLOCK = 4096


@dataclass(frozen=True)
class Gallery:
    """Tracks that can be compared with a query.

    Attributes:
        meta: `video, track_id, class_name`, one row a track, sorted by video and track_id.
        vectors: float32 (n, D), centred unit rows.
        mean: float32 (D,), what the crops of a query lose, whose camera is not known.
        hubness: float32 (n,), mean cosine with the nearest others, -1..1; zeros where there are few tracks.
    """

    meta: pd.DataFrame
    vectors: np.ndarray
    mean: np.ndarray
    hubness: np.ndarray

    @classmethod
    def of(cls, tracks: TrackSet, rows: np.ndarray) -> "Gallery":
        """The tracks `rows` (ascending, of one network)."""
        one = tracks.of_one_network(rows)
        crops, owner = select_crops(one, rows)
        camera = np.unique(one.camera[rows], return_inverse=True)[1].astype(np.int64)[owner]
        means = CameraMeans.fit(crops, camera)
        kept = means.common * np.float32(_SHRINKAGE / (len(rows) + _SHRINKAGE))
        means = CameraMeans(means.common - kept, means.offset - kept)
        vectors = means.pooled(crops, owner, camera, len(rows))
        meta = one.meta.iloc[rows][["video", "track_id", "class_name"]].reset_index(drop=True)
        return cls(meta, vectors, means.common, hubness(vectors))

    def centred(self, crops: np.ndarray) -> np.ndarray:
        """Float32 (D,): the query that some crops of one being are; `crops` is float (c, D)."""
        return unit_rows(unit_rows(unit_rows(crops.astype(np.float32)) - self.mean).mean(axis=0)[None])[0]

    def scores(self, query: np.ndarray) -> np.ndarray:
        """Float32 (n,): how well each track fits a query.

        A cosine, less half of what the track has with everybody; about -1..1, comparable within one query.

        Args:
            query: float32 (D,), as `vectors` or `centred` gives it.
        """
        return np.asarray(self.vectors @ query - self.hubness / 2)


def hubness(vectors: np.ndarray) -> np.ndarray:
    """Float32 (n,): mean cosine of each row with its nearest others, in a cohort drawn by chance.

    Args:
        vectors: float32 (n, D), unit rows.
    """
    n = len(vectors)
    found = np.zeros(n, dtype=np.float32)
    if n < _HUBS_FROM:
        return found
    drawn = np.sort(np.random.default_rng(0).permutation(n)[:_COHORT])
    cohort = np.ascontiguousarray(vectors[drawn].T)
    nearest = min(max(_FEWEST, _NEIGHBOURS * len(drawn) // n), len(drawn) // 5)
    for start in range(0, n, _BLOCK):
        cosine = vectors[start : start + _BLOCK] @ cohort
        inside = (drawn >= start) & (drawn < start + _BLOCK)
        cosine[drawn[inside] - start, np.flatnonzero(inside)] = -np.inf
        found[start : start + _BLOCK] = np.partition(cosine, -nearest, axis=1)[:, -nearest:].mean(axis=1)
    return found
