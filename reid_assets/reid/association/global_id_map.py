"""Multi-camera association: from the vectors of all videos to a global id for each track.

The entry to this package. The steps in order: one set of tracks, cannot-links, clustering, ids. Each
step is a module of its own; nothing here knows files or Dagster. docs/association.md walks through it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from reid_assets.reid.association.assignment_confidence import (
    believe_corrections,
)
from reid_assets.reid.association.auto import cluster_auto
from reid_assets.reid.association.auto_parameters import DEFAULT_PARAMETERS, AutoParameters
from reid_assets.reid.association.clustering import Clustering
from reid_assets.reid.association.constraints.cannot_links import Constraints, compile_constraints
from reid_assets.reid.association.constraints.spatiotemporal import travel_constraints
from reid_assets.reid.association.group_state import GroupState
from reid_assets.reid.association.id_assignment import IdAssignment, assign_ids
from reid_assets.reid.association.threshold import cluster_by_threshold
from reid_assets.reid.association.track_set import assemble
from reid_assets.reid.core.clocks import Clocks
from reid_assets.reid.core.corrections import Correction, Corrections, Problem, TrackRef
from reid_assets.reid.core.embeddings import TrackEmbeddings
from reid_assets.reid.core.settings import AssociateSettings
from reid_assets.reid.core.tables import GLOBAL_ID_MAP, IDENTITY_EVIDENCE

NO_CORRECTIONS = Corrections()


@dataclass(frozen=True)
class Association:
    """The global ids of all tracks, and what they rest on.

    Attributes:
        id_map: rows of `tables.GLOBAL_ID_MAP`, sorted by video and track_id.
        next_id: highest id ever given + 1.
        report: plain values: `method`, `threshold` (None where chosen automatically), `tracks`,
            `identities`, `corrections` (how many hold, by action), the fates of the identities (`born, kept,
            returned, merged, split, gone`; see `id_assignment.IdAssignment`), and `groups`: what method
            `auto` measured and chose for each class group.
        evidence: rows of `tables.IDENTITY_EVIDENCE`, one a track, in the order of `id_map`.
        problems: corrections that cannot be followed, and why.
        states: what it takes to add tracks later, of class groups by the class of their first track.
    """

    id_map: pd.DataFrame
    next_id: int
    report: dict[str, object]
    evidence: pd.DataFrame = field(default_factory=IDENTITY_EVIDENCE.empty)
    problems: tuple[Problem, ...] = ()
    states: Mapping[str, GroupState] = field(default_factory=dict)


def associate(
    embeddings: Mapping[str, TrackEmbeddings],
    settings: AssociateSettings,
    previous: pd.DataFrame | None = None,
    next_id: int = 0,
    cameras: Mapping[str, str] | None = None,
    clocks: Clocks | None = None,
    parameters: AutoParameters = DEFAULT_PARAMETERS,
    former: pd.DataFrame | None = None,
    corrections: Corrections = NO_CORRECTIONS,
    keep_state: bool = False,
) -> Association:
    """Cluster the tracks of all videos into identities that keep identity rule 1, and give them ids.

    Args:
        embeddings: by video name; their order does not matter.
        settings: the section `associate` of the configuration.
        previous: the earlier id map, whose ids are kept as far as its identities last; or None.
        next_id: highest id ever given + 1, so that a retired id never returns.
        cameras: video name to camera name; a video not named is a camera of its own. Default: `clocks`'.
        clocks: camera and start of each video; explicit clocks add cannot-links for impossible travel times.
        parameters: the tuned constants of method `auto`.
        former: ids that tracks had when they were last in a map, should they return; see `assign_ids`.
        corrections: what a person said; it holds whatever the vectors say, as far as identity rules allow.
        keep_state: whether the result shall have `states`, which take memory.

    Raises:
        MixedBackbonesError: the vectors were made by different backbones.
        InputError: a vector is not finite; or there are too many tracks for method `threshold`.
    """
    clocks = clocks or Clocks()
    targets, nobody = leave_out(embeddings, corrections.not_targets())
    tracks = assemble(targets, cameras or clocks.cameras())
    constraints = compile_constraints(tracks.meta, settings, travel_constraints(tracks.meta, clocks))
    constraints, held, problems = correct(constraints, corrections, tracks.meta)
    if settings.method == "auto":
        clustering = cluster_auto(tracks, constraints, settings, parameters, keep_state)
    else:
        clustering = cluster_by_threshold(tracks, constraints, settings.min_sim)
    assignment = assign_ids(tracks.meta, clustering.labels, previous, next_id, former)
    id_map = GLOBAL_ID_MAP.conform(tracks.meta.assign(global_id=assignment.ids[clustering.labels]))
    report = report_of(settings, len(tracks), assignment, clustering, held, nobody)
    evidence = believe_corrections(clustering.evidence, clustering.labels, constraints.must_groups)
    named = _name_best_matches(id_map, evidence)
    return Association(id_map, assignment.next_id, report, named, problems, clustering.states)


def leave_out(
    embeddings: Mapping[str, TrackEmbeddings], nobody: frozenset[TrackRef]
) -> tuple[Mapping[str, TrackEmbeddings], int]:
    """The embeddings without tracks that are no targets, and how many these were."""
    if not nobody:
        return embeddings, 0
    left, videos = dict(embeddings), {track.video for track in nobody}
    for video in videos & set(left):
        numbers = {track.track_id for track in nobody if track.video == video}
        left[video] = left[video].only(~left[video].meta["track_id"].isin(numbers).to_numpy())
    out = sum(len(embeddings[video].meta) - len(left[video].meta) for video in videos & set(left))
    return left, out


def correct(
    constraints: Constraints, corrections: Corrections, meta: pd.DataFrame
) -> tuple[Constraints, tuple[Correction, ...], tuple[Problem, ...]]:
    """The constraints with what a person said, which corrections hold, and which cannot."""
    if not corrections.of("same", "different"):
        return constraints, (), ()
    from reid_assets.reid.association.constraints.corrected_links import corrected_links

    links = corrected_links(corrections, meta, constraints)
    return constraints.corrected(links.must, links.refused), links.held, links.problems


def report_of(
    settings: AssociateSettings,
    tracks: int,
    assignment: IdAssignment,
    clustering: Clustering,
    held: tuple[Correction, ...],
    nobody: int,
) -> dict[str, object]:
    """The report of an `Association`; `nobody`: tracks that were left out as no targets."""
    actions = [*(one.action for one in held), *["not_a_target"] * nobody]
    return {
        "method": settings.method,
        "threshold": settings.min_sim if settings.method == "threshold" else None,
        "tracks": tracks,
        "identities": len(assignment.ids),
        **assignment.counts,
        **clustering.diagnostics,
        "corrections": {name: actions.count(name) for name in ("same", "different", "not_a_target")},
    }


def _name_best_matches(id_map: pd.DataFrame, evidence: pd.DataFrame) -> pd.DataFrame:
    """The evidence with ids, and the best match by video and track_id in place of its row number."""
    best_match = evidence["witness"].to_numpy(dtype=np.int64)
    named = id_map[["video", "track_id"]].reset_index(drop=True).reindex(best_match).reset_index(drop=True)
    named = named.rename(columns={"video": "witness_video", "track_id": "witness_track_id"})
    measured = evidence.drop(columns="witness").reset_index(drop=True)
    return IDENTITY_EVIDENCE.conform(
        pd.concat([id_map[["video", "track_id", "global_id"]], named, measured], axis=1)
    )
