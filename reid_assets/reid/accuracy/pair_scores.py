"""How alike two tracks are, in a unit that means the same for every track and every network.

Computed from the vectors alone, not from what a method made of them, so that methods can be compared.
What a score says about being the same is `calibration.py`.
"""

from dataclasses import dataclass, replace

import numpy as np

from reid_assets.reid.association.camera_pair_norm import MAD_TO_DEVIATION
from reid_assets.reid.association.centring import centred_vectors
from reid_assets.reid.association.track_set import TrackSet

_FEWEST_CROPS = 4  # of a track that is compared with itself


@dataclass(frozen=True)
class PairScores:
    """Standard scores between the tracks of one class group.

    Attributes:
        between: float32 (n, n), symmetric: how many robust deviations a pair's cosine lies above what its
            two tracks have with others, the mean of both views (symmetric score normalisation: Shum et
            al. 2010, Unsupervised speaker adaptation based on the cosine similarity).
        within: float32 (m,), the same between the first and the last half of each track of four crops
            and more. These pairs are the same for certain, but too easy: one camera, one light.
    """

    between: np.ndarray
    within: np.ndarray


def pair_scores(tracks: TrackSet, rows: np.ndarray) -> PairScores:
    """Scores between some tracks, after camera-wise centring.

    Args:
        tracks: all tracks.
        rows: ascending row numbers, at least two.
    """
    vectors = centred_vectors(tracks, rows)
    cosine = vectors @ vectors.T
    np.fill_diagonal(cosine, np.nan)
    usual = np.nanmedian(cosine, axis=1)
    spread = MAD_TO_DEVIATION * np.nanmedian(np.abs(cosine - usual[:, None]), axis=1)
    spread = np.maximum(spread, 1e-3)
    score = (cosine - usual[:, None]) / spread[:, None]
    between = np.nan_to_num((score + score.T) / 2, nan=0.0).astype(np.float32)
    of, early, late = _halves(tracks, rows)
    within = (np.einsum("ij,ij->i", early, late) - usual[of]) / spread[of]
    return PairScores(between, within.astype(np.float32))


def _halves(tracks: TrackSet, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Positions in `rows` of the tracks with crops enough, and the centred vectors of their halves."""
    count = np.bincount(tracks.sample_track, minlength=len(tracks))
    of = np.flatnonzero(count[rows] >= _FEWEST_CROPS)
    if not len(of):
        nothing = np.zeros((0, tracks.vectors.shape[1]), dtype=np.float32)
        return of, nothing, nothing
    first = np.concatenate([[0], np.cumsum(count)])
    place = np.arange(len(tracks.sample_track)) - first[tracks.sample_track]
    half = (place >= (count[tracks.sample_track] + 1) // 2).astype(np.int64)
    doubled = replace(
        tracks,
        meta=tracks.meta.loc[np.repeat(np.arange(len(tracks)), 2)],
        vectors=np.repeat(tracks.vectors, 2, axis=0),
        sample_track=2 * tracks.sample_track + half,
        camera=np.repeat(tracks.camera, 2),
    )
    chosen = np.sort(np.concatenate([2 * rows[of], 2 * rows[of] + 1]))
    vectors = centred_vectors(doubled, chosen)
    return of, vectors[0::2], vectors[1::2]
