"""What additions and removals mean for one class group: which of its tracks are clustered again."""

from dataclasses import dataclass, field, replace

import numpy as np

from reid_assets.reid.association.centring import select_crops
from reid_assets.reid.association.constraints.cannot_links import Constraints
from reid_assets.reid.association.group_state import GroupState
from reid_assets.reid.association.incremental.archive import Archive
from reid_assets.reid.association.incremental.map_rows import MapRows
from reid_assets.reid.association.incremental.recluster import (
    Regrouped,
    regroup,
    touched_slots,
    update_lists,
)
from reid_assets.reid.association.track_set import TrackSet

_NONE = np.empty(0, dtype=np.int64)


class FullPassNeededError(Exception):
    """What is kept of the last full pass cannot be added to; the message says why, in a few words."""


@dataclass
class GroupChange:
    """One class group that something happened to.

    Attributes:
        name: of the group.
        rows: int64 (m,), rows of the map whose tracks are clustered again, ascending; of a group without a
            state, all of its rows.
        state: the group with what came and without what went; None where it is too small to have one.
        slots: int64 (m,), their slots.
        row_of_slot: int64 (n,), row of each slot in the map; -1 of dead ones.
        identity: int64 (n,), global id that each slot had; -1 of new ones.
        size: int64 (m,), tracks that the identity of each had.
        corrected: int64, slots of which a person said something.
        found: the outcome.
    """

    name: str
    rows: np.ndarray
    state: GroupState | None = None
    slots: np.ndarray = field(default_factory=lambda: _NONE)
    row_of_slot: np.ndarray = field(default_factory=lambda: _NONE)
    identity: np.ndarray = field(default_factory=lambda: _NONE)
    size: np.ndarray = field(default_factory=lambda: _NONE)
    corrected: np.ndarray = field(default_factory=lambda: _NONE)
    found: Regrouped | None = None

    def regroup(self, constraints: Constraints, place: np.ndarray) -> np.ndarray:
        """Cluster its rows again: int64 (m,), canonical labels; `place`: where they are in `constraints`."""
        assert self.state is not None
        self.found = regroup(
            self.state, self.slots, self.identity, self.size, self.corrected, constraints, place
        )
        return self.found.labels


def prepare(archive: Archive, rows: MapRows, tracks: TrackSet, corrected: np.ndarray) -> list[GroupChange]:
    """The class groups that are concerned, with their states brought up to date, by name.

    Args:
        tracks: those that are added, in the order of `rows.new_row`.
        corrected: int64, rows of tracks of which a person said something.

    Raises:
        FullPassNeededError: vectors were made by another network than those that are kept.
    """
    new = np.flatnonzero(rows.new_row >= 0)
    names = {*rows.names[new], *rows.lost["name"], *rows.names[corrected]}
    changes = []
    for name in sorted(names):
        state = archive.groups.get(name)
        own = np.flatnonzero(rows.names == name)
        if state is None:
            changes.append(GroupChange(name, own))
            continue
        came = new[rows.names[new] == name]
        state, slots = _with_new(state, tracks, rows.new_row[came])
        rows.slot[came] = slots
        changes.append(_change(name, state, rows, own, corrected))
    return changes


def _change(
    name: str, state: GroupState, rows: MapRows, own: np.ndarray, corrected: np.ndarray
) -> GroupChange:
    lost = rows.lost[rows.lost["name"] == name]
    gone = lost["slot"].to_numpy(np.int64)
    row_of_slot, identity = np.full(len(state), -1), np.full(len(state), -1)
    row_of_slot[rows.slot[own]] = own
    identity[rows.slot[own]] = rows.global_id[own]
    identity[gone] = lost["global_id"].to_numpy(np.int64)
    new = rows.slot[own[rows.new_row[own] >= 0]]
    said = rows.slot[corrected[rows.names[corrected] == name]]
    update_lists(state, gone, new)
    slots = touched_slots(state, identity, gone, new, said)
    slots = slots[np.argsort(row_of_slot[slots])]
    size = np.bincount(identity[identity >= 0], minlength=1)
    had = np.where(identity[slots] >= 0, size[np.minimum(identity[slots], len(size) - 1)], 0)
    return GroupChange(name, row_of_slot[slots], state, slots, row_of_slot, identity, had, said)


def _with_new(state: GroupState, tracks: TrackSet, chosen: np.ndarray) -> tuple[GroupState, np.ndarray]:
    """A copy of the state with the tracks `chosen` behind the others, and their slots."""
    first = len(state)
    if not len(chosen):
        width = state.vectors[0].shape[1]
        return state.extended(np.empty((0, width), dtype=np.float32), _NONE), _NONE
    tracks = tracks.of_one_network(chosen)
    crops, owner = select_crops(tracks, chosen)
    width = state.vectors[0].shape[1]
    if tracks.backbone != state.frozen.backbone or crops.shape[1] != width:
        raise FullPassNeededError("the new vectors are of another network")
    names = tracks.camera_names[tracks.camera[chosen]]
    state = state.with_cameras(set(map(str, names)))
    number = {name: at for at, name in enumerate(state.frozen.cameras)}
    camera = np.array([number[str(name)] for name in names], dtype=np.int64)
    vectors = state.frozen.steps.vectors(crops, owner, camera[owner], len(chosen))
    state = state.extended(vectors, camera)
    return replace(state), np.arange(first, len(state))
