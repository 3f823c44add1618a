"""Method `auto` for many tracks: each track is normalised against a cohort of the others.

Embeddings and cannot-links -> camera centring -> camera-pair z-norm -> adaptive s-norm -> affinity ->
constrained average linkage -> cut selection -> WCCN self-training, and again. Each step is a module of
its own beside this one, with its source; the fallback for few tracks is `auto.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from reid_assets.reid.association.as_norm import CohortScores, affinity_graph, score_to_affinity
from reid_assets.reid.association.assignment_confidence import index_by_rows, score_assignments
from reid_assets.reid.association.auto_parameters import DEFAULT_PARAMETERS, AutoParameters
from reid_assets.reid.association.centring import centred_vectors
from reid_assets.reid.association.clustering import Clustering, report_values
from reid_assets.reid.association.constraints.cannot_links import Constraints
from reid_assets.reid.association.constraints.told_links import carry_over_graph
from reid_assets.reid.association.cut_selection import (
    CutChoice,
    FootageStatistics,
    choose_cut,
    measure_footage,
)
from reid_assets.reid.association.linkage import Dendrogram, average_linkage, count_clusters
from reid_assets.reid.association.taught_cut import taught_cut
from reid_assets.reid.association.track_set import TrackSet
from reid_assets.reid.association.wccn import within_class_whitening
from reid_assets.reid.core.settings import AssociateSettings

_SPARSE_FROM = 1500  # tracks from which compiled linkage pays, loading it included
_ONE_ROUND_ABOVE = 20_000  # tracks from which one round of self-training has seen all there is to learn


@dataclass(frozen=True)
class ClusteringRound:
    """One round of self-training: what was compared, how it was joined, and where to cut.

    Attributes:
        scores: of each track with its nearest.
        graph: affinities made of them.
        dendrogram: of the tracks, under the cannot-links.
        footage: measured before the first clustering; the same in every round.
        cut: chosen for `dendrogram`.
    """

    scores: CohortScores
    graph: csr_array
    dendrogram: Dendrogram
    footage: FootageStatistics
    cut: CutChoice


def cluster_with_cohort(
    tracks: TrackSet,
    constraints: Constraints,
    rows: np.ndarray,
    settings: AssociateSettings,
    parameters: AutoParameters = DEFAULT_PARAMETERS,
) -> Clustering:
    """Cluster the tracks `rows` (ascending) of one class group: sixty and more."""
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
    return Clustering(labels, diagnostics, evidence)


def clustering_rounds(
    tracks: TrackSet,
    constraints: Constraints,
    rows: np.ndarray,
    settings: AssociateSettings,
    parameters: AutoParameters = DEFAULT_PARAMETERS,
) -> Iterator[ClusteringRound]:
    """The first clustering, and after it one a round of self-training; at least one."""
    vectors = centred_vectors(tracks, rows, settings.camera_centring, parameters)
    camera = np.unique(tracks.camera[rows], return_inverse=True)[1].astype(np.int64)
    camera = camera if settings.camera_pairs else np.zeros_like(camera)
    scores = CohortScores.fit(vectors, camera, settings.index, parameters)
    footage = measure_footage(scores, vectors, parameters)
    one = _cluster(scores, constraints, rows, footage, settings, parameters)
    yield one
    rounds = settings.self_training if len(rows) < _ONE_ROUND_ABOVE else min(1, settings.self_training)
    several = (
        footage.same_id_count >= parameters.min_same_id_count_for_wccn
        and footage.multi_track_weight(parameters) > 0.5
    )
    for _ in range(rounds if several else 0):
        labels = one.dendrogram.cut(score_to_affinity(one.cut.score, parameters))
        learned = within_class_whitening(vectors, labels, parameters)
        if learned is None:
            break
        vectors, scores = learned, scores.refresh(learned, parameters)
        one = _cluster(scores, constraints, rows, footage, settings, parameters)
        yield one


def _cluster(
    scores: CohortScores,
    constraints: Constraints,
    rows: np.ndarray,
    footage: FootageStatistics,
    settings: AssociateSettings,
    parameters: AutoParameters,
) -> ClusteringRound:
    graph = affinity_graph(scores, parameters)
    dendrogram = _linkage(graph, constraints.uncorrected(), rows)
    cut = choose_cut(dendrogram, graph, footage, settings.caution, parameters)
    must, refused = (constraints.within(told, rows) for told in (constraints.must, constraints.refused))
    if len(must) or len(refused):
        cut = replace(cut, score=taught_cut(cut.score, dendrogram, must, refused, parameters))
        graph = carry_over_graph(graph, must)
        dendrogram = _linkage(graph, constraints, rows)
    return ClusteringRound(scores, graph, dendrogram, footage, cut)


def _linkage(graph: csr_array, constraints: Constraints, rows: np.ndarray) -> Dendrogram:
    if len(rows) > _SPARSE_FROM:
        from reid_assets.reid.association.sparse_linkage import sparse_average_linkage

        return sparse_average_linkage(graph, constraints, rows)
    never, must = constraints.forbidden(rows, rows), constraints.within(constraints.must, rows)
    return average_linkage(graph.toarray(), never, threshold=1e-9, must=must)
