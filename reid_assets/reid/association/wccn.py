"""Learning from a first result which directions tell people apart here.

What varies inside the clusters is light, pose and view; dividing by it brings out what does not.
A track knows too little of it: its crops are alike. When to do this is `automatic.py`.
"""

import numpy as np

from reid_assets.reid.association.centring import sums_of

_LEAST_SIZE = 3
_LEAST_FREEDOM = 0.5  # differences seen, per dimension; below it the scatter is a guess
_SHRINKAGE = 0.3
_MOST_ROWS = 30_000  # tracks whose scatter is taken; more add nothing


def whitened(vectors: np.ndarray, labels: np.ndarray) -> np.ndarray | None:
    """The vectors divided by the scatter within clusters of three and more; None where there are too few.

    Within-class covariance normalisation (Hatch et al. 2006, section 3), with the classes found
    rather than given and the covariance shrunk to a multiple of the identity.

    Args:
        vectors: float32 (n, D), unit rows.
        labels: int (n,), a clustering of them.

    Returns:
        float32 (n, D), unit rows.
    """
    chosen = np.bincount(labels)[labels] >= _LEAST_SIZE
    order = np.flatnonzero(chosen)[np.argsort(labels[chosen], kind="stable")][:_MOST_ROWS]
    first = np.flatnonzero(np.diff(labels[order], prepend=-1))
    freedom = len(order) - len(first)
    dim = vectors.shape[1]
    if freedom < _LEAST_FREEDOM * dim:
        return None
    cluster = np.repeat(np.arange(len(first)), np.diff(np.append(first, len(order))))
    inner = vectors[order]
    mean = sums_of(inner, cluster, len(first)) / np.bincount(cluster)[:, None].astype(np.float32)
    inner -= mean[cluster]
    scatter = (inner.T @ inner).astype(np.float64) / freedom
    share = max(_SHRINKAGE, dim / (dim + freedom))
    scatter = (1 - share) * scatter + share * np.trace(scatter) / dim * np.eye(dim)
    value, direction = np.linalg.eigh(scatter)
    turned = vectors @ (direction / np.sqrt(np.maximum(value, 1e-12))).astype(np.float32)
    turned /= np.maximum(np.sqrt(np.einsum("ij,ij->i", turned, turned)), 1e-9)[:, None]
    return turned
