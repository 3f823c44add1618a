"""Track pairs of one class group: similarity scores, match probabilities and expected accuracy.

`pair_scores.py` computes the scores, `latent_class.py` the probabilities from the raters' votes;
`similarity_calibration.py` collects the votes and combines the class groups.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from reid_assets.reid.accuracy.latent_class import N_RATERS, match_posterior
from reid_assets.reid.accuracy.pair_scores import PairScores, pair_scores
from reid_assets.reid.association.constraints.cannot_links import Constraints
from reid_assets.reid.association.track_set import TrackSet

EDGES = np.arange(-4.0, 12.01, 0.25)
MIN_TRACKS = 20
_MIN_JOINED = 10
_MAX_STRATA, _MIN_PAIRS_IN_STRATUM = 4, 30


@dataclass(frozen=True)
class Pairs:
    """The pairs of one class group that the constraints allow, n of them.

    Attributes:
        score: float32 (n,), standard score.
        joined: bool (n,), same identity in the map.
        votes: int64 (n,), number of raters that joined the pair.
    """

    score: np.ndarray
    joined: np.ndarray
    votes: np.ndarray


class GroupPairs:
    """Calibration of one class group.

    Attributes:
        size: number of tracks.
        scores: of all pairs, and of the two halves of each track.
        pairs: the pairs that the constraints allow.
        match: float64 (pairs,), probability that the pair is a match; zeros unless `enough`.
        co_visible: float32 (m,), scores of pairs visible in the same frame, which are different for certain.
        duplicate_detections: number of pairs visible in the same frame yet as similar as halves of one
            track, probably two boxes on one body; not in `co_visible`.
        enough: whether there are enough tracks and raters for an estimate.
    """

    def __init__(
        self,
        tracks: TrackSet,
        constraints: Constraints,
        rows: np.ndarray,
        ids: np.ndarray,
        votes: np.ndarray,
    ) -> None:
        """Score the pairs of a group.

        Args:
            tracks: all n tracks.
            constraints: of all tracks.
            rows: int64 (k,), the tracks of the group, ascending.
            ids: int64 (n,), identity of each track in the map.
            votes: int64 (raters, n), identity of each track by rater; (0, n) without raters.
        """
        self.size = len(rows)
        self.scores = PairScores(np.zeros((1, 1), np.float32), np.zeros(0, np.float32))
        if len(rows) > 1:
            self.scores = pair_scores(tracks.of_one_network(rows), rows)
        left, right = np.triu_indices(len(rows), 1)
        allowed = ~constraints.forbidden(rows, rows)[left, right]
        score = self.scores.between[left, right]
        co_visible = score[_co_visible(constraints, rows)[left, right]]
        duplicate = np.median(self.scores.within) if len(self.scores.within) else np.inf
        self.co_visible = co_visible[co_visible < duplicate]
        self.duplicate_detections = int((co_visible >= duplicate).sum())
        left, right = rows[left[allowed]], rows[right[allowed]]
        agreed = (votes[:, left] == votes[:, right]).sum(axis=0)
        self.pairs = Pairs(score[allowed], ids[left] == ids[right], agreed)
        self.enough = len(votes) == N_RATERS and len(rows) >= MIN_TRACKS
        self.match = pair_probabilities(self.pairs) if self.enough else np.zeros(len(agreed))

    def bins(self) -> pd.DataFrame:
        """Histograms over `EDGES` with isotonic match probability; `SIMILARITY_CALIBRATION` of the group."""
        bin_index = bin_of(self.pairs.score)
        pairs, joined, matches = (
            np.bincount(bin_index, weights=weights, minlength=len(EDGES) - 1)
            for weights in (np.ones(len(bin_index)), self.pairs.joined, self.match)
        )
        from scipy.optimize import isotonic_regression  # loads slowly

        probability = isotonic_regression(matches / np.maximum(pairs, 1), weights=pairs + 1e-6).x
        split_half, co_visible = (
            np.bincount(bin_of(score), minlength=len(EDGES) - 1)
            for score in (self.scores.within, self.co_visible)
        )
        return pd.DataFrame(
            {
                "low": EDGES[:-1],
                "high": EDGES[1:],
                "pairs": pairs.astype(np.int64),
                "joined": joined.astype(np.int64),
                "halves": split_half,
                "seen_together": co_visible,
                "probability": np.clip(probability, 0.0, 1.0) if self.enough else np.nan,
            }
        )

    def accuracy_row(self) -> dict[str, object]:
        """The columns of `EXPECTED_ACCURACY` that are estimated from pairs, plus `enough`."""
        joined, all_matches = self.pairs.joined, float(self.match.sum())
        correct = float(self.match[joined].sum())
        estimable = self.enough and int(joined.sum()) >= _MIN_JOINED
        bins = self.bins()
        p50_scores = bins.loc[bins["probability"] >= 0.5, "low"]
        return {
            "even_odds": float(p50_scores.iloc[0]) if len(p50_scores) else None,
            "compared": self.size,
            "joined": int(joined.sum()),
            "expected_precision": correct / int(joined.sum()) if estimable else None,
            "expected_recall": min(correct / all_matches, 1.0) if estimable and all_matches else None,
            "doubles": self.duplicate_detections,
            "enough": self.enough,
        }


def pair_probabilities(pairs: Pairs) -> np.ndarray:
    """Match probability of each pair, float64 (pairs,): latent class analysis in strata of similarity.

    Raters make the same errors on pairs that are hard for all of them; within a stratum of similar scores
    their errors are less dependent (stratified estimates: Sekar and Deming 1949).
    """
    voted = pairs.score[pairs.votes > 0]
    strata = int(np.clip(len(voted) // _MIN_PAIRS_IN_STRATUM, 1, _MAX_STRATA))
    edges = np.quantile(voted, np.linspace(0, 1, strata + 1)[1:-1]) if len(voted) else np.zeros(0)
    stratum, match = np.digitize(pairs.score, edges), np.zeros(len(pairs.score))
    for number in range(strata):
        members = stratum == number
        posterior = match_posterior(np.bincount(pairs.votes[members], minlength=N_RATERS + 1))
        match[members] = posterior[pairs.votes[members]]
    return match


def bin_of(score: np.ndarray) -> np.ndarray:
    """Index of the bin of `EDGES` for each score, int64 (n,); the outermost bins are open-ended."""
    return np.clip(np.digitize(score, EDGES) - 1, 0, len(EDGES) - 2)


def _co_visible(constraints: Constraints, rows: np.ndarray) -> np.ndarray:
    """bool (k, k): whether the spans of two tracks of one video overlap."""
    start, end = constraints.f_min[rows], constraints.f_max[rows]
    overlap = np.minimum.outer(end, end) >= np.maximum.outer(start, start)
    return overlap & np.equal.outer(constraints.video[rows], constraints.video[rows])
