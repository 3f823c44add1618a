"""What an archive keeps of its last full pass: a state for each class group, and the slot of each track."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from reid_assets.reid.association.group_state import GroupState
from reid_assets.reid.association.identity_rules import class_groups
from reid_assets.reid.core.settings import AssociateSettings


@dataclass(frozen=True)
class Archive:
    """The states, and how they go with the rows of the map they were made with.

    Attributes:
        groups: by the name of the class group; groups that are too small for a cohort have none.
        group: int16 (rows,), position in `groups` of each row of the map; -1 where it has none.
        slot: int32 (rows,), its slot there; -1 where it has none.
        reports: diagnostics of each class group's full pass, with `identities`.
    """

    groups: Mapping[str, GroupState]
    group: np.ndarray
    slot: np.ndarray
    reports: Mapping[str, dict]


def group_names(classes: pd.Series, settings: AssociateSettings) -> np.ndarray:
    """Name of the class group of each class name: object (n,)."""
    if not settings.same_class_only:
        return np.full(len(classes), "all", dtype=object)
    number, names = pd.factorize(classes)
    groups = class_groups(pd.Series(names, dtype=object), settings).to_numpy(dtype=object)
    return groups[number]


def archive_of(
    id_map: pd.DataFrame,
    states: Mapping[str, GroupState],
    reports: list[dict],
    settings: AssociateSettings,
) -> Archive:
    """The archive behind a full pass.

    Args:
        id_map: its map.
        states: by the class name of a group's first track.
        reports: its `groups`.
    """
    names = group_names(id_map["class_name"], settings)
    by_name = {_one_name(key, settings): state for key, state in states.items()}
    group = np.full(len(id_map), -1, dtype=np.int16)
    slot = np.full(len(id_map), -1, dtype=np.int32)
    ids, told = id_map["global_id"].to_numpy(), {}
    for report in reports:
        name = _one_name(str(report["class"]), settings)
        told[name] = {**report, "identities": len(np.unique(ids[names == name]))}
    for number, (name, state) in enumerate(by_name.items()):
        rows = np.flatnonzero(names == name)
        group[rows], slot[rows] = number, np.arange(len(state))
    return Archive(by_name, group, slot, told)


def _one_name(class_name: str, settings: AssociateSettings) -> str:
    return str(group_names(pd.Series([class_name], dtype=object), settings)[0])
