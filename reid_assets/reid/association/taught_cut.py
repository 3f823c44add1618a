"""What the answers of a person say of the cut: whether this footage is joined too much or too little.

A pair is the same with a probability that rises with the height at which the clustering joins it, about the
cut. Each answer moves where that curve lies, the less the farther the pair is from the cut: people report
mistakes and not what is right, and a mistake far from the cut is one of its own.
"""

from collections import defaultdict

import numpy as np
from scipy.special import expit

from reid_assets.reid.association.as_norm import score_to_affinity
from reid_assets.reid.association.auto_parameters import DEFAULT_PARAMETERS, AutoParameters
from reid_assets.reid.association.linkage import Dendrogram

_MOVES = np.linspace(-0.6, 0.6, 61)  # standard scores by which a cut may be wrong
_STAY = 30  # the place of 0 among them
_SPREAD = 0.3  # standard deviation of these before anybody answers
# How much steeper the curve may be for this network and footage, and what is thought of that.
_STEEPER, _STEEPER_SPREAD = np.geomspace(0.5, 8.0, 17), 0.7
_UNRELATED = 0.2  # share of answers that say nothing of the cut


def same_log_odds(above_cut: np.ndarray) -> np.ndarray:
    """Log odds that two clusters are one identity, by their mean affinity above the cut.

    A curve through the shares of true links by height: labelled tracks of two networks and eighteen kinds of
    footage, the half that is not reported. About one in three is true at the cut itself.
    """
    steep = np.where(above_cut < 0, 4.5, 3.0)
    return -0.7 + steep * np.clip(above_cut, None, 1.0) + np.clip(above_cut - 1.0, 0.0, None)


def taught_cut(
    score: float,
    dendrogram: Dendrogram,
    same: np.ndarray,
    different: np.ndarray,
    parameters: AutoParameters = DEFAULT_PARAMETERS,
) -> float:
    """The cut, as a standard score, moved by what a person said: mean of its posterior.

    Args:
        score: the cut that the footage says.
        dendrogram: of the tracks, without what a person said.
        same, different: int64 (m, 2), (k, 2), pairs of its rows.
    """
    pairs = np.concatenate([same, different])
    height, told = joining_height(dendrogram, pairs), np.arange(len(pairs)) < len(same)
    cuts = np.array([score_to_affinity(score + float(move), parameters) for move in _MOVES])
    above = (height[None] - cuts[:, None])[None] * _STEEPER[:, None, None]
    right = expit(np.where(told, 1, -1) * same_log_odds(above))
    likelihood = np.log(_UNRELATED / 2 + (1 - _UNRELATED) * right).sum(axis=2)
    log = (
        likelihood - 0.5 * (_MOVES / _SPREAD) ** 2 - 0.5 * (np.log(_STEEPER)[:, None] / _STEEPER_SPREAD) ** 2
    )
    # No farther than there are answers against the cut.
    possible = (cuts >= np.min(height[told], initial=cuts[_STAY])) & (
        cuts <= np.max(height[~told], initial=cuts[_STAY])
    )
    weight = np.where(possible, np.exp(log - log.max()).sum(axis=0), 0.0)
    return score + float(np.average(_MOVES, weights=weight))


def joining_height(dendrogram: Dendrogram, pairs: np.ndarray) -> np.ndarray:
    """Height of the merge that brings the two rows of each pair together, float64 (m,); 0 where none does.

    The cophenetic similarity (Sokal and Rohlf 1962).
    """
    height = np.zeros(len(pairs))
    above = np.arange(dendrogram.size)
    asked: dict[int, set[int]] = defaultdict(set)
    for number, ends in enumerate(pairs.tolist()):
        for end in ends:
            asked[end] ^= {number}

    def top(row: int) -> int:
        while above[row] != row:
            above[row] = above[above[row]]
            row = int(above[row])
        return row

    for a, b, at in zip(dendrogram.left.tolist(), dendrogram.right.tolist(), dendrogram.height, strict=True):
        one, other = top(a), top(b)
        above[other] = one
        together = asked[one] & asked[other]
        height[list(together)] = at
        asked[one] = (asked[one] | asked.pop(other)) - together
    return height
