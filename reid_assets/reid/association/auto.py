"""The grouping that needs no threshold: method `auto`.

Each class group by itself. Many tracks are measured against each other (`pipeline.py`); where there are
few, or all are of one identity, what is known of the network is the measure (`small_sample.py`).
"""

from dataclasses import asdict

import numpy as np

from reid_assets.reid.association.assignment_confidence import dense_evidence, gather_evidence
from reid_assets.reid.association.centring import crops_of
from reid_assets.reid.association.clustering import Grouping
from reid_assets.reid.association.constraints.cannot_links import Constraints
from reid_assets.reid.association.intra_track_scale import mean_crop_cosine, measure
from reid_assets.reid.association.linkage import average_linkage, count_clusters, number_by_first
from reid_assets.reid.association.pipeline import group_crowd
from reid_assets.reid.association.small_sample import cluster_small
from reid_assets.reid.association.track_set import TrackStack
from reid_assets.reid.core.settings import AssociateSettings

MIN_TRACKS_FOR_COHORT = 60  # from here on a cohort says more than the prior; about equal from 50 to 100
_MIN_TRACKS_FOR_SINGLE = 8
_SINGLE_BELOW = 1.8  # crop distances between two tracks; those of several people are 1.9 and more apart
_MOST_DENSE = 5000  # tracks that are compared pair by pair
_BAND = 0.5  # distances within a track by which a cut may well be off


def group_automatically(
    tracks: TrackStack, constraints: Constraints, settings: AssociateSettings
) -> Grouping:
    """Group all tracks; the facts are those of each class group, under `groups`.

    `settings.caution` (0..1) is how sure to be before two tracks are called one; `settings.min_sim`
    decides only where nothing is known: a handful of tracks of one crop each, by a network without a card.
    """
    labels = np.arange(len(tracks))
    facts, evidence = [], []
    for rows in constraints.blocks():
        found = _group(tracks, constraints, rows, settings)
        labels[rows] = rows[np.unique(found.labels, return_index=True)[1]][found.labels]
        name = str(tracks.meta["class_name"].iloc[rows[0]])
        facts.append({"class": name, "tracks": len(rows), **found.facts})
        evidence.append(found.evidence)
    return Grouping(number_by_first(labels), {"groups": facts}, gather_evidence(evidence))


def _group(
    tracks: TrackStack, constraints: Constraints, rows: np.ndarray, settings: AssociateSettings
) -> Grouping:
    alone = _as_single_identity(tracks, constraints, rows, settings)
    if len(rows) >= MIN_TRACKS_FOR_COHORT:
        return alone or group_crowd(tracks, constraints, rows, settings)
    if alone and len(rows) >= _MIN_TRACKS_FOR_SINGLE and float(str(alone.facts["across"])) < _SINGLE_BELOW:
        return alone
    small = cluster_small(tracks, constraints, rows, settings)
    return small or _by_threshold(tracks, constraints, rows, settings)


def _as_single_identity(
    tracks: TrackStack, constraints: Constraints, rows: np.ndarray, settings: AssociateSettings
) -> Grouping | None:
    """Cut by the crops of single tracks, where all tracks seem to be of one identity; else None."""
    if len(rows) > _MOST_DENSE:
        return None
    crops, owner = crops_of(tracks, rows)
    scale = measure(crops, owner)
    if scale is None or not scale.one_being:
        return None
    least, cosine = scale.least_cosine(settings.caution), mean_crop_cosine(crops, owner, len(rows))
    bounds = [scale.least_cosine(settings.caution + moved) for moved in (-_BAND, _BAND)]
    facts: dict[str, object] = {"by": "crops", "supported": True, "cosine": least, **asdict(scale)}
    return _cut(cosine, constraints, rows, (bounds[0], least, bounds[1]), facts)


def _by_threshold(
    tracks: TrackStack, constraints: Constraints, rows: np.ndarray, settings: AssociateSettings
) -> Grouping:
    """The plain meaning of `min_sim`, for a handful of single crops of a network that nobody knows."""
    vectors, least = tracks.vectors[rows], settings.min_sim
    facts: dict[str, object] = {"by": "min_sim", "supported": False, "cosine": least}
    return _cut(vectors @ vectors.T, constraints, rows, (least, least, least), facts)


def _cut(
    cosine: np.ndarray,
    constraints: Constraints,
    rows: np.ndarray,
    cuts: tuple[float, float, float],
    facts: dict[str, object],
) -> Grouping:
    """Cut the tree of mean cosines at the middle one of three; the outer ones bound the count."""
    low, least, high = cuts
    tree = average_linkage(cosine, constraints.forbidden(rows, rows))
    labels = tree.cut(least)
    counts = {"fewest": count_clusters(tree.cut(low)), "most": count_clusters(tree.cut(high))}
    return Grouping(labels, {**facts, **counts}, dense_evidence(cosine, labels, least, rows))
