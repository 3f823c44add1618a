"""Average linkage under cannot-links for many tracks: on a sparse graph, in compiled code.

Absent pairs count as similarity 0, so that the result is that of `linkage.py` on the dense matrix.
Cannot-links are asked of whole clusters (`constraints/cluster_cannot_links.py`), at the cost of the sum
of their sizes and not the product.
"""

import numpy as np
from numba import njit
from scipy.sparse import csr_array

from reid_assets.reid.association.constraints.cannot_links import Constraints
from reid_assets.reid.association.constraints.cluster_cannot_links import (
    cannot_link,
    clock_intervals,
    frame_intervals,
    merge_lists,
    refused_pairs,
)
from reid_assets.reid.association.linkage import Dendrogram


def sparse_average_linkage(graph: csr_array, constraints: Constraints, rows: np.ndarray) -> Dendrogram:
    """Dendrogram of mean pairwise similarity above 0, under the cannot-links of `constraints`.

    Nearest-neighbour chains (Murtagh 1983, A survey of recent advances in hierarchical clustering
    algorithms, section 3): average linkage is reducible, with and without cannot-links, so the merges
    are those of the greedy order.

    Args:
        graph: (n, n) symmetric, positive weights, nothing on the diagonal.
        constraints: over all tracks.
        rows: (n,) row numbers of the tracks that are the rows of `graph`, of one class group.
    """
    n = len(rows)
    left, right, height = _chain(
        graph.indptr.astype(np.int64),
        graph.indices,
        graph.data,
        frame_intervals(constraints, rows),
        clock_intervals(constraints, rows),
        refused_pairs(constraints, rows),
        constraints.within(constraints.must, rows),
    )
    order = np.lexsort((right, left, -height))
    return Dendrogram(n, left[order], right[order], height[order])


@njit(cache=True)
def _chain(indptr, indices, data, frames, seconds, refused, must):  # type: ignore[no-untyped-def]
    """All merges, in the order of the chains.

    Clusters are numbered by one of their rows. Each has a list of its neighbours in two pools, which hold
    numbers of clusters and sums of similarity; a merged cluster's list is written anew behind all others.

    Args:
        indptr, indices, data: the graph in compressed rows.
        frames: FrameIntervals, changed.
        seconds: ClockIntervals, changed.
        refused: RefusedPairs, changed.
        must: int64 (m, 2), pairs of rows that are joined first, at infinity.

    Returns:
        int64 (merges,), int64 (merges,): rows of the two clusters joined, the lower one first; float64
        (merges,): their mean similarity.
    """
    n = len(indptr) - 1
    edges = len(indices)
    pool_to = np.empty(2 * edges + 2, np.int64)
    pool_sum = np.empty(2 * edges + 2, np.float64)
    pool_to[:edges], pool_sum[:edges] = indices, data
    first, length = indptr[:-1].copy(), indptr[1:] - indptr[:-1]
    free = edges
    parent, size = np.arange(n), np.ones(n, np.int64)
    stamp, slot = np.full(n, -1, np.int64), np.zeros(n, np.int64)
    left, right, height = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n, np.float64)
    chain, depth, merges, seed = np.empty(n + 1, np.int64), 0, 0, 0
    done = np.zeros(n, np.bool_)
    for link in range(len(must)):
        a, b = _find(parent, must[link, 0]), _find(parent, must[link, 1])
        if a != b:
            a, b = min(a, b), max(a, b)
            left[merges], right[merges], height[merges] = a, b, np.inf
            merges += 1
            free = _merge(pool_to, pool_sum, first, length, parent, a, b, free)
            size[a] += size[b]
            merge_lists(a, b, frames, seconds, refused)
    while True:
        while depth == 0 and seed < n and (done[seed] or parent[seed] != seed):
            seed += 1
        if depth == 0 and seed == n:
            break
        if depth == 0:
            chain[0], depth = seed, 1
        tip = chain[depth - 1]
        before = chain[depth - 2] if depth > 1 else -1
        length[tip] = _compact(pool_to, pool_sum, first[tip], length[tip], tip, parent, stamp, slot)
        best, value = _nearest(
            pool_to, pool_sum, first[tip], length[tip], tip, before, size, frames, seconds, refused
        )
        if best < 0:
            done[tip] = True
            depth -= 1
        elif best != before:
            chain[depth] = best
            depth += 1
        else:
            depth -= 2
            a, b = min(tip, best), max(tip, best)
            left[merges], right[merges], height[merges] = a, b, value
            merges += 1
            free = _merge(pool_to, pool_sum, first, length, parent, a, b, free)
            size[a] += size[b]
            merge_lists(a, b, frames, seconds, refused)
    return left[:merges], right[:merges], height[:merges]


