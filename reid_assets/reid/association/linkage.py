"""Average linkage under cannot-links, on a dense similarity matrix.

Always the two clusters of largest mean similarity are joined. Average linkage does not chain: one
accidental pair cannot pull two identities together. Where similarities come from is `as_norm.py`, where
the dendrogram is cut `cut_selection.py`; the same for many tracks is `sparse_linkage.py`.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components


@dataclass(frozen=True)
class Dendrogram:
    """The merges of a clustering, most similar first.

    Attributes:
        size: number of rows clustered.
        left, right: int64 (merges,), a row of each of the two clusters joined.
        height: float64 (merges,), their mean similarity, falling.
    """

    size: int
    left: np.ndarray
    right: np.ndarray
    height: np.ndarray

    def cut(self, threshold: float) -> np.ndarray:
        """Clusters whose every merge reached `threshold`: canonical labels, int64 (size,)."""
        joined = self.height >= threshold
        links = (np.ones(int(joined.sum())), (self.left[joined], self.right[joined]))
        _, labels = connected_components(coo_array(links, shape=(self.size, self.size)), directed=False)
        return canonical_labels(labels)


def average_linkage(
    similarity: np.ndarray,
    forbidden: np.ndarray,
    threshold: float = -np.inf,
    must: np.ndarray | None = None,
) -> Dendrogram:
    """Dendrogram of mean pairwise similarity, under cannot-links that hold for whole clusters.

    Greedy agglomeration (UPGMA: Sokal & Michener 1958) with the Lance-Williams update. A cannot-link
    is a similarity of minus infinity, which every later average inherits: two clusters with one
    forbidden pair between them can never be joined. Ties go to the lowest row numbers.

    Args:
        similarity: float (n, n), symmetric, finite; the diagonal is not read.
        forbidden: bool (n, n), symmetric; the diagonal is not read.
        threshold: merges below it are left out.
        must: int64 (m, 2), must-links: joined first, at a similarity of infinity; none is forbidden.
    """
    n, links = len(similarity), [] if must is None else must.tolist()
    if forbidden.all() and not links:
        return Dendrogram(n, np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
    mean = similarity.astype(np.float64)
    mean[forbidden] = -np.inf
    np.fill_diagonal(mean, -np.inf)
    size = np.ones(n)
    merges = _join_must_links(mean, size, links)
    nearest = mean.argmax(axis=1) if n else np.empty(0, dtype=np.int64)
    best = mean[np.arange(n), nearest]
    while n and best.max() >= threshold and best.max() > -np.inf:
        a = int(best.argmax())
        top = best[a]
        a, b = sorted((a, int(nearest[a])))
        merges.append((a, b, top))
        _join(mean, size, a, b)
        best[b] = -np.inf
        # Rows whose nearest was a or b look again; the others can only have gained the new cluster.
        stale = np.flatnonzero(((nearest == a) | (nearest == b)) & (best > -np.inf))
        stale = np.union1d(stale, [a])
        nearest[stale] = mean[stale].argmax(axis=1)
        best[stale] = mean[stale, nearest[stale]]
        closer = mean[:, a] > best
        nearest[closer], best[closer] = a, mean[closer, a]
    left, right, height = (np.array(part) for part in zip(*merges, strict=True)) if merges else [()] * 3
    return Dendrogram(
        n, np.asarray(left, np.int64), np.asarray(right, np.int64), np.asarray(height, np.float64)
    )


def _join_must_links(
    mean: np.ndarray, size: np.ndarray, links: list[list[int]]
) -> list[tuple[int, int, float]]:
    """Make one cluster of each group of must-links; the merges, in the order of the links."""
    merges: list[tuple[int, int, float]] = []
    cluster = list(range(len(size)))
    for left, right in links:
        a, b = sorted((cluster[left], cluster[right]))
        if a != b:
            _join(mean, size, a, b)
            cluster = [a if one == b else one for one in cluster]
            merges.append((a, b, np.inf))
    return merges


def _join(mean: np.ndarray, size: np.ndarray, a: int, b: int) -> None:
    joined = (size[a] * mean[a] + size[b] * mean[b]) / (size[a] + size[b])
    joined[[a, b]] = -np.inf
    mean[a], mean[:, a] = joined, joined
    mean[b], mean[:, b] = -np.inf, -np.inf
    size[a] += size[b]


def canonical_labels(labels: np.ndarray) -> np.ndarray:
    """The same partition with clusters numbered 0, 1, … in the order of their first rows."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[inverse]


def count_clusters(labels: np.ndarray) -> int:
    """Number of clusters of labels 0, 1, …"""
    return int(labels.max()) + 1 if len(labels) else 0
