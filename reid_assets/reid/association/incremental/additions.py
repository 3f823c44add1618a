"""Association of an archive that little was added to: only identities that the change touches are made anew.

The entry to this package; the same in full is `association/global_id_map.py`. The identity rules hold as they
do there, and ids go on by the same assignment. What a full pass estimates from the footage stays as it was.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from reid_assets.reid.association.auto import cluster_auto
from reid_assets.reid.association.clustering import Clustering, number_clusters
from reid_assets.reid.association.constraints.cannot_links import Constraints, compile_constraints
from reid_assets.reid.association.constraints.spatiotemporal import travel_constraints
from reid_assets.reid.association.global_id_map import Association, correct, leave_out, report_of
from reid_assets.reid.association.id_assignment import IdAssignment, assign_ids
from reid_assets.reid.association.incremental.archive import Archive, archive_of, group_names
from reid_assets.reid.association.incremental.evidence import Evidence
from reid_assets.reid.association.incremental.group_change import FullPassNeededError, GroupChange, prepare
from reid_assets.reid.association.incremental.map_rows import MapRows, merge_rows
from reid_assets.reid.association.linkage import canonical_labels
from reid_assets.reid.association.track_set import assemble
from reid_assets.reid.core.clocks import Clocks
from reid_assets.reid.core.corrections import Corrections, TrackRef
from reid_assets.reid.core.embeddings import TrackEmbeddings
from reid_assets.reid.core.settings import AssociateSettings

_NOBODY: frozenset[TrackRef] = frozenset()

Load = Callable[[Collection[str]], Mapping[str, TrackEmbeddings]]
Recall = Callable[[pd.DataFrame], pd.DataFrame]


@dataclass(frozen=True)
class Before:
    """The map that is added to.

    Attributes:
        id_map: rows of `tables.GLOBAL_ID_MAP`.
        evidence: rows of `tables.IDENTITY_EVIDENCE`, in the same order.
        next_id: highest id ever given + 1.
        archive: what its full pass left, and every addition since.
        corrected: tracks of which the corrections behind it spoke.
        nobody: how many tracks were left out as no targets, of videos that stay as they are.
    """

    id_map: pd.DataFrame
    evidence: pd.DataFrame
    next_id: int
    archive: Archive
    corrected: frozenset[TrackRef] = _NOBODY
    nobody: int = 0


def associate_additions(
    before: Before,
    added: Mapping[str, TrackEmbeddings],
    gone: Collection[str],
    load: Load,
    settings: AssociateSettings,
    cameras: Mapping[str, str] | None = None,
    clocks: Clocks | None = None,
    corrections: Corrections = Corrections(),  # noqa: B008
    recall: Recall | None = None,
) -> tuple[Association, Archive]:
    """Add videos to a map and take others out of it.

    Args:
        before: the map; nothing of it is changed but arrays of its archive.
        added: videos that are new or changed, by name.
        gone: videos of the map that are not there any more, or changed.
        load: embeddings of videos that stay, for class groups that are too small to have a state.
        settings, cameras, clocks, corrections: as of `global_id_map.associate`.
        recall: ids that some tracks (`video, track_id`) had earlier; see `id_assignment.assign_ids`.

    Raises:
        FullPassNeededError: what is kept cannot be added to.
        MixedBackbonesError, InputError: as of `global_id_map.associate`.
    """
    clocks = clocks or Clocks()
    targets, nobody = leave_out(added, corrections.not_targets())
    tracks = assemble(targets, cameras or clocks.cameras())
    rows = merge_rows(before.id_map, before.archive, gone, tracks.meta, settings)
    said = {track for one in corrections.of("same", "different") for track in one.tracks()}
    changes = prepare(before.archive, rows, tracks, rows.of_tracks(said | before.corrected))
    small_names = {one.name for one in changes if one.state is None}
    again = np.flatnonzero(pd.Series(rows.names).isin(small_names).to_numpy())
    chosen = np.unique(np.concatenate([again, *(one.rows for one in changes)]))
    meta = rows.meta.iloc[chosen].reset_index(drop=True)
    constraints = compile_constraints(meta, settings, travel_constraints(meta, clocks))
    constraints, held, problems = correct(constraints, corrections, meta)
    labels = np.arange(len(chosen))
    for one in changes:
        if one.state is not None:
            place = np.searchsorted(chosen, one.rows)
            labels[place] = number_clusters(one.regroup(constraints, place), place)
    place = np.searchsorted(chosen, again)
    of_place = constraints.only(place)
    known = cameras or clocks.cameras()
    small = _cluster_again(rows, again, targets, load, of_place, settings, known, corrections)
    labels[place] = number_clusters(small.labels, place)
    labels = canonical_labels(labels)
    assignment, untouched = _assign(before, rows, chosen, meta, labels, recall)
    rows.global_id[chosen] = assignment.ids[labels]
    evidence = Evidence.kept(before.evidence, rows)
    for one in changes:
        if one.state is not None:
            evidence.rate(one, rows)
    evidence.take(small.evidence, again)
    evidence.believe(chosen, labels, constraints.must_groups)
    archive = _archive(before.archive, changes, rows, small, again, settings)
    diagnostics: dict[str, object] = {"groups": _reports(archive, rows, evidence)}
    clustering = Clustering(labels, diagnostics, small.evidence)
    report = report_of(settings, len(rows.meta), assignment, clustering, held, nobody + before.nobody)
    report["identities"] = len(assignment.ids) + untouched
    return (
        Association(rows.id_map(), assignment.next_id, report, evidence.table(rows), problems),
        archive,
    )


def _assign(
    before: Before,
    rows: MapRows,
    chosen: np.ndarray,
    meta: pd.DataFrame,
    labels: np.ndarray,
    recall: Recall | None,
) -> tuple[IdAssignment, int]:
    """Ids of the clusters of the rows `chosen`, with the fates of all identities; how many stay untouched."""
    ids = before.id_map["global_id"].to_numpy(np.int64)
    concerned = np.unique(np.concatenate([rows.global_id[chosen], rows.lost["global_id"].to_numpy(np.int64)]))
    inside = np.isin(ids, concerned)
    # An identity that is not concerned keeps its id, and nobody else can have it.
    taken = np.unique(ids[~inside])
    former = recall(meta) if recall else None
    if former is not None:
        former = former[~former["global_id"].isin(set(taken.tolist()))]
    assignment = assign_ids(meta, labels, before.id_map[inside], before.next_id, former)
    counts = assignment.counts | {"kept": assignment.counts["kept"] + len(taken)}
    return replace(assignment, counts=counts), len(taken)


def _cluster_again(
    rows: MapRows,
    again: np.ndarray,
    added: Mapping[str, TrackEmbeddings],
    load: Load,
    constraints: Constraints,
    settings: AssociateSettings,
    cameras: Mapping[str, str] | None,
    corrections: Corrections,
) -> Clustering:
    """Cluster all tracks of class groups without a state: the rows `again`, in the order of `constraints`.

    Raises:
        FullPassNeededError: what is on disk is not what the map was made from.
    """
    if not len(again):
        return Clustering(np.empty(0, dtype=np.int64), {"groups": []}, pd.DataFrame())
    videos = set(rows.meta["video"].iloc[again])
    known, _ = leave_out(load(sorted(videos - set(added))), corrections.not_targets())
    names, chosen = set(rows.names[again]), {}
    for video in videos & {*known, *added}:
        one = added[video] if video in added else known[video]
        chosen[video] = one.only(np.isin(group_names(one.meta["class_name"], settings), list(names)))
    tracks = assemble(chosen, cameras)
    keys = ["video", "track_id"]
    if not tracks.meta[keys].equals(rows.meta[keys].iloc[again].reset_index(drop=True)):
        raise FullPassNeededError("the embeddings are not those of the last map")
    return cluster_auto(tracks, constraints, settings, keep_state=True)


def _archive(
    before: Archive,
    changes: list[GroupChange],
    rows: MapRows,
    small: Clustering,
    again: np.ndarray,
    settings: AssociateSettings,
) -> Archive:
    """The archive after the change; class groups that were clustered as a whole have what that left."""
    states = dict(before.groups) | {one.name: one.state for one in changes if one.state is not None}
    groups_made = small.diagnostics["groups"]
    assert isinstance(groups_made, list)
    made = archive_of(rows.id_map().iloc[again], small.states, groups_made, settings)
    concerned = {one.name for one in changes if one.state is None}
    reports = {name: told for name, told in before.reports.items() if name not in concerned}
    rows.slot[again] = made.slot
    groups = states | dict(made.groups)
    number = pd.Series({name: at for at, name in enumerate(groups)}, dtype="int64")
    group = pd.Series(rows.names, dtype=object).map(number).fillna(-1).to_numpy(np.int16)
    return Archive(groups, group, rows.slot.astype(np.int32), reports | dict(made.reports))


def _reports(archive: Archive, rows: MapRows, evidence: Evidence) -> list[dict]:
    """What is told of each class group: what its full pass measured, with the figures of now."""
    number, names = pd.factorize(pd.Series(rows.names, dtype=object))
    told = []
    for at, name in sorted(enumerate(names), key=lambda one: str(one[1])):
        inside = number == at
        report = dict(archive.reports[name])
        identities = len(np.unique(rows.global_id[inside]))
        moved = identities - report.pop("identities")
        report |= {"tracks": int(inside.sum()), "fewest": report["fewest"] + moved}
        report |= {"most": report["most"] + moved}
        if "mean_confidence" in report:
            report["mean_confidence"] = float(evidence.confidence[inside].mean())
        told.append(report)
    return told
