"""The two terms of the silhouette on an affinity graph, in compiled code.

`cut_selection.py` judges cuts by them, `assignment_confidence.py` tells a user how certain each track is.
"""

import numpy as np
from numba import njit
from scipy.sparse import csr_array


def silhouette_terms(
    graph: csr_array, labels: np.ndarray, step: int = 1
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean affinity of each row to its own cluster (without itself), and to the best other one.

    The a and b of Rousseeuw 1987, Silhouettes: a graphical aid to the interpretation and validation of
    cluster analysis, section 2, with affinities in place of distances.

    Args:
        graph: (n, n), nothing on the diagonal; absent means 0.
        labels: int64 (n,), clusters numbered from 0.
        step: only rows 0, step, 2 step, … are asked.

    Returns:
        float64 (asked,), float64 (asked,), and bool (asked,): whether the row's cluster has other rows.
    """
    size = np.bincount(labels)
    own, other = _compare(graph.indptr, graph.indices, graph.data, labels, size, step)
    return own[::step], other[::step], size[labels[::step]] > 1


@njit(cache=True)
def _compare(indptr, indices, data, labels, size, step):  # type: ignore[no-untyped-def]
    """Both terms of rows 0, step, …; zeros elsewhere.

    Args:
        indptr, indices, data: the graph in compressed rows.
        labels: int64 (n,), cluster of each row.
        size: int64 (clusters,), rows of each cluster.
        step: distance between two rows that are asked.

    Returns:
        float64 (n,), float64 (n,).
    """
    n = len(labels)
    own, other = np.zeros(n), np.zeros(n)
    total, touched = np.zeros(len(size)), np.empty(n, np.int64)
    for row in range(0, n, step):
        count = 0
        for e in range(indptr[row], indptr[row + 1]):
            cluster = labels[indices[e]]
            if total[cluster] == 0:
                touched[count] = cluster
                count += 1
            total[cluster] += data[e]
        for t in range(count):
            cluster = touched[t]
            if cluster == labels[row]:
                own[row] = total[cluster] / max(size[cluster] - 1, 1)
            else:
                other[row] = max(other[row], total[cluster] / size[cluster])
            total[cluster] = 0
    return own, other
