"""Average linkage that never joins what must not be joined.

Agglomerative clustering on a dense similarity matrix: the two most alike clusters are joined while
their average similarity reaches a threshold. Average linkage does not chain: one lucky pair cannot
pull two crowds together. Where similarities come from is not known here.
"""

import numpy as np


def average_linkage(similarity: np.ndarray, forbidden: np.ndarray, threshold: float) -> np.ndarray:
    """Clusters of mean pairwise similarity, under cannot-links that hold for whole clusters.

    Greedy agglomeration (UPGMA: Sokal & Michener 1958) with the Lance-Williams update. A cannot-link
    is a similarity of minus infinity, which every later average inherits: two clusters with one
    forbidden pair between them can never be joined. Ties go to the lowest row numbers.

    Args:
        similarity: float (n, n), symmetric, finite; the diagonal is not read.
        forbidden: bool (n, n), symmetric; the diagonal is not read.
        threshold: least average similarity of a merge.

    Returns:
        int64 (n,): clusters, numbered by their first row.
    """
    n = len(similarity)
    mean = np.where(forbidden, -np.inf, similarity.astype(np.float64))
    np.fill_diagonal(mean, -np.inf)
    size = np.ones(n)
    parent = np.arange(n)
    nearest = mean.argmax(axis=1) if n else np.empty(0, dtype=np.int64)
    best = mean[np.arange(n), nearest]
    while n and best.max() >= threshold:
        a = int(best.argmax())
        a, b = sorted((a, int(nearest[a])))
        _join(mean, size, a, b)
        parent[parent == b] = a
        best[b] = -np.inf
        # Rows whose nearest was a or b look again; the others can only have gained the new cluster.
        stale = np.flatnonzero(((nearest == a) | (nearest == b)) & (best > -np.inf))
        stale = np.union1d(stale, [a])
        nearest[stale] = mean[stale].argmax(axis=1)
        best[stale] = mean[stale, nearest[stale]]
        closer = mean[:, a] > best
        nearest[closer], best[closer] = a, mean[closer, a]
    return number_by_first(parent)


def _join(mean: np.ndarray, size: np.ndarray, a: int, b: int) -> None:
    joined = (size[a] * mean[a] + size[b] * mean[b]) / (size[a] + size[b])
    joined[[a, b]] = -np.inf
    mean[a], mean[:, a] = joined, joined
    mean[b], mean[:, b] = -np.inf, -np.inf
    size[a] += size[b]


def number_by_first(labels: np.ndarray) -> np.ndarray:
    """The same partition with clusters numbered 0, 1, … in the order of their first rows."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[inverse]
