"""The slow, plain reading of the clustering, that small random cases are compared with."""

from itertools import combinations

import numpy as np


def plain_average_linkage(similarity: np.ndarray, forbidden: np.ndarray, threshold: float) -> np.ndarray:
    """Join the two clusters of largest mean similarity until no feasible pair reaches the threshold."""
    clusters = [[row] for row in range(len(similarity))]
    while True:
        best, pair = -np.inf, None
        for a, b in combinations(range(len(clusters)), 2):
            pairs = [(i, j) for i in clusters[a] for j in clusters[b]]
            if any(forbidden[i, j] for i, j in pairs):
                continue
            mean = sum(similarity[i, j] for i, j in pairs) / len(pairs)
            if mean > best:
                best, pair = mean, (a, b)
        if pair is None or best < threshold:
            break
        a, b = pair
        clusters[a] = sorted(clusters[a] + clusters[b])
        del clusters[b]
    labels = np.empty(len(similarity), dtype=np.int64)
    for number, members in enumerate(sorted(clusters)):
        labels[members] = number
    return labels