@njit(cache=True)
def _merge(pool_to, pool_sum, first, length, parent, a, b, free):  # type: ignore[no-untyped-def]
    """Make cluster `b` a part of `a`; return where the pools are free from now on.

    Args:
        pool_to, pool_sum: neighbours of all clusters, and the sums of similarity to them.
        first, length: int64 (n,), where each cluster's list begins, and its length.
        parent: int64 (n,), the cluster that each became a part of, or itself.
        a, b: the clusters.
        free: where the pools are free.
    """
    if free + length[a] + length[b] > len(pool_to):
        free = _collect(pool_to, pool_sum, first, length, parent)
    first[a], length[a], free = _append(pool_to, pool_sum, first, length, a, b, free)
    length[b] = 0
    parent[b] = a
    return free


@njit(cache=True)
def _find(parent, row):  # type: ignore[no-untyped-def]
    """The cluster that `row` belongs to now; shortens the way for the next."""
    while parent[row] != row:
        parent[row] = parent[parent[row]]
        row = parent[row]
    return row


@njit(cache=True)
def _compact(pool_to, pool_sum, first, length, tip, parent, stamp, slot):  # type: ignore[no-untyped-def]
    """Bring one list up to date in place: merged neighbours by what they became, each once.

    Args:
        pool_to, pool_sum, parent: as of `_merge`.
        first, length: where the list of cluster `tip` begins, and its length.
        stamp, slot: int64 (n,), scratch: for which cluster a neighbour was last seen, and where.

    Returns:
        The new length.
    """
    end = first
    for e in range(first, first + length):
        to = _find(parent, pool_to[e])
        if to == tip:
            continue
        if stamp[to] == tip and first <= slot[to] < end and pool_to[slot[to]] == to:
            pool_sum[slot[to]] += pool_sum[e]
        else:
            stamp[to], slot[to] = tip, end
            pool_to[end], pool_sum[end] = to, pool_sum[e]
            end += 1
    return end - first


@njit(cache=True)
def _nearest(  # type: ignore[no-untyped-def]
    pool_to, pool_sum, first, length, tip, before, size, frames, seconds, refused
):
    """The feasible cluster of largest mean similarity, and that; of equals the one before, then the lowest.

    Args:
        pool_to, pool_sum, first, length, tip: as of `_compact`.
        before: the cluster before `tip` in the chain, or -1.
        size: int64 (n,), tracks of each cluster.
        frames, seconds, refused: the cannot-links.

    Returns:
        -1 and 0.0 where there is none.
    """
    while True:
        best, value, entry = -1, 0.0, -1
        for e in range(first, first + length):
            to = pool_to[e]
            mean = pool_sum[e] / (size[tip] * size[to])
            if to == before:
                mean *= 1 + 1e-12
            if mean > value or (mean == value and best >= 0 and to < best):
                best, value, entry = to, mean, e
        if best < 0 or not cannot_link(tip, best, frames, seconds, refused):
            return best, value
        pool_sum[entry] = -np.inf


@njit(cache=True)
def _append(pool_to, pool_sum, first, length, a, b, free):  # type: ignore[no-untyped-def]
    """Write the lists of `a` and `b` behind all others; return where, how long, and what is free then."""
    begin = free
    for cluster in (a, b):
        for e in range(first[cluster], first[cluster] + length[cluster]):
            pool_to[free], pool_sum[free] = pool_to[e], pool_sum[e]
            free += 1
    return begin, free - begin, free


@njit(cache=True)
def _collect(pool_to, pool_sum, first, length, parent):  # type: ignore[no-untyped-def]
    """Close the gaps that merged lists left behind; return where the pools are free then."""
    alive = np.array([c for c in range(len(parent)) if parent[c] == c and length[c] > 0])
    free = 0
    for cluster in alive[np.argsort(first[alive], kind="mergesort")]:
        for e in range(first[cluster], first[cluster] + length[cluster]):
            pool_to[free], pool_sum[free] = pool_to[e], pool_sum[e]
            free += 1
        first[cluster] = free - length[cluster]
    return free
