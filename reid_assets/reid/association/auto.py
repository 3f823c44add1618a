"""Method `auto`: clustering without a threshold, each class group by itself.

Many tracks go through the whole pipeline with a cohort (`pipeline.py`). The fallback for few tracks, or
for footage of one identity, is here: mean cosines of crops, cut in units of the distance between two
crops of one track (`intra_track_scale.py`).
"""

import numpy as np

from reid_assets.reid.association.assignment_confidence import concat_evidence, score_cosine_assignments
from reid_assets.reid.association.auto_parameters import DEFAULT_PARAMETERS, AutoParameters
from reid_assets.reid.association.centring import select_crops
from reid_assets.reid.association.clustering import Clustering, number_clusters, report_values
from reid_assets.reid.association.constraints.cannot_links import Constraints
from reid_assets.reid.association.intra_track_scale import fit_intra_track_scale, mean_crop_cosine
from reid_assets.reid.association.linkage import average_linkage, canonical_labels, count_clusters
from reid_assets.reid.association.pipeline import cluster_with_cohort
from reid_assets.reid.association.track_set import TrackSet
from reid_assets.reid.core.settings import AssociateSettings

_DENSE_UP_TO = 5000  # tracks that are compared pair by pair


def cluster_auto(
    tracks: TrackSet,
    constraints: Constraints,
    settings: AssociateSettings,
    parameters: AutoParameters = DEFAULT_PARAMETERS,
) -> Clustering:
    """Cluster all tracks; the diagnostics are those of each class group, under `groups`.

    `settings.caution` (0..1) is how sure to be before two tracks are joined; `settings.min_sim` decides
    only where the footage says nothing: few tracks of one crop each.
    """
    labels = np.arange(len(tracks))
    groups, evidence = [], []
    for rows in constraints.blocks():
        clustering = _cluster_group(tracks, constraints, rows, settings, parameters)
        labels[rows] = number_clusters(clustering.labels, rows)
        name = str(tracks.meta["class_name"].iloc[rows[0]])
        groups.append({"class": name, "tracks": len(rows), **clustering.diagnostics})
        evidence.append(clustering.evidence)
    return Clustering(canonical_labels(labels), {"groups": groups}, concat_evidence(evidence))


def _cluster_group(
    tracks: TrackSet,
    constraints: Constraints,
    rows: np.ndarray,
    settings: AssociateSettings,
    parameters: AutoParameters,
) -> Clustering:
    crops, owner = select_crops(tracks, rows)
    scale = fit_intra_track_scale(crops, owner)
    single_identity = scale is not None and scale.single_identity(parameters) and len(rows) <= _DENSE_UP_TO
    if len(rows) >= parameters.min_tracks_for_cohort and not single_identity:
        return cluster_with_cohort(tracks, constraints, rows, settings, parameters)
    if scale is None:
        vectors = tracks.vectors[rows]
        diagnostics: dict[str, object] = {"by": "min_sim", "supported": False, "cosine": settings.min_sim}
        cuts = (settings.min_sim,) * 3
        return _cluster_small(vectors @ vectors.T, constraints, rows, cuts, diagnostics)
    cosine = mean_crop_cosine(crops, owner, len(rows))
    caution = settings.caution
    cut = scale.cosine_threshold(caution, parameters)
    diagnostics = {"by": "crops", "supported": True, "cosine": cut, **report_values(scale)}
    uncertainty = parameters.small_cut_uncertainty
    looser = scale.cosine_threshold(caution - uncertainty, parameters)
    stricter = scale.cosine_threshold(caution + uncertainty, parameters)
    return _cluster_small(cosine, constraints, rows, (looser, cut, stricter), diagnostics)


def _cluster_small(
    cosine: np.ndarray,
    constraints: Constraints,
    rows: np.ndarray,
    cuts: tuple[float, float, float],
    diagnostics: dict[str, object],
) -> Clustering:
    """Cut the dendrogram of mean cosines at the middle one of three cuts; the outer ones bound the count."""
    looser, cut, stricter = cuts
    dendrogram = average_linkage(cosine, constraints.forbidden(rows, rows))
    labels = dendrogram.cut(cut)
    counts = {
        "fewest": count_clusters(dendrogram.cut(looser)),
        "most": count_clusters(dendrogram.cut(stricter)),
    }
    evidence = score_cosine_assignments(cosine, labels, cut, rows)
    return Clustering(labels, {**diagnostics, **counts}, evidence)
