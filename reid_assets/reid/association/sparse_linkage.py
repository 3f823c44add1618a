"""The same clustering as `linkage.py` for large footage: on a sparse graph, in compiled code.

Absent pairs count as similarity 0, so that the result is that of the dense matrix. Cannot-links are
asked of whole clusters (`meetings.py`), which costs as much as they are long and not their product.
"""

import numpy as np
from numba import njit
from scipy.sparse import csr_array

from reid_assets.reid.association.constraints.cannot_links import Constraints
from reid_assets.reid.association.constraints.cluster_cannot_links import (
    join_lists,
    moments_of,
    never_one,
    spans_of,
)
from reid_assets.reid.association.linkage import Tree


def sparse_average_linkage(graph: csr_array, constraints: Constraints, rows: np.ndarray) -> Tree:
    """Tree of mean pairwise similarity above 0, under the cannot-links of `constraints`.

    Nearest-neighbour chains (Murtagh 1983): average linkage is reducible, with and without
    cannot-links, so the merges are those of the greedy order.

    Args:
        graph: (n, n) symmetric, positive weights, nothing on the diagonal.
        constraints: over all tracks; without `extra` other than that of the clocks.
        rows: (n,) the tracks that the graph is about, of one class group.
    """
    if not knows_all(constraints):
        raise ValueError("further cannot-links are only known pair by pair: use average_linkage")
    n = len(rows)
    left, right, height = _chain(
        graph.indptr.astype(np.int64),
        graph.indices,
        graph.data,
        spans_of(constraints, rows),
        moments_of(constraints, rows),
    )
    order = np.lexsort((right, left, -height))
    return Tree(n, left[order], right[order], height[order])


def knows_all(constraints: Constraints) -> bool:
    """Whether all cannot-links are known as intervals, which is what this clustering asks."""
    return constraints.extra is None or constraints.extra == getattr(constraints.clock, "forbidden", None)


@njit(cache=True)
def _chain(indptr, indices, data, spans, moments):  # type: ignore[no-untyped-def]
    n = len(indptr) - 1
    edges = len(indices)
    pool_to = np.empty(2 * edges + 2, np.int64)
    pool_sum = np.empty(2 * edges + 2, np.float64)
    pool_to[:edges], pool_sum[:edges] = indices, data
    first, length = indptr[:-1].copy(), indptr[1:] - indptr[:-1]
    free = edges
    parent, size = np.arange(n), np.ones(n, np.int64)
    stamp, place = np.full(n, -1, np.int64), np.zeros(n, np.int64)
    left, right, height = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n, np.float64)
    chain, depth, merges, seed = np.empty(n + 1, np.int64), 0, 0, 0
    done = np.zeros(n, np.bool_)
    while True:
        while depth == 0 and seed < n and (done[seed] or parent[seed] != seed):
            seed += 1
        if depth == 0 and seed == n:
            break
        if depth == 0:
            chain[0], depth = seed, 1
        here = chain[depth - 1]
        before = chain[depth - 2] if depth > 1 else -1
        length[here] = _compact(pool_to, pool_sum, first[here], length[here], here, parent, stamp, place)
        best, value = _nearest(
            pool_to, pool_sum, first[here], length[here], here, before, size, spans, moments
        )
        if best < 0:
            done[here] = True
            depth -= 1
        elif best != before:
            chain[depth] = best
            depth += 1
        else:
            depth -= 2
            a, b = min(here, best), max(here, best)
            left[merges], right[merges], height[merges] = a, b, value
            merges += 1
            free = _merge(pool_to, pool_sum, first, length, parent, a, b, free)
            size[a] += size[b]
            join_lists(a, b, spans, moments)
    return left[:merges], right[:merges], height[:merges]


@njit(cache=True)
def _merge(pool_to, pool_sum, first, length, parent, a, b, free):  # type: ignore[no-untyped-def]
    """Make `b` a part of `a`; return where the pool is free from now on."""
    if free + length[a] + length[b] > len(pool_to):
        free = _collect(pool_to, pool_sum, first, length, parent)
    first[a], length[a], free = _append(pool_to, pool_sum, first, length, a, b, free)
    length[b] = 0
    parent[b] = a
    return free


@njit(cache=True)
def _find(parent, row):  # type: ignore[no-untyped-def]
    while parent[row] != row:
        parent[row] = parent[parent[row]]
        row = parent[row]
    return row


@njit(cache=True)
def _compact(pool_to, pool_sum, first, length, here, parent, stamp, place):  # type: ignore[no-untyped-def]
    """Bring a list up to date in place: dead clusters by what they became, each of them once."""
    kept = first
    for e in range(first, first + length):
        to = _find(parent, pool_to[e])
        if to == here:
            continue
        if stamp[to] == here and first <= place[to] < kept and pool_to[place[to]] == to:
            pool_sum[place[to]] += pool_sum[e]
        else:
            stamp[to], place[to] = here, kept
            pool_to[kept], pool_sum[kept] = to, pool_sum[e]
            kept += 1
    return kept - first


@njit(cache=True)
def _nearest(pool_to, pool_sum, first, length, here, before, size, spans, moments):  # type: ignore[no-untyped-def]
    """The lawful cluster of largest mean similarity; of equals the one before, then the lowest."""
    while True:
        best, value, at = -1, 0.0, -1
        for e in range(first, first + length):
            to = pool_to[e]
            mean = pool_sum[e] / (size[here] * size[to])
            if to == before:
                mean *= 1 + 1e-12
            if mean > value or (mean == value and best >= 0 and to < best):
                best, value, at = to, mean, e
        if best < 0 or not never_one(here, best, spans, moments):
            return best, value
        pool_sum[at] = -np.inf


@njit(cache=True)
def _append(pool_to, pool_sum, first, length, a, b, free):  # type: ignore[no-untyped-def]
    at = free
    for cluster in (a, b):
        for e in range(first[cluster], first[cluster] + length[cluster]):
            pool_to[free], pool_sum[free] = pool_to[e], pool_sum[e]
            free += 1
    return at, free - at, free


@njit(cache=True)
def _collect(pool_to, pool_sum, first, length, parent):  # type: ignore[no-untyped-def]
    """Close the gaps that merged lists left behind."""
    alive = np.array([c for c in range(len(parent)) if parent[c] == c and length[c] > 0])
    free = 0
    for cluster in alive[np.argsort(first[alive], kind="mergesort")]:
        for e in range(first[cluster], first[cluster] + length[cluster]):
            pool_to[free], pool_sum[free] = pool_to[e], pool_sum[e]
            free += 1
        first[cluster] = free - length[cluster]
    return free
