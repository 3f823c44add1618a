"""The grouping that needs no threshold: method `auto`.

Each class group by itself. Many tracks are measured against each other (`crowd.py`); where there are
few, or all are of one being, the crops of single tracks are the measure.
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
from reid_assets.reid.association.track_set import TrackStack
from reid_assets.reid.core.settings import AssociateSettings

_CROWD = 50  # tracks from which strangers can be told by comparison
_MOST_DENSE = 5000  # tracks that are compared pair by pair
_BAND = 0.5  # distances within a track by which a cut may well be off


def group_automatically(
    tracks: TrackStack, constraints: Constraints, settings: AssociateSettings
) -> Grouping:
    """Group all tracks; the facts are those of each class group, under `groups`.

    `settings.caution` (0..1) is how sure to be before two tracks are called one; `settings.min_sim`
    decides only where the footage says nothing: few tracks of one crop each.
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
    crops, owner = crops_of(tracks, rows)
    yardstick = measure(crops, owner)
    alone = yardstick is not None and yardstick.one_being and len(rows) <= _MOST_DENSE
    if len(rows) >= _CROWD and not alone:
        return group_crowd(tracks, constraints, rows, settings)
    if yardstick is None:
        vectors = tracks.vectors[rows]
        facts: dict[str, object] = {"by": "min_sim", "supported": False, "cosine": settings.min_sim}
        return _group_few(vectors @ vectors.T, constraints, rows, (settings.min_sim,) * 3, facts)
    cosine = mean_crop_cosine(crops, owner, len(rows))
    caution = settings.caution
    least = yardstick.least_cosine(caution)
    facts = {"by": "crops", "supported": True, "cosine": least, **asdict(yardstick)}
    cuts = (yardstick.least_cosine(caution - _BAND), least, yardstick.least_cosine(caution + _BAND))
    return _group_few(cosine, constraints, rows, cuts, facts)


def _group_few(
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
