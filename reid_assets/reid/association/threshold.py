"""Method `threshold`: average linkage of pooled vectors, cut at a mean cosine that somebody named.

Two clusters of that mean have a pair of that cosine. So clusters never reach beyond the connected components
of such pairs, and each component is clustered by itself: all pairs are compared, and never held at once.
"""

from functools import partial

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from reid_assets.reid.association.assignment_confidence import concat_evidence, score_cosine_assignments
from reid_assets.reid.association.clustering import Clustering, number_clusters
from reid_assets.reid.association.constraints.cannot_links import Constraints
from reid_assets.reid.association.constraints.told_links import carry_over
from reid_assets.reid.association.linkage import average_linkage, canonical_labels
from reid_assets.reid.association.track_set import TrackSet
from reid_assets.reid.core.errors import InputError

_COMPONENT_UP_TO = 30_000  # tracks; beyond, the matrix of their pairs exceeds 12 GB
_PAIRS_AT_ONCE = 10_000_000
_ROUNDING = 1e-6  # by which a mean may exceed the largest cosine it is of


def cluster_by_threshold(tracks: TrackSet, constraints: Constraints, min_sim: float) -> Clustering:
    """Cluster all tracks at the mean cosine `min_sim`.

    Raises:
        InputError: too many tracks of one class hang together at this cosine.
    """
    labels = np.arange(len(tracks))
    evidence = []
    for rows in constraints.blocks():
        vectors = tracks.of_one_network(rows).vectors[rows]
        block = np.arange(len(rows))
        component = _components(vectors, constraints, rows, min_sim)
        for members in np.split(np.argsort(component, kind="stable"), np.cumsum(np.bincount(component))[:-1]):
            if len(members) > _COMPONENT_UP_TO:
                raise InputError(
                    _too_many(str(tracks.meta["class_name"].iloc[rows[0]]), len(members), min_sim)
                )
            if len(members) > 1:
                found = _cluster(vectors[members], constraints, rows[members], min_sim)
                block[members] = number_clusters(found, members)
        block = canonical_labels(block)
        labels[rows] = number_clusters(block, rows)
        evidence.append(score_cosine_assignments(partial(_cosines, vectors), block, min_sim, rows))
    return Clustering(canonical_labels(labels), {"groups": []}, concat_evidence(evidence))


def _cosines(vectors: np.ndarray, part: slice) -> np.ndarray:
    return vectors[part] @ vectors.T


def _cluster(vectors: np.ndarray, constraints: Constraints, rows: np.ndarray, min_sim: float) -> np.ndarray:
    must, never = constraints.within(constraints.must, rows), constraints.forbidden(rows, rows)
    cosine = carry_over(vectors @ vectors.T, must)
    return average_linkage(cosine, never, min_sim, must).cut(min_sim)


def _components(
    vectors: np.ndarray, constraints: Constraints, rows: np.ndarray, min_sim: float
) -> np.ndarray:
    """int64 (n,): component of each row under must-links and allowed pairs of at least `min_sim`.

    What is told the same carries over to the neighbours, whether or not they are allowed.
    """
    n, must = len(rows), constraints.within(constraints.must, rows)
    told = np.zeros(n, dtype=bool)
    told[must.ravel()] = True
    component = _joined(np.arange(n), must[:, 0], must[:, 1])
    for start in range(0, n, at_once := max(1, _PAIRS_AT_ONCE // max(n, 1))):
        part = slice(start, start + at_once)
        near = vectors[part] @ vectors.T >= min_sim - _ROUNDING
        allowed = ~constraints.forbidden(rows[part], rows)
        allowed |= told[part, None] | told[None]
        left, right = np.nonzero(near & allowed)
        component = _joined(component, left + start, right)
    return component


def _joined(component: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The components with more pairs of rows in one."""
    n = len(component)
    links = (np.ones(len(left), dtype=bool), (component[left], component[right]))
    return connected_components(coo_array(links, shape=(n, n)), directed=False)[1][component]


def _too_many(name: str, count: int, min_sim: float) -> str:
    return (
        f"method threshold: {count} tracks of class {name} hang together at a cosine of {min_sim:g}, "
        f"which are too many ({_COMPONENT_UP_TO} at most). Raise associate.min_sim, or set associate.method: "
        "auto, made for such footage."
    )
