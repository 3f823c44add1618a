"""Similarity of track pairs as standard scores, comparable between tracks and networks.

Computed from the vectors alone, independent of the association method, so that methods can be compared.
`calibration_pairs.py` turns scores into match probabilities.
"""

from dataclasses import dataclass, replace

import numpy as np

from reid_assets.reid.association.camera_pair_norm import MAD_TO_DEVIATION
from reid_assets.reid.association.centring import centred_vectors
from reid_assets.reid.association.track_set import TrackSet

_MIN_CROPS = 4  # of a track whose halves are compared


@dataclass(frozen=True)
class PairScores:
    """Standard scores between the tracks of one class group.

    Attributes:
        between: float32 (n, n), symmetric: cosine of a pair in robust standard deviations above the median
            of each of its tracks, averaged over both tracks (symmetric score normalisation: Shum et al.
            2010, Unsupervised speaker adaptation based on the cosine similarity).
        within: float32 (m,), split-half scores: the same between the first and last half of each track
            with four or more crops. Certain matches, but easy ones: same camera, same light.
    """

    between: np.ndarray
    within: np.ndarray


def pair_scores(tracks: TrackSet, rows: np.ndarray) -> PairScores:
    """Score all pairs of selected tracks, after camera-wise centring.

    Args:
        tracks: all tracks.
        rows: int64 (n,), the selected tracks, ascending, at least two.
    """
    vectors = centred_vectors(tracks, rows)
    cosine = vectors @ vectors.T
    np.fill_diagonal(cosine, np.nan)
    median = np.nanmedian(cosine, axis=1)
    spread = MAD_TO_DEVIATION * np.nanmedian(np.abs(cosine - median[:, None]), axis=1)
    spread = np.maximum(spread, 1e-3)
    score = (cosine - median[:, None]) / spread[:, None]
    between = np.nan_to_num((score + score.T) / 2, nan=0.0).astype(np.float32)
    positions, first, last = _split_halves(tracks, rows)
    within = (np.einsum("ij,ij->i", first, last) - median[positions]) / spread[positions]
    return PairScores(between, within.astype(np.float32))


def _split_halves(tracks: TrackSet, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Positions in `rows` of tracks with enough crops, and the centred vectors of their two halves."""
    count = np.bincount(tracks.sample_track, minlength=len(tracks))
    positions = np.flatnonzero(count[rows] >= _MIN_CROPS)
    if not len(positions):
        nothing = np.zeros((0, tracks.vectors.shape[1]), dtype=np.float32)
        return positions, nothing, nothing
    start = np.concatenate([[0], np.cumsum(count)])
    number = np.arange(len(tracks.sample_track)) - start[tracks.sample_track]
    half = (number >= (count[tracks.sample_track] + 1) // 2).astype(np.int64)
    doubled = replace(
        tracks,
        meta=tracks.meta.loc[np.repeat(np.arange(len(tracks)), 2)],
        vectors=np.repeat(tracks.vectors, 2, axis=0),
        sample_track=2 * tracks.sample_track + half,
        camera=np.repeat(tracks.camera, 2),
    )
    halves = np.sort(np.concatenate([2 * rows[positions], 2 * rows[positions] + 1]))
    vectors = centred_vectors(doubled, halves)
    return positions, vectors[0::2], vectors[1::2]
