"""What two tracks that are told the same say of all others: who is like one of them is like the other's.

An instance-level link becomes one of the space around it (Klein, Kamvar and Manning 2002, From instance-
level constraints to space-level constraints, section 3), here on affinities and for one step: of a way over
a link the weakest part counts. So two clusters are joined where the linked tracks stand firmly in theirs,
and a track that lies at the edge of its cluster leaves it alone.
"""

from collections.abc import Iterator

import numpy as np
from scipy.sparse import coo_array, csr_array

from reid_assets.reid.association.constraints.cannot_links import must_groups


def carry_over(affinity: np.ndarray, must: np.ndarray) -> np.ndarray:
    """Float (n, n), symmetric: the affinity of each two tracks, directly or over one link.

    Args:
        affinity: float (n, n), symmetric; the diagonal is not read.
        must: int64 (m, 2), must-links.
    """
    if not len(must):
        return affinity
    carried = affinity.astype(np.float64, copy=True)
    for one, others in _ends(must, len(affinity)):
        near, far = affinity[one].astype(np.float64), affinity[others].max(axis=0)
        near[[one, *others]] = far[[one, *others]] = -np.inf
        over = np.minimum.outer(near, far)
        carried = np.maximum(carried, np.maximum(over, over.T))
    return carried


def carry_over_graph(graph: csr_array, must: np.ndarray) -> csr_array:
    """The same for a sparse graph (n, n) of affinities at least 0; absent means 0."""
    if not len(must):
        return graph
    left, right, weight = [], [], []
    for one, others in _ends(must, graph.shape[0]):
        near, far = graph[[one]].tocoo(), graph[others].max(axis=0).tocoo()
        members = [one, *others]
        a, b = (~np.isin(end.coords[-1], members) for end in (near, far))
        left.append(np.repeat(near.coords[-1][a], b.sum()))
        right.append(np.tile(far.coords[-1][b], a.sum()))
        weight.append(np.minimum.outer(near.data[a], far.data[b]).ravel())
    row, column, value = map(np.concatenate, (left, right, weight))
    apart = row != column
    return _largest(graph, row[apart], column[apart], value[apart])


def _largest(graph: csr_array, row: np.ndarray, column: np.ndarray, value: np.ndarray) -> csr_array:
    """The graph with more pairs, in both directions; of equal pairs the largest counts."""
    rows, columns, values = np.r_[row, column], np.r_[column, row], np.r_[value, value]
    order = np.lexsort((-values, columns, rows))
    first = np.r_[True, (np.diff(rows[order]) != 0) | (np.diff(columns[order]) != 0)][: len(order)]
    kept = order[first]
    carried = coo_array((values[kept], (rows[kept], columns[kept])), shape=graph.shape).tocsr()
    return graph.maximum(carried.astype(graph.dtype)).tocsr()


def _ends(must: np.ndarray, size: int) -> Iterator[tuple[int, list[int]]]:
    """Each linked track, and the others of its group."""
    group = must_groups(must, size)
    for one in np.unique(must):
        members = np.flatnonzero(group == group[one])
        yield int(one), [int(other) for other in members if other != one]
