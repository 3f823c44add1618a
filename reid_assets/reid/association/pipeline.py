"""The grouping of many tracks: strangers are what each track is measured against.

Centre the vectors by camera, make cosines comparable between cameras, let every track measure them
against its own nearest, cluster, choose the cut from the footage, learn from the result what varies
within an identity, and do it again. Each step is a file of its own beside this one, with its source;
few tracks, where there is no crowd to compare with, are `automatic.py`.
"""

from dataclasses import asdict

import numpy as np
from scipy.sparse import csr_array

from reid_assets.reid.association.as_norm import (
    Neighbourhoods,
    affinity_graph,
    height_of,
    neighbourhoods,
    rank_anew,
)
from reid_assets.reid.association.assignment_confidence import of_rows, weigh_evidence
from reid_assets.reid.association.centring import centred_vectors
from reid_assets.reid.association.clustering import Grouping
from reid_assets.reid.association.constraints.cannot_links import Constraints
from reid_assets.reid.association.cut_selection import Cut, Sizes, choose_cut, measure_sizes
from reid_assets.reid.association.linkage import Tree, average_linkage, count_clusters
from reid_assets.reid.association.track_set import TrackStack
from reid_assets.reid.association.wccn import whitened
from reid_assets.reid.core.settings import AssociateSettings

_SPARSE_FROM = 1500  # tracks from which compiled linkage pays, loading it included
_BAND = 0.5  # standard scores by which a cut may well be off
_VAST = 20_000  # tracks from which one round of learning is enough: it has seen all that there is to learn
_SEVERAL = 2.4  # other tracks an identity must seem to have before anything is learned from clusters


def group_crowd(
    tracks: TrackStack, constraints: Constraints, rows: np.ndarray, settings: AssociateSettings
) -> Grouping:
    """Group the tracks `rows`, of one class group: fifty and more."""
    vectors = centred_vectors(tracks, rows, settings.camera_centring)
    camera = np.unique(tracks.camera[rows], return_inverse=True)[1].astype(np.int64)
    camera = camera if settings.camera_pairs else np.zeros_like(camera)
    near = neighbourhoods(vectors, camera, settings.index)
    sizes = measure_sizes(near, vectors)
    turn, graph, tree, cut = 0, *_cluster(near, constraints, rows, sizes, settings)
    rounds = settings.self_training if len(rows) < _VAST else min(1, settings.self_training)
    while turn < rounds and sizes.mates >= _SEVERAL and sizes.several > 0.5:
        learned = whitened(vectors, tree.cut(height_of(cut.score)))
        if learned is None:
            break
        turn, vectors = turn + 1, learned
        near = rank_anew(near, vectors)
        graph, tree, cut = _cluster(near, constraints, rows, sizes, settings)
    labels = tree.cut(height_of(cut.score))
    low, high = (count_clusters(tree.cut(height_of(cut.score + moved))) for moved in (-_BAND, _BAND))
    facts: dict[str, object] = {"by": "strangers", **asdict(cut), **asdict(sizes), "cohort": near.cohort}
    facts |= {"rounds": turn + 1, "fewest": low, "most": high}
    return Grouping(labels, facts, of_rows(weigh_evidence(graph, labels, height_of(cut.score)), rows))


def _cluster(
    near: Neighbourhoods,
    constraints: Constraints,
    rows: np.ndarray,
    sizes: Sizes,
    settings: AssociateSettings,
) -> tuple[csr_array, Tree, Cut]:
    graph = affinity_graph(near)
    if len(rows) > _SPARSE_FROM:
        from reid_assets.reid.association.sparse_linkage import sparse_average_linkage

        tree = sparse_average_linkage(graph, constraints, rows)
    else:
        tree = average_linkage(graph.toarray(), constraints.forbidden(rows, rows), threshold=1e-9)
    return graph, tree, choose_cut(tree, graph, sizes, settings.caution)
