"""Whether two clusters hold tracks that can never be one, without comparing all pairs: compiled.

A cluster's tracks form a list by time, so that two clusters are compared in one walk over both.
Spans are frames of one video; moments are seconds on the common clock. What forbids a link is defined
in `constraints.py` and `clock_links.py`; which clusters to join is `sparse_linkage.py`.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from reid_assets.reid.association.constraints.cannot_links import Constraints


class Spans(NamedTuple):
    """Lists by video and first frame; `head` (clusters,) and `after` (tracks,) are -1 at an end."""

    head: np.ndarray
    after: np.ndarray
    video: np.ndarray
    start: np.ndarray
    end: np.ndarray


class Moments(NamedTuple):
    """Lists by first second, of the tracks that have a clock; see `clock_links.Clock`."""

    head: np.ndarray
    after: np.ndarray
    camera: np.ndarray
    start: np.ndarray
    end: np.ndarray
    place: np.ndarray
    wait: np.ndarray
    reach: float
    axis: np.ndarray  # zeros: all of them are on one axis


def spans_of(constraints: Constraints, rows: np.ndarray) -> Spans:
    """Each track of `rows` as a list of its own."""
    start = constraints.f_min[rows] if constraints.same_video else np.zeros(len(rows), dtype=np.int64)
    # Two spans overlap by more than the tolerance exactly where they meet after losing it.
    end = constraints.f_max[rows] - constraints.tolerance if constraints.same_video else start
    return Spans(*_lists(end >= start), constraints.video[rows], start, end)


def moments_of(constraints: Constraints, rows: np.ndarray) -> Moments:
    """The same for clocks; empty lists where there are none."""
    clock, axis = constraints.clock, np.zeros(len(rows), dtype=np.int64)
    if clock is None:
        second = np.zeros(len(rows))
        return Moments(*_lists(axis > 0), axis, second, second, axis, np.zeros((1, 1)), 0.0, axis)
    start, end = clock.start[rows], clock.end[rows]
    lists = _lists(np.isfinite(start) & np.isfinite(end))
    return Moments(*lists, clock.camera[rows], start, end, clock.place[rows], clock.wait, clock.reach, axis)


def _lists(listed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    rows = np.arange(len(listed))
    return np.where(listed, rows, -1), np.full(len(listed), -1, dtype=np.int64)


@njit(cache=True)
def never_one(a, b, spans, moments):  # type: ignore[no-untyped-def]
    """Whether clusters `a` and `b` hold two tracks that cannot be one."""
    return _spans_meet(spans.head[a], spans.head[b], spans) or _moments_clash(
        moments.head[a], moments.head[b], moments
    )


@njit(cache=True)
def _spans_meet(a, b, spans):  # type: ignore[no-untyped-def]
    """Spans of one list never overlap each other, so that the earlier to end can be left behind."""
    while a >= 0 and b >= 0:
        if spans.video[a] != spans.video[b]:
            if spans.video[a] < spans.video[b]:
                a = spans.after[a]
            else:
                b = spans.after[b]
        elif spans.end[a] < spans.start[b]:
            a = spans.after[a]
        elif spans.end[b] < spans.start[a]:
            b = spans.after[b]
        else:
            return True
    return False


@njit(cache=True)
def _moments_clash(a, b, moments):  # type: ignore[no-untyped-def]
    while a >= 0 and b >= 0:
        while b >= 0 and moments.end[b] < moments.start[a] - moments.reach:
            b = moments.after[b]
        other = b
        while other >= 0 and moments.start[other] <= moments.end[a] + moments.reach:
            if moments.camera[a] != moments.camera[other]:
                there = moments.wait[moments.place[a], moments.place[other]]
                back = moments.wait[moments.place[other], moments.place[a]]
                after, before = moments.start[other] - moments.end[a], moments.start[a] - moments.end[other]
                if after < there and before < back:
                    return True
            other = moments.after[other]
        a = moments.after[a]
    return False


@njit(cache=True)
def join_lists(a, b, spans, moments):  # type: ignore[no-untyped-def]
    """Make the lists of cluster `b` part of those of `a`."""
    spans.head[a] = _merged(spans.head[a], spans.head[b], spans.after, spans.video, spans.start)
    moments.head[a] = _merged(moments.head[a], moments.head[b], moments.after, moments.axis, moments.start)


@njit(cache=True)
def _merged(a, b, after, video, start):  # type: ignore[no-untyped-def]
    head, tail = -1, -1
    while a >= 0 or b >= 0:
        from_a = b < 0 or (
            a >= 0 and (video[a] < video[b] or (video[a] == video[b] and start[a] <= start[b]))
        )
        taken = a if from_a else b
        if from_a:
            a = after[a]
        else:
            b = after[b]
        if tail < 0:
            head = taken
        else:
            after[tail] = taken
        tail = taken
    if tail >= 0:
        after[tail] = -1
    return head
