"""Whether two clusters hold a cannot-link between them, without comparing all their pairs: compiled.

A cluster's tracks form a linked list by time, so that two clusters are compared in one walk over both.
The cannot-links themselves are defined in `cannot_links.py` and `spatiotemporal.py`; which clusters to
join is `sparse_linkage.py`.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from reid_assets.reid.association.constraints.cannot_links import Constraints


class FrameIntervals(NamedTuple):
    """Frames of each track in its video, as lists sorted by video and first frame.

    Attributes:
        head: int64 (clusters,), first track of each cluster's list, -1 for an empty one.
        after: int64 (tracks,), next track of the list, -1 at its end.
        video: int64 (tracks,).
        start, end: int64 (tracks,), first and last frame, the last less the tolerance.
    """

    head: np.ndarray
    after: np.ndarray
    video: np.ndarray
    start: np.ndarray
    end: np.ndarray


class ClockIntervals(NamedTuple):
    """Seconds of each track that has a clock, as lists sorted by first second.

    Attributes:
        head, after: as in `FrameIntervals`.
        camera, start, end, camera_row, min_travel_s, max_travel_s: as in
            `spatiotemporal.TravelConstraints`.
        axis: int64 (tracks,), zeros: all tracks are on one axis of time.
    """

    head: np.ndarray
    after: np.ndarray
    camera: np.ndarray
    start: np.ndarray
    end: np.ndarray
    camera_row: np.ndarray
    min_travel_s: np.ndarray
    max_travel_s: float
    axis: np.ndarray


class RefusedPairs(NamedTuple):
    """Pairs that a person said are different, as a list of each cluster.

    Attributes:
        head, tail: int64 (clusters,), first and last entry of each cluster's list, -1 for an empty one.
        after: int64 (entries,), next entry of the list, -1 at its end.
        other: int64 (entries,), the track on the other side.
        cluster: int64 (tracks,), the cluster that each track or cluster became a part of, or itself.
    """

    head: np.ndarray
    tail: np.ndarray
    after: np.ndarray
    other: np.ndarray
    cluster: np.ndarray


def refused_pairs(constraints: Constraints, rows: np.ndarray) -> RefusedPairs:
    """Those between tracks of `rows`, each of which is a cluster of its own."""
    pairs = constraints.within(constraints.refused, rows)
    own, other = np.concatenate([pairs, pairs[:, ::-1]]).T if len(pairs) else np.empty((2, 0), np.int64)
    head, tail = np.full(len(rows), -1, np.int64), np.full(len(rows), -1, np.int64)
    after = np.full(len(own), -1, np.int64)
    for entry, row in enumerate(own):
        if head[row] < 0:
            head[row] = entry
        else:
            after[tail[row]] = entry
        tail[row] = entry
    return RefusedPairs(head, tail, after, np.ascontiguousarray(other), np.arange(len(rows)))


def frame_intervals(constraints: Constraints, rows: np.ndarray) -> FrameIntervals:
    """Each track of `rows` as a cluster of its own."""
    start = constraints.f_min[rows] if constraints.same_video else np.zeros(len(rows), dtype=np.int64)
    # Two intervals overlap by more than the tolerance exactly where they meet after losing it.
    end = constraints.f_max[rows] - constraints.tolerance if constraints.same_video else start
    return FrameIntervals(*_single_lists(end >= start), constraints.video[rows], start, end)


def clock_intervals(constraints: Constraints, rows: np.ndarray) -> ClockIntervals:
    """The same by clock; empty lists where no track has one."""
    travel, axis = constraints.travel, np.zeros(len(rows), dtype=np.int64)
    if travel is None:
        second = np.zeros(len(rows))
        lists = _single_lists(axis > 0)
        return ClockIntervals(*lists, axis, second, second, axis, np.zeros((1, 1)), 0.0, axis)
    start, end = travel.start[rows], travel.end[rows]
    lists = _single_lists(np.isfinite(start) & np.isfinite(end))
    times = (travel.camera[rows], start, end, travel.camera_row[rows])
    return ClockIntervals(*lists, *times, travel.min_travel_s, travel.max_travel_s, axis)


def _single_lists(listed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    rows = np.arange(len(listed))
    return np.where(listed, rows, -1), np.full(len(listed), -1, dtype=np.int64)


@njit(cache=True)
def cannot_link(a, b, frames, seconds, refused):  # type: ignore[no-untyped-def]
    """Whether clusters `a` and `b` hold two tracks that cannot be one identity.

    Args:
        a, b: int, numbers of the clusters.
        frames: FrameIntervals.
        seconds: ClockIntervals.
        refused: RefusedPairs.
    """
    return (
        _overlap_in_video(frames.head[a], frames.head[b], frames)
        or _too_fast(seconds.head[a], seconds.head[b], seconds)
        or _refuses(a, b, refused)
    )


@njit(cache=True)
def _refuses(a, b, refused):  # type: ignore[no-untyped-def]
    """Whether a person said that a track of cluster `a` is different from one of cluster `b`."""
    entry = refused.head[a]
    if entry < 0 or refused.head[b] < 0:
        return False
    while entry >= 0:
        track = refused.other[entry]
        while refused.cluster[track] != track:
            track = refused.cluster[track]
        if track == b:
            return True
        entry = refused.after[entry]
    return False


@njit(cache=True)
def _overlap_in_video(a, b, frames):  # type: ignore[no-untyped-def]
    """Whether intervals of the lists that begin at tracks `a` and `b` overlap in one video.

    Intervals of one list never overlap each other, so that the earlier to end can be left behind.
    """
    while a >= 0 and b >= 0:
        if frames.video[a] != frames.video[b]:
            if frames.video[a] < frames.video[b]:
                a = frames.after[a]
            else:
                b = frames.after[b]
        elif frames.end[a] < frames.start[b]:
            a = frames.after[a]
        elif frames.end[b] < frames.start[a]:
            b = frames.after[b]
        else:
            return True
    return False


@njit(cache=True)
def _too_fast(a, b, seconds):  # type: ignore[no-untyped-def]
    """Whether the lists that begin at tracks `a` and `b` hold two that travel time keeps apart."""
    while a >= 0 and b >= 0:
        while b >= 0 and seconds.end[b] < seconds.start[a] - seconds.max_travel_s:
            b = seconds.after[b]
        other = b
        while other >= 0 and seconds.start[other] <= seconds.end[a] + seconds.max_travel_s:
            if seconds.camera[a] != seconds.camera[other]:
                there = seconds.min_travel_s[seconds.camera_row[a], seconds.camera_row[other]]
                back = seconds.min_travel_s[seconds.camera_row[other], seconds.camera_row[a]]
                after, before = seconds.start[other] - seconds.end[a], seconds.start[a] - seconds.end[other]
                if after < there and before < back:
                    return True
            other = seconds.after[other]
        a = seconds.after[a]
    return False


@njit(cache=True)
def merge_lists(a, b, frames, seconds, refused):  # type: ignore[no-untyped-def]
    """Make the lists of cluster `b` part of those of `a`; arguments as of `cannot_link`."""
    refused.cluster[b] = a
    if refused.head[a] < 0:
        refused.head[a], refused.tail[a] = refused.head[b], refused.tail[b]
    elif refused.head[b] >= 0:
        refused.after[refused.tail[a]] = refused.head[b]
        refused.tail[a] = refused.tail[b]
    frames.head[a] = _merged(frames.head[a], frames.head[b], frames.after, frames.video, frames.start)
    seconds.head[a] = _merged(seconds.head[a], seconds.head[b], seconds.after, seconds.axis, seconds.start)


@njit(cache=True)
def _merged(a, b, after, axis, start):  # type: ignore[no-untyped-def]
    """Merge two sorted lists in place; return the head of the result.

    Args:
        a, b: int, heads of the lists.
        after: int64 (tracks,), next track of each, rewritten.
        axis, start: (tracks,), what lists are sorted by, in this order.
    """
    head, tail = -1, -1
    while a >= 0 or b >= 0:
        from_a = b < 0 or (a >= 0 and (axis[a] < axis[b] or (axis[a] == axis[b] and start[a] <= start[b])))
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
