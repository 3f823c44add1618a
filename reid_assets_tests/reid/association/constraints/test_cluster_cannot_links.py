"""A walk over two sorted lists finds a cannot-link exactly where some pair of tracks has one."""

import numpy as np
import pytest

from reid_assets.reid.association.constraints.cluster_cannot_links import (
    cannot_link,
    clock_intervals,
    frame_intervals,
    merge_lists,
    refused_pairs,
)
from reid_assets_tests.reid.association.test_sparse_linkage import random_constraints, random_travel


def listed(intervals, cluster):
    rows, row = [], intervals.head[cluster]
    while row >= 0:
        rows.append(int(row))
        row = intervals.after[row]
    return rows


@pytest.mark.parametrize("seed", range(60))
def test_clusters_are_kept_apart_exactly_where_two_of_their_tracks_are(seed):
    draw = np.random.default_rng(seed)
    n = int(draw.integers(2, 30))
    travel = random_travel(draw, n) if seed % 2 else None
    constraints = random_constraints(draw, n, int(draw.integers(0, 4)), bool(seed % 3), travel)
    rows = np.arange(n)
    if seed % 4 == 0:
        refused = np.array([draw.choice(n, 2, replace=False) for _ in range(n // 2)], np.int64)
        constraints = constraints.corrected(constraints.must, refused.reshape(-1, 2))
    never = constraints.forbidden(rows, rows)
    frames, seconds = frame_intervals(constraints, rows), clock_intervals(constraints, rows)
    refused = refused_pairs(constraints, rows)
    clusters = {row: [row] for row in range(n)}
    for _ in range(4 * n):
        if len(clusters) < 2:
            break
        a, b = sorted(int(one) for one in draw.choice(list(clusters), 2, replace=False))
        apart = bool(never[np.ix_(clusters[a], clusters[b])].any())
        assert cannot_link(a, b, frames, seconds, refused) == apart
        if not apart:
            merge_lists(a, b, frames, seconds, refused)
            clusters[a] += clusters.pop(b)


def test_merged_lists_hold_every_track_once_in_the_order_of_time():
    draw = np.random.default_rng(0)
    constraints = random_constraints(draw, 12)
    rows = np.arange(12)
    frames, seconds = frame_intervals(constraints, rows), clock_intervals(constraints, rows)
    for other in range(1, 12):
        merge_lists(0, other, frames, seconds, refused_pairs(constraints, rows))
    order = listed(frames, 0)
    assert sorted(order) == list(range(12))
    keys = list(zip(frames.video[order], frames.start[order], strict=True))
    assert keys == sorted(keys)
    assert listed(seconds, 0) == [], "no track has a clock"
