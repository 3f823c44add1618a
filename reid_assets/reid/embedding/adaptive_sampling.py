"""Whether the first few samples of a track agree so well that the others need not be embedded.

Two samples of one track are never equal, and how alike two strangers look differs from network to
network. So agreement is measured between both: 0 is what samples of different tracks of the same
video have in common, 1 is equality. Which samples are the first few is `planning.py`.
"""

import numpy as np

# Tracks to know before strangers' likeness is believed; a video of fewer decides at its end.
_TRACKS = 8
# Reliability from which on nothing more is asked, and below which everything counts in full. In
# between the other samples fade in, so that a tiny change of a vector never makes a leap.
# On labelled tracks this spares 93 of 100 tracks their other samples; F1 falls by 0.1 points.
_ENOUGH, _TOO_LITTLE = 0.75, 0.65


class Agreement:
    """Decides for the tracks of one video, in the order in which their first samples are complete.

    What is decided depends on the vectors and that order alone, not on how they were batched.
    """

    def __init__(self, expected: dict[int, int]) -> None:
        """`expected`: for each track, how many first samples will come."""
        self._left = dict(expected)
        self._sums: dict[int, np.ndarray] = {}
        self._counts: dict[int, int] = {}
        self._undecided: list[tuple[int, float, int]] = []
        self._total: np.ndarray | None = None
        self._squares = 0.0
        self._known = 0

    def add(self, track: int, vector: np.ndarray) -> list[tuple[int, float]]:
        """Take the vector, (D,) of length 1, of a first sample.

        Returns:
            What can be decided now: tracks, and how much their other samples shall count, 0..1.
        """
        self._sums[track] = self._sums.get(track, 0.0) + vector.astype(np.float64)
        self._counts[track] = self._counts.get(track, 0) + 1
        self._left[track] -= 1
        if not self._left[track]:
            self._settle(track)
        return self._decide() if self._known >= _TRACKS else []

    def close(self) -> list[tuple[int, float]]:
        """Decide all that is left: the video has ended, and missing samples will not come."""
        for track in sorted(self._sums):
            self._settle(track)
        return self._decide()

    def _settle(self, track: int) -> None:
        count = self._counts.pop(track)
        mean = self._sums.pop(track) / count
        square = float(mean @ mean)
        self._total = mean if self._total is None else self._total + mean
        self._squares += square
        self._known += 1
        among = (count * square - 1.0) / (count - 1) if count > 1 else -1.0
        self._undecided.append((track, among, count))

    def _decide(self) -> list[tuple[int, float]]:
        decided = [(track, self._share(among, count)) for track, among, count in self._undecided]
        self._undecided.clear()
        return decided

    def _share(self, among: float, count: int) -> float:
        if self._total is None or self._known < 2:
            return 1.0
        pairs = self._known * (self._known - 1)
        strangers = (float(self._total @ self._total) - self._squares) / pairs
        found = reliability((among - strangers) / max(1.0 - strangers, 1e-6), count)
        return float(np.clip((_ENOUGH - found) / (_ENOUGH - _TOO_LITTLE), 0.0, 1.0))


def reliability(agreement: float, count: int) -> float:
    """Reliability 0..1 of the mean of `count` measurements that correlate by `agreement`, <= 1.

    The Spearman-Brown formula (Brown, Some experimental results in the correlation of mental
    abilities, British Journal of Psychology 3, 1910).
    """
    return count * agreement / (1.0 + (count - 1) * agreement) if agreement > 0.0 else 0.0
