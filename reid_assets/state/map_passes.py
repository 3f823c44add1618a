"""How the next map is made: by a full pass over all tracks, or by additions to the map that there is.

What an addition needs is kept with the map (`reid_assets.storage.incremental_files`), together with the
versions it was made from. Where these do not fit what is there now, the pass is a full one, and says why.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from reid_assets.reid.association.global_id_map import Association, associate
from reid_assets.reid.association.incremental.additions import Before, associate_additions
from reid_assets.reid.association.incremental.archive import archive_of
from reid_assets.reid.association.incremental.drift import MOST_UNASKED, measure_drifts
from reid_assets.reid.association.incremental.group_change import FullPassNeededError
from reid_assets.reid.core.corrections import TrackRef
from reid_assets.reid.core.embeddings import TrackEmbeddings
from reid_assets.reid.core.errors import ReidError
from reid_assets.state.project import Project
from reid_assets.storage.artifact_files import load_content
from reid_assets.storage.id_map_file import NumberedMap
from reid_assets.storage.incremental_files import KeptState, NoStateError, read_state

# Tracks from which `associate.incremental: auto` adds to the map; below, a full pass takes less than 20 s.
ADD_FROM = 50_000
_PER_VIDEO = ("track_embeddings of ", "camera and clock of ")
_HANDLED = ("cameras", "corrections")  # whose changes reach the tracks they are about

Recall = Callable[[pd.DataFrame], pd.DataFrame]


@dataclass(frozen=True)
class MapPass:
    """A map and how it was made.

    Attributes:
        found: the association.
        state: what the next addition needs; None where it is not worth its place.
        told: how it was made, in one line.
    """

    found: Association
    state: KeptState | None
    told: str


@dataclass(frozen=True)
class PassInputs:
    """What the map is made from.

    Attributes:
        project: of the root.
        embeddings: of all videos, by name; read when they are asked for.
        cameras: video -> camera, as far as it has one.
        before: the map that there is, with the highest id ever given + 1; None: there is none.
        recall: ids that tracks had earlier.
        full: why a full pass is asked for; empty where it is not.
        versions: of everything, as of `InputVersions`.
    """

    project: Project
    embeddings: Mapping[str, TrackEmbeddings]
    cameras: Mapping[str, str]
    before: NumberedMap | None
    recall: Recall
    full: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)


def make_map(inputs: PassInputs) -> MapPass:
    """Make the map the cheaper way, if that is right."""
    why = inputs.full or _why_full(inputs)
    if not why:
        try:
            return _add(inputs, read_state(inputs.project.layout))
        except (NoStateError, FullPassNeededError) as error:
            why = str(error)
    return _full_pass(inputs, why)


def _why_full(inputs: PassInputs) -> str:
    settings, before = inputs.project.settings.associate, inputs.before
    if settings.incremental == "never" or settings.method != "auto":
        return "as configured"
    if before is None or before.id_map.empty:
        return "the first map"
    if settings.incremental == "auto" and len(before.id_map) < ADD_FROM:
        return f"fewer than {ADD_FROM} tracks"
    return ""


def _full_pass(inputs: PassInputs, why: str) -> MapPass:
    project, before = inputs.project, inputs.before
    settings, embeddings = project.settings.associate, dict(inputs.embeddings)
    tracks = sum(len(one.meta) for one in embeddings.values())
    kept = settings.method == "auto" and settings.incremental != "never"
    kept &= settings.incremental == "always" or tracks >= ADD_FROM
    meta = [one.meta[["video", "track_id"]] for one in embeddings.values()]
    every = pd.concat(meta, ignore_index=True) if meta else pd.DataFrame(columns=["video", "track_id"])
    found = associate(
        embeddings,
        settings,
        before.id_map if before else None,
        before.next_id if before else 0,
        cameras=inputs.cameras,
        clocks=project.clocks(),
        former=inputs.recall(every),
        corrections=project.corrections,
        keep_state=kept,
    )
    told = f"full pass: {why}"
    found.report["incremental"] = {"pass": "full"}
    if not kept:
        return MapPass(found, None, told)
    groups = found.report["groups"]
    assert isinstance(groups, list)
    archive = archive_of(found.id_map, found.states, groups, settings)
    sizes = {video: len(one.meta) for video, one in embeddings.items()}
    return MapPass(found, KeptState(archive, _made_from(inputs, found, sizes), full=True), told)


def _add(inputs: PassInputs, kept: KeptState) -> MapPass:
    project, then = inputs.project, kept.made_from
    if different := sorted(_unlike(_context(inputs.versions), then["context"])):
        raise FullPassNeededError(f"changed: {', '.join(different[:3])}")
    assert inputs.before is not None
    known, now = then["videos"], _versions_by_video(inputs)
    came = sorted(video for video, version in now.items() if known.get(video, [None])[0] != version)
    added = _some(inputs.embeddings, came)
    gone = [video for video in known if video not in now or video in came]
    left_out = {video: known[video][1] for video in known if video not in gone}
    before = Before(
        inputs.before.id_map,
        _evidence(project, inputs.before.id_map),
        inputs.before.next_id,
        kept.archive,
        frozenset(TrackRef.parse(text) for text in then["corrected"]),
        sum(left_out.values()),
    )
    if project.settings.associate.incremental == "auto":
        _check_drift(before)
    load = partial(_some, inputs.embeddings)
    found, archive = associate_additions(
        before, added, gone, load, project.settings.associate, inputs.cameras, project.clocks(),
        project.corrections, inputs.recall,
    )  # fmt: skip
    drifts = measure_drifts(archive, found.id_map["global_id"].to_numpy(np.int64))
    advice = next((reason for one in drifts.values() if (reason := one.reason())), "")
    found.report["incremental"] = {
        "pass": "additions",
        "videos_added": len(added),
        "videos_gone": len(set(gone) - set(added)),
        "full_pass_advised": advice,
        "drift": {name: vars(one) for name, one in drifts.items()},
    }
    sizes = {video: len(one.meta) for video, one in added.items()}
    made_from = _made_from(inputs, found, sizes, left_out)
    told = f"additions: {len(added)} videos came or changed, {len(set(gone) - set(added))} went"
    return MapPass(found, KeptState(archive, made_from, full=False), told)


def _check_drift(before: Before) -> None:
    """Whoever leaves it to `auto` is not left with a state that is far off."""
    drifts = measure_drifts(before.archive, before.id_map["global_id"].to_numpy(np.int64))
    most = max((one.changed for one in drifts.values()), default=0.0)
    if most > MOST_UNASKED:
        raise FullPassNeededError(f"{most:.0%} of the tracks came or went since the last one")


def _evidence(project: Project, id_map: pd.DataFrame) -> pd.DataFrame:
    """The evidence of the map that there is.

    Raises:
        NoStateError: it is not that of this map.
    """
    made = [project.staleness.made_from(name) for name in ("global_id_map", "identity_evidence")]
    for one in made:
        one.pop("code", None)
    if not made[0] or made[0] != made[1] or not project.staleness.unmodified("identity_evidence"):
        raise NoStateError("identity_evidence.csv is not that of the map")
    try:
        evidence = load_content(project.layout, "identity_evidence")
    except ReidError as error:
        raise NoStateError("identity_evidence.csv cannot be read") from error
    if not np.array_equal(evidence["global_id"].to_numpy(), id_map["global_id"].to_numpy()):
        raise NoStateError("identity_evidence.csv is not that of the map")
    return evidence


def _made_from(
    inputs: PassInputs,
    found: Association,
    sizes: Mapping[str, int],
    left_out: Mapping[str, int] | None = None,
) -> dict[str, Any]:
    """Versions of what a state was made from, and of each video how many tracks are nobody's.

    Args:
        sizes: tracks of each video that was read.
        left_out: of the others, how many of their tracks are nobody's.
    """
    mapped = found.id_map["video"].value_counts().to_dict()
    nobody = dict(left_out or {}) | {video: n - int(mapped.get(video, 0)) for video, n in sizes.items()}
    now = _versions_by_video(inputs)
    said = inputs.project.corrections.of("same", "different")
    return {
        "context": _context(inputs.versions),
        "videos": {video: [now[video], nobody[video]] for video in sorted(nobody) if video in now},
        "corrected": sorted({str(track) for one in said for track in one.tracks()}),
    }


def _context(versions: Mapping[str, str]) -> dict[str, str]:
    """Versions of what concerns all videos alike."""
    return {
        name: version
        for name, version in versions.items()
        if name not in _HANDLED and not name.startswith(_PER_VIDEO)
    }


def _versions_by_video(inputs: PassInputs) -> dict[str, str]:
    """What the tracks of each video are, where they were seen, and which of them are nobody, as one text."""
    nobody: dict[str, list[int]] = {}
    for track in inputs.project.corrections.not_targets():
        nobody.setdefault(track.video, []).append(track.track_id)
    found = {}
    for name, version in inputs.versions.items():
        if name.startswith(_PER_VIDEO[0]):
            video = name.removeprefix(_PER_VIDEO[0])
            clock = inputs.versions.get(f"{_PER_VIDEO[1]}{video}", "")
            left = sorted(nobody.get(video, []))
            found[video] = f"{version} {clock} {left} {inputs.cameras.get(video, '')}"
    return found


def _unlike(one: Mapping[str, str], other: Mapping[str, str]) -> set[str]:
    return {key for key in {*one, *other} if one.get(key) != other.get(key)}


def _some(embeddings: Mapping[str, TrackEmbeddings], videos: Iterable[str]) -> dict[str, TrackEmbeddings]:
    """Those of some videos that can be read."""
    found = {}
    for video in videos:
        try:
            found[video] = embeddings[video]
        except KeyError:
            continue
    return found
