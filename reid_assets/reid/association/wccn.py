"""Within-class covariance normalisation (WCCN) with the clusters found so far as classes: self-training.

What varies inside the clusters is light, pose and view; dividing by it brings out what tells identities
apart. The crops of one track are too alike to learn this from. When it is done, and how often, is
`pipeline.py`.
"""

import numpy as np

from reid_assets.reid.association.auto_parameters import DEFAULT_PARAMETERS, AutoParameters
from reid_assets.reid.association.centring import group_sums
from reid_assets.reid.core.embeddings import unit_rows

_SCATTER_ROWS = 30_000  # tracks whose scatter is taken; more add nothing


def within_class_whitening(
    vectors: np.ndarray, labels: np.ndarray, parameters: AutoParameters = DEFAULT_PARAMETERS
) -> np.ndarray | None:
    """The vectors by `whitening_matrix`: float32 (n, D), unit rows; None where there is none."""
    matrix = whitening_matrix(vectors, labels, parameters)
    return None if matrix is None else unit_rows(vectors @ matrix)


def whitening_matrix(
    vectors: np.ndarray, labels: np.ndarray, parameters: AutoParameters = DEFAULT_PARAMETERS
) -> np.ndarray | None:
    """What divides vectors by the scatter within clusters of three and more; None where there are too few.

    Hatch et al. 2006, Within-class covariance normalization for SVM-based speaker recognition, section
    3, with clusters in place of labelled classes and the covariance shrunk to a multiple of the identity
    matrix.

    Args:
        vectors: float32 (n, D), unit rows.
        labels: int (n,), a clustering of them.

    Returns:
        float32 (D, D); rows are multiplied with it from the left.
    """
    chosen = np.bincount(labels)[labels] >= parameters.wccn_min_cluster
    order = np.flatnonzero(chosen)[np.argsort(labels[chosen], kind="stable")][:_SCATTER_ROWS]
    first = np.flatnonzero(np.diff(labels[order], prepend=-1))
    freedom = len(order) - len(first)
    dim = vectors.shape[1]
    if freedom < parameters.wccn_min_freedom * dim:
        return None
    cluster = np.repeat(np.arange(len(first)), np.diff(np.append(first, len(order))))
    deviation = vectors[order]
    mean = group_sums(deviation, cluster, len(first)) / np.bincount(cluster)[:, None].astype(np.float32)
    deviation -= mean[cluster]
    scatter = (deviation.T @ deviation).astype(np.float64) / freedom
    shrinkage = max(parameters.wccn_shrinkage, dim / (dim + freedom))
    scatter = (1 - shrinkage) * scatter + shrinkage * np.trace(scatter) / dim * np.eye(dim)
    value, direction = np.linalg.eigh(scatter)
    return (direction / np.sqrt(np.maximum(value, 1e-12))).astype(np.float32)
