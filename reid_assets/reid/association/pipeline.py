"""Method `auto` for many tracks: each track is normalised against a cohort of the others.

Embeddings and cannot-links -> camera centring -> camera-pair z-norm -> adaptive s-norm -> affinity ->
constrained average linkage -> cut selection -> WCCN self-training, and again. Each step is a module of
its own beside this one, with its source; the fallback for few tracks is `auto.py`.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array

from reid_assets.reid.association.as_norm import CohortScores, affinity_graph, score_to_affinity
from reid_assets.reid.association.assignment_confidence import index_by_rows, score_assignments
from reid_assets.reid.association.auto_parameters import DEFAULT_PARAMETERS, AutoParameters
from reid_assets.reid.association.centring import CameraMeans, select_crops
from reid_assets.reid.association.clustering import Clustering, report_values
from reid_assets.reid.association.clustering_round import ClusteringRound
from reid_assets.reid.association.constraints.cannot_links import Constraints
from reid_assets.reid.association.constraints.told_links import carry_over_graph
from reid_assets.reid.association.cut_selection import (
    FootageStatistics,
    choose_cut,
    measure_footage,
)
from reid_assets.reid.association.group_state import GroupState
from reid_assets.reid.association.linkage import Dendrogram, average_linkage, count_clusters
from reid_assets.reid.association.taught_cut import taught_cut
from reid_assets.reid.association.track_set import TrackSet
from reid_assets.reid.association.vector_steps import VectorSteps
from reid_assets.reid.association.wccn import whitening_matrix
from reid_assets.reid.core.embeddings import unit_rows
from reid_assets.reid.core.settings import AssociateSettings

_SPARSE_FROM = 1500  # tracks from which compiled linkage pays, loading it included
_ONE_ROUND_ABOVE = 20_000  # tracks from which one round of self-training has seen all there is to learn


def cluster_with_cohort(
    tracks: TrackSet,
    constraints: Constraints,
    rows: np.ndarray,
    settings: AssociateSettings,
    parameters: AutoParameters = DEFAULT_PARAMETERS,
    keep_state: bool = False,
) -> Clustering:
    """Cluster the tracks `rows` (ascending) of one class group: sixty and more.

    With `keep_state`, the result has what it takes to add tracks later (`incremental/`).
    """
    rounds = 0
    for one in clustering_rounds(tracks, constraints, rows, settings, parameters):
        final, rounds = one, rounds + 1
    threshold = score_to_affinity(final.cut.score, parameters)
    labels = final.dendrogram.cut(threshold)
    fewest, most = (
        count_clusters(final.dendrogram.cut(score_to_affinity(final.cut.score + moved, parameters)))
        for moved in (-parameters.cut_uncertainty, parameters.cut_uncertainty)
    )
    diagnostics: dict[str, object] = {"by": "strangers"}
    diagnostics |= report_values(final.cut) | report_values(final.footage)
    diagnostics |= {"cohort": final.scores.cohort, "rounds": rounds, "fewest": fewest, "most": most}
    evidence = index_by_rows(score_assignments(final.graph, labels, threshold), rows)
    diagnostics |= {"mean_confidence": float(evidence["confidence"].mean())}
    states = {}
    if keep_state:
        name = str(tracks.meta["class_name"].iloc[rows[0]])
        states[name] = GroupState.of_round(final, tracks, rows, labels, settings, parameters)
    return Clustering(labels, diagnostics, evidence, states)


def clustering_rounds(
    tracks: TrackSet,
    constraints: Constraints,
    rows: np.ndarray,
    settings: AssociateSettings,
    parameters: AutoParameters = DEFAULT_PARAMETERS,
) -> Iterator[ClusteringRound]:
    """The first clustering, and after it one a round of self-training; at least one."""
    crops, owner = select_crops(tracks, rows)
    camera = np.unique(tracks.camera[rows], return_inverse=True)[1].astype(np.int64)
    steps = VectorSteps(CameraMeans.fit(crops, camera[owner], settings.camera_centring, parameters))
    vectors = steps.vectors(crops, owner, camera[owner], len(rows))
    del crops, owner
    camera = camera if settings.camera_pairs else np.zeros_like(camera)
    scores = CohortScores.fit(vectors, camera, settings.index, parameters)
    footage = measure_footage(scores, vectors, parameters)
    one = _cluster(vectors, steps, scores, constraints, rows, footage, settings, parameters)
    yield one
    rounds = settings.self_training if len(rows) < _ONE_ROUND_ABOVE else min(1, settings.self_training)
    several = (
        footage.same_id_count >= parameters.min_same_id_count_for_wccn
        and footage.multi_track_weight(parameters) > 0.5
    )
    for _ in range(rounds if several else 0):
        labels = one.dendrogram.cut(score_to_affinity(one.cut.score, parameters))
        matrix = whitening_matrix(vectors, labels, parameters)
        if matrix is None:
            break
        vectors, steps = unit_rows(vectors @ matrix), steps.then(matrix)
        scores = scores.refresh(vectors, parameters)
        one = _cluster(vectors, steps, scores, constraints, rows, footage, settings, parameters)
        yield one


def _cluster(
    vectors: np.ndarray,
    steps: VectorSteps,
    scores: CohortScores,
    constraints: Constraints,
    rows: np.ndarray,
    footage: FootageStatistics,
    settings: AssociateSettings,
    parameters: AutoParameters,
) -> ClusteringRound:
    graph = affinity_graph(scores, parameters)
    dendrogram = link(graph, constraints.uncorrected(), rows)
    cut = choose_cut(dendrogram, graph, footage, settings.caution, parameters)
    must, refused = (constraints.within(told, rows) for told in (constraints.must, constraints.refused))
    if len(must) or len(refused):
        cut = replace(cut, score=taught_cut(cut.score, dendrogram, must, refused, parameters))
        graph = carry_over_graph(graph, must)
        dendrogram = link(graph, constraints, rows)
    return ClusteringRound(vectors, steps, scores, graph, dendrogram, footage, cut)


def link(graph: csr_array, constraints: Constraints, rows: np.ndarray) -> Dendrogram:
    """Constrained average linkage of the affinity `graph` (n, n) of the tracks `rows` (n,)."""
    if len(rows) > _SPARSE_FROM:
        from reid_assets.reid.association.sparse_linkage import sparse_average_linkage

        return sparse_average_linkage(graph, constraints, rows)
    never, must = constraints.forbidden(rows, rows), constraints.within(constraints.must, rows)
    return average_linkage(graph.toarray(), never, threshold=1e-9, must=must)
