"""The archive as named arrays and plain facts, and back: what its files hold, in two parts.

The base is what a full pass leaves, and never changes after it. The tail is everything since: tracks that
came, lists that changed, who is gone. A class group that became large enough later is in the tail as a whole.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from reid_assets.reid.association.as_norm import CohortScores
from reid_assets.reid.association.camera_pair_norm import CameraPairNorm
from reid_assets.reid.association.centring import CameraMeans
from reid_assets.reid.association.group_state import FrozenChoices, GroupState
from reid_assets.reid.association.incremental.archive import Archive
from reid_assets.reid.association.vector_steps import VectorSteps

Arrays = dict[str, np.ndarray]
_COHORTS = ("centre", "scale", "other_centre", "other_scale")


def base_arrays(archive: Archive, names: list[str]) -> Arrays:
    """What a full pass left of some class groups, by group and name."""
    arrays: Arrays = {}
    for name in names:
        arrays |= {f"{name}/{key}": value for key, value in _of_full_pass(archive.groups[name]).items()}
    return arrays


def tail_arrays(archive: Archive) -> Arrays:
    """What came since, of all class groups."""
    arrays: Arrays = {"group": archive.group, "slot": archive.slot}
    for name, state in archive.groups.items():
        slots = np.flatnonzero(state.changed)
        parts = {
            "added": np.concatenate([state.vectors[0][:0], *state.vectors[1:]]),
            "changed": slots.astype(np.int32),
            "changed_index": state.scores.index[slots],
            "changed_similarity": state.scores.similarity[slots],
            "changed_cohorts": _cohorts(state.scores)[slots],
            "camera": state.scores.camera_norm.camera.astype(np.int32),
            "dead": np.flatnonzero(~state.alive).astype(np.int32),
            "rival": state.rival,
        }
        arrays |= {f"{name}/{key}": value for key, value in parts.items()}
    return arrays


def facts_of(archive: Archive) -> dict[str, Any]:
    """Everything else, for JSON."""
    groups = {}
    for name, state in archive.groups.items():
        facts = {key: value for key, value in vars(state.frozen).items() if key != "steps"}
        groups[name] = facts | {"cohort": state.scores.cohort}
    return {"groups": groups, "reports": dict(archive.reports)}


def archive_from(arrays: Mapping[str, np.ndarray], facts: Mapping[str, Any]) -> Archive:
    """The archive of the arrays of both parts together; the vectors of the base are not copied.

    Raises:
        KeyError, ValueError, IndexError, TypeError: the parts do not fit together.
    """
    groups = {name: _state(arrays, name, told) for name, told in facts["groups"].items()}
    group, slot = arrays["group"], arrays["slot"]
    for number, state in enumerate(groups.values()):
        own = slot[group == number]
        if len(own) != int(state.alive.sum()) or not state.alive[own].all():
            raise ValueError("tracks and slots do not fit together")
    return Archive(groups, group, slot, facts["reports"])


def _of_full_pass(state: GroupState) -> Arrays:
    """Of a group to which nothing was added, or as it was before: changed rows are in the tail."""
    tracks, norm, steps = state.frozen.tracks, state.scores.camera_norm, state.frozen.steps
    dim = len(steps.means.common)
    return {
        "vectors": state.vectors[0],
        "index": state.scores.index[:tracks],
        "similarity": state.scores.similarity[:tracks],
        "cohorts": _cohorts(state.scores)[:tracks],
        "common": steps.means.common,
        "offset": steps.means.offset,
        "whitening": np.array(steps.whitening, dtype=np.float32).reshape(-1, dim, dim),
        "norm_centre": norm.centre,
        "norm_spread": norm.spread,
        "norm_by_kind": norm.by_kind,
    }


def _cohorts(scores: CohortScores) -> np.ndarray:
    return np.stack([getattr(scores, name) for name in _COHORTS], axis=1).astype(np.float32)


def _state(arrays: Mapping[str, np.ndarray], name: str, told: Mapping[str, Any]) -> GroupState:
    own = {key.removeprefix(f"{name}/"): value for key, value in arrays.items() if key.startswith(f"{name}/")}
    choices = dict(told)
    cohort = int(choices.pop("cohort"))
    cameras = tuple(choices.pop("cameras"))
    means = CameraMeans(own["common"], own["offset"])
    steps = VectorSteps(means, tuple(own["whitening"])).of_cameras(len(cameras))
    features = tuple(choices.pop("features"))
    frozen = FrozenChoices(steps=steps, cameras=cameras, features=features, **choices)
    camera = own["camera"].astype(np.int64)
    total, changed = len(camera), own["changed"]
    if total != frozen.tracks + len(own["added"]) or len(own["vectors"]) != frozen.tracks:
        raise ValueError("vectors and tracks do not fit together")
    parts = [
        _overlaid(own[key], own[f"changed_{key}"], changed, total)
        for key in ("index", "similarity", "cohorts")
    ]
    if len(parts[0]) and not -1 <= parts[0].min() <= parts[0].max() < total:
        raise ValueError("a list names a track that is not there")
    norm = CameraPairNorm(camera, own["norm_centre"], own["norm_spread"], own["norm_by_kind"])
    norm = norm.of_cameras(camera, len(cameras)) if frozen.by_camera else norm
    columns = dict(zip(_COHORTS, np.ascontiguousarray(parts[2].T), strict=True))
    scores = CohortScores(index=parts[0], similarity=parts[1], cohort=cohort, camera_norm=norm, **columns)
    alive, moved = np.ones(total, dtype=bool), np.zeros(total, dtype=bool)
    alive[own["dead"]] = False
    moved[changed] = True
    rival = np.array(own["rival"], dtype=np.float32)
    if len(rival) != total:
        raise ValueError("identities and tracks do not fit together")
    return GroupState(frozen, (own["vectors"], own["added"]), scores, alive, rival, moved)


def _overlaid(base: np.ndarray, rows: np.ndarray, changed: np.ndarray, total: int) -> np.ndarray:
    """The rows of the full pass with those that changed or came since; a copy."""
    whole = np.empty((total, base.shape[1]), dtype=base.dtype)
    whole[: len(base)] = base
    whole[changed] = rows
    return whole
