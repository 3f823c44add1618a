"""The questions about one class group: which answer would change the map the most.

A question is about two tracks that stand for two clusters: two identities that were nearly joined, the two
parts of an identity that were just joined, or two boxes in one frame that look like one being. Its value is
the change of the pairwise F1 that is to be expected of its answer.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from reid_assets.reid.association.linkage import average_linkage
from reid_assets.reid.review.link_odds import LinkOdds

JOIN, SPLIT, DOUBLE = "join", "split", "double"
_MOST = 400  # questions of one kind that are weighed against each other
_DOUBLE_FROM = 1.0  # log odds from which two boxes of one frame may be one being


@dataclass(frozen=True)
class Question:
    """One question, in row numbers of the group.

    Attributes:
        kind: JOIN, SPLIT or DOUBLE.
        left, right: int64, the tracks on its two sides.
        a, b: the track that stands for each side: the one most like its own.
        probability: of being one identity, 0..1.
        gain: expected change of the pairwise F1 of the group, 0..1.
    """

    kind: str
    left: np.ndarray
    right: np.ndarray
    a: int
    b: int
    probability: float
    gain: float


@dataclass(frozen=True)
class _Sides:
    kind: str
    left: np.ndarray
    right: np.ndarray
    probability: float

    @property
    def pairs(self) -> int:
        return len(self.left) * len(self.right)


def questions_of(
    odds: LinkOdds, labels: np.ndarray, forbidden: np.ndarray, must: np.ndarray, overlap: np.ndarray
) -> list[Question]:
    """All questions worth asking about n tracks, best first.

    Args:
        odds: the tracks, compared.
        labels: int64 (n,), identity of each in the map, numbered from 0.
        forbidden: bool (n, n), what can never be one identity, by the rules or by what was said.
        must: int64 (m, 2), what was said to be the same: not asked again.
        overlap: bool (n, n), whether two tracks are in one frame of one video.
    """
    splits = _splits(odds, labels, forbidden, must)
    sides = [*_joins(odds, labels, forbidden), *splits, *_doubles(odds, labels, overlap)]
    value = _Value.of(sides)
    asked = [
        Question(
            one.kind,
            one.left,
            one.right,
            _central(odds.likeness, one.left),
            _central(odds.likeness, one.right),
            one.probability,
            value.gain(one),
        )
        for one in sides
    ]
    return sorted((one for one in asked if one.gain > 0), key=lambda one: (-one.gain, one.a, one.b))


def _joins(odds: LinkOdds, labels: np.ndarray, forbidden: np.ndarray) -> list[_Sides]:
    """The identities that are most alike, and may be one."""
    count = int(labels.max()) + 1
    member = np.zeros((len(labels), count), dtype=np.float32)
    member[np.arange(len(labels)), labels] = 1.0
    size = member.sum(axis=0)
    mean = member.T @ odds.likeness @ member / np.outer(size, size)
    never = member.T @ forbidden.astype(np.float32) @ member > 0
    left, right = np.nonzero(np.triu(~never, 1))
    log_odds = odds.log_odds(mean[left, right])
    members = np.split(np.argsort(labels, kind="stable"), np.cumsum(size.astype(np.int64))[:-1])
    worth = expit(log_odds) * size[left] * size[right]
    best = np.argsort(-worth, kind="stable")[:_MOST]
    return [
        _Sides(JOIN, members[left[k]], members[right[k]], float(expit(log_odds[k]))) for k in best.tolist()
    ]


def _splits(odds: LinkOdds, labels: np.ndarray, forbidden: np.ndarray, must: np.ndarray) -> list[_Sides]:
    """The two sides of each merge within an identity."""
    never = forbidden | np.not_equal.outer(labels, labels)
    tree = average_linkage(odds.likeness, never, must=must)
    members = {row: [row] for row in range(len(labels))}
    top = np.arange(len(labels))
    sides = []
    for one, other, height in zip(tree.left.tolist(), tree.right.tolist(), tree.height, strict=True):
        left, right = members[int(top[one])], members.pop(int(top[other]))
        if np.isfinite(height):
            same = float(expit(odds.log_odds(np.array(height))))
            sides.append(_Sides(SPLIT, np.array(sorted(left)), np.array(sorted(right)), same))
        left.extend(right)
        top[right] = top[one]
    return sides


def _doubles(odds: LinkOdds, labels: np.ndarray, overlap: np.ndarray) -> list[_Sides]:
    """Two tracks in one frame as alike as one being: one of them may be a second box on it."""
    log_odds = odds.log_odds(odds.likeness)
    left, right = np.nonzero(np.triu(overlap & (log_odds >= _DOUBLE_FROM), 1))
    best = np.argsort(-log_odds[left, right], kind="stable")[:_MOST]
    return [
        _Sides(DOUBLE, np.array([a]), np.array([b]), float(expit(log_odds[a, b])))
        for a, b in zip(left[best].tolist(), right[best].tolist(), strict=True)
        if labels[a] != labels[b]
    ]


def _central(likeness: np.ndarray, rows: np.ndarray) -> int:
    """The track most like the others of its side."""
    return int(rows[np.argmax(likeness[np.ix_(rows, rows)].sum(axis=1))])


@dataclass(frozen=True)
class _Value:
    """Pairs of the map as they are expected to be: joined, rightly joined, and there in truth."""

    joined: float
    right: float
    there: float

    @classmethod
    def of(cls, sides: list[_Sides]) -> "_Value":
        joined = float(sum(one.pairs for one in sides if one.kind == SPLIT))
        right = sum(one.pairs * one.probability for one in sides if one.kind == SPLIT)
        apart = sum(one.pairs * one.probability for one in sides if one.kind == JOIN)
        return cls(joined, right, right + apart)

    def gain(self, one: _Sides) -> float:
        """Expected change of F1: of the answer that changes the map, times its probability."""
        same, pairs = one.probability, float(one.pairs)
        if one.kind == JOIN:
            return same * 2 * pairs / (self.joined + self.there + (2 - same) * pairs)
        if one.kind == SPLIT:
            right, there = self.right - same * pairs, self.there - same * pairs
            before = 2 * right / max(self.joined + there, 1e-9)
            return (1 - same) * (2 * right / max(self.joined - pairs + there, 1e-9) - before)
        # One track fewer that cannot be found: about a pair.
        return same * self.right / max(self.joined + self.there, 1.0) ** 2
