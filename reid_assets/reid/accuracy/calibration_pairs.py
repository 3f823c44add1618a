"""The pairs of one class group: how alike they are, and how likely the same.

Scores are `pair_scores.py`, probabilities from votes `latent_truth.py`; where the votes come from and what
is made of the answer is `calibration.py`.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import isotonic_regression

from reid_assets.reid.accuracy.latent_class import JUDGES, truth_by_votes
from reid_assets.reid.accuracy.pair_scores import PairScores, pair_scores
from reid_assets.reid.association.constraints.cannot_links import Constraints
from reid_assets.reid.association.track_set import TrackSet

EDGES = np.arange(-4.0, 12.01, 0.25)
FEWEST_TRACKS = 20
_FEWEST_JOINED = 10
_STRATA, _FEWEST_IN_STRATUM = 4, 30


@dataclass(frozen=True)
class Pairs:
    """The pairs of one class group that the rules allow, all arrays of one length.

    Attributes:
        score: float32, standard score.
        joined: bool, one identity in the map.
        votes: int64, judges that joined the pair.
    """

    score: np.ndarray
    joined: np.ndarray
    votes: np.ndarray


class GroupPairs:
    """One class group.

    Attributes:
        pairs: what the rules allow.
        same: float64, the probability of each pair of being the same; zeros where not `enough`.
        together: scores of pairs that were visible at one moment; without `doubles`, which look like one
            track and are two boxes on one body, probably.
        enough: whether there are tracks and judges enough to tell.
    """

    def __init__(
        self,
        tracks: TrackSet,
        constraints: Constraints,
        rows: np.ndarray,
        ids: np.ndarray,
        votes: np.ndarray,
    ) -> None:
        """`ids` int (n,) and `votes` int (judges, n) are of all tracks, `rows` those of the group."""
        self.size = len(rows)
        self.scores = PairScores(np.zeros((1, 1), np.float32), np.zeros(0, np.float32))
        if len(rows) > 1:
            self.scores = pair_scores(tracks, rows)
        left, right = np.triu_indices(len(rows), 1)
        allowed = ~constraints.forbidden(rows, rows)[left, right]
        score = self.scores.between[left, right]
        together = score[_seen_together(constraints, rows)[left, right]]
        double = np.median(self.scores.within) if len(self.scores.within) else np.inf
        self.together, self.doubles = together[together < double], int((together >= double).sum())
        left, right = rows[left[allowed]], rows[right[allowed]]
        agreed = (votes[:, left] == votes[:, right]).sum(axis=0)
        self.pairs = Pairs(score[allowed], ids[left] == ids[right], agreed)
        self.enough = len(votes) == JUDGES and len(rows) >= FEWEST_TRACKS
        self.same = pair_probabilities(self.pairs) if self.enough else np.zeros(len(agreed))

    def bins(self) -> pd.DataFrame:
        """Histograms over `EDGES`, and the probability that rises with similarity."""
        place = bin_of(self.pairs.score)
        pairs, joined, same = (
            np.bincount(place, weights=weights, minlength=len(EDGES) - 1)
            for weights in (np.ones(len(place)), self.pairs.joined, self.same)
        )
        rising = isotonic_regression(same / np.maximum(pairs, 1), weights=pairs + 1e-6).x
        halves, together = (
            np.bincount(bin_of(score), minlength=len(EDGES) - 1)
            for score in (self.scores.within, self.together)
        )
        return pd.DataFrame(
            {
                "low": EDGES[:-1],
                "high": EDGES[1:],
                "pairs": pairs.astype(np.int64),
                "joined": joined.astype(np.int64),
                "halves": halves,
                "seen_together": together,
                "probability": np.clip(rising, 0.0, 1.0) if self.enough else np.nan,
            }
        )

    def judge(self) -> dict[str, object]:
        """The columns of `EXPECTED_ACCURACY` that rest on pairs."""
        joined, all_same = self.pairs.joined, float(self.same.sum())
        right = float(self.same[joined].sum())
        tell = self.enough and int(joined.sum()) >= _FEWEST_JOINED
        bins = self.bins()
        likely = bins.loc[bins["probability"] >= 0.5, "low"]
        return {
            "even_odds": float(likely.iloc[0]) if len(likely) else None,
            "compared": self.size,
            "joined": int(joined.sum()),
            "expected_precision": right / int(joined.sum()) if tell else None,
            "expected_recall": min(right / all_same, 1.0) if tell and all_same else None,
            "doubles": self.doubles,
            "enough": self.enough,
        }


def pair_probabilities(pairs: Pairs) -> np.ndarray:
    """Probability of being the same, float64 (pairs,): latent classes in strata of similarity.

    Judges err together on pairs that are hard for everybody; within a stratum of like similarity they
    do so less (stratified estimates: Sekar and Deming 1949).
    """
    found = pairs.score[pairs.votes > 0]
    strata = int(np.clip(len(found) // _FEWEST_IN_STRATUM, 1, _STRATA))
    edges = np.quantile(found, np.linspace(0, 1, strata + 1)[1:-1]) if len(found) else np.zeros(0)
    stratum, same = np.digitize(pairs.score, edges), np.zeros(len(pairs.score))
    for number in range(strata):
        here = stratum == number
        by_votes = truth_by_votes(np.bincount(pairs.votes[here], minlength=JUDGES + 1))
        same[here] = by_votes[pairs.votes[here]]
    return same


def bin_of(score: np.ndarray) -> np.ndarray:
    """Position of each score among the bins of `EDGES`; the outermost ones hold what lies beyond."""
    return np.clip(np.digitize(score, EDGES) - 1, 0, len(EDGES) - 2)


def _seen_together(constraints: Constraints, rows: np.ndarray) -> np.ndarray:
    """Bool (n, n): whether two tracks were visible at one moment in one video."""
    start, end = constraints.f_min[rows], constraints.f_max[rows]
    overlap = np.minimum.outer(end, end) >= np.maximum.outer(start, start)
    return overlap & np.equal.outer(constraints.video[rows], constraints.video[rows])
