"""Method `auto`: clustering without a threshold, each class group by itself.

Many tracks go through the whole pipeline with a cohort (`pipeline.py`); few are judged with what is known of
the network (`small_sample.py`). Footage of one identity is recognised here: mean cosines of crops, cut in
units of the distance between two crops of one track (`intra_track_scale.py`).
"""

import numpy as np

from reid_assets.reid.association.assignment_confidence import concat_evidence, score_cosine_assignments
from reid_assets.reid.association.auto_parameters import DEFAULT_PARAMETERS, AutoParameters
from reid_assets.reid.association.centring import select_crops
from reid_assets.reid.association.clustering import Clustering, number_clusters, report_values
from reid_assets.reid.association.constraints.cannot_links import Constraints
from reid_assets.reid.association.constraints.told_links import carry_over
from reid_assets.reid.association.group_state import GroupState
from reid_assets.reid.association.intra_track_scale import fit_intra_track_scale, mean_crop_cosine
from reid_assets.reid.association.linkage import average_linkage, canonical_labels, count_clusters
from reid_assets.reid.association.pipeline import cluster_with_cohort
from reid_assets.reid.association.small_sample import cluster_small
from reid_assets.reid.association.track_set import TrackSet
from reid_assets.reid.core.settings import AssociateSettings

_DENSE_UP_TO = 5000  # tracks that are compared pair by pair


def cluster_auto(
    tracks: TrackSet,
    constraints: Constraints,
    settings: AssociateSettings,
    parameters: AutoParameters = DEFAULT_PARAMETERS,
    keep_state: bool = False,
) -> Clustering:
    """Cluster all tracks; the diagnostics are those of each class group, under `groups`.

    `settings.caution` (0..1) is how sure to be before two tracks are joined; `settings.min_sim` decides
    only where nothing is known: a handful of tracks of one crop each, by a network without a card.
    """
    labels = np.arange(len(tracks))
    groups, evidence, states = [], [], dict[str, GroupState]()
    for rows in constraints.blocks():
        clustering = _cluster_group(tracks, constraints, rows, settings, parameters, keep_state)
        labels[rows] = number_clusters(clustering.labels, rows)
        name = str(tracks.meta["class_name"].iloc[rows[0]])
        groups.append({"class": name, "tracks": len(rows), **clustering.diagnostics})
        evidence.append(clustering.evidence)
        states |= clustering.states
    return Clustering(canonical_labels(labels), {"groups": groups}, concat_evidence(evidence), states)


def _cluster_group(
    tracks: TrackSet,
    constraints: Constraints,
    rows: np.ndarray,
    settings: AssociateSettings,
    parameters: AutoParameters,
    keep_state: bool,
) -> Clustering:
    tracks = tracks.of_one_network(rows)
    alone, across = _as_single_identity(tracks, constraints, rows, settings, parameters)
    if len(rows) >= parameters.min_tracks_for_cohort:
        return alone or cluster_with_cohort(tracks, constraints, rows, settings, parameters, keep_state)
    if alone and len(rows) >= parameters.min_tracks_for_single and across < parameters.small_single_below:
        return alone
    small = cluster_small(tracks, constraints, rows, settings)
    return small or _by_threshold(tracks, constraints, rows, settings)


def _as_single_identity(
    tracks: TrackSet,
    constraints: Constraints,
    rows: np.ndarray,
    settings: AssociateSettings,
    parameters: AutoParameters,
) -> tuple[Clustering | None, float]:
    """Cut by the crops of single tracks, where all tracks seem to be of one identity; else None.

    With it, the distance between tracks in units of that between two crops of one track.
    """
    if len(rows) > _DENSE_UP_TO:
        return None, np.inf
    crops, owner = select_crops(tracks, rows)
    scale = fit_intra_track_scale(crops, owner)
    if scale is None or not scale.single_identity(parameters):
        return None, np.inf
    cosine = mean_crop_cosine(crops, owner, len(rows))
    caution, uncertainty = settings.caution, parameters.small_cut_uncertainty
    looser, cut, stricter = (
        scale.cosine_threshold(caution + moved, parameters) for moved in (-uncertainty, 0.0, uncertainty)
    )
    diagnostics: dict[str, object] = {
        "by": "crops",
        "footage_decides": True,
        "cosine": cut,
        **report_values(scale),
    }
    clustering = _cluster_by_cosine(cosine, constraints, rows, (looser, cut, stricter), diagnostics)
    return clustering, scale.inter_track_distance


def _by_threshold(
    tracks: TrackSet, constraints: Constraints, rows: np.ndarray, settings: AssociateSettings
) -> Clustering:
    """The plain meaning of `min_sim`, for a handful of single crops of a network that nobody knows."""
    vectors, cut = tracks.vectors[rows], settings.min_sim
    diagnostics: dict[str, object] = {"by": "min_sim", "footage_decides": False, "cosine": cut}
    return _cluster_by_cosine(vectors @ vectors.T, constraints, rows, (cut, cut, cut), diagnostics)


def _cluster_by_cosine(
    cosine: np.ndarray,
    constraints: Constraints,
    rows: np.ndarray,
    cuts: tuple[float, float, float],
    diagnostics: dict[str, object],
) -> Clustering:
    """Cut the dendrogram of mean cosines at the middle one of three cuts; the outer ones bound the count."""
    looser, cut, stricter = cuts
    must = constraints.within(constraints.must, rows)
    dendrogram = average_linkage(carry_over(cosine, must), constraints.forbidden(rows, rows), must=must)
    labels = dendrogram.cut(cut)
    counts = {
        "fewest": count_clusters(dendrogram.cut(looser)),
        "most": count_clusters(dendrogram.cut(stricter)),
    }
    evidence = score_cosine_assignments(cosine.__getitem__, labels, cut, rows)
    return Clustering(labels, {**diagnostics, **counts}, evidence)
