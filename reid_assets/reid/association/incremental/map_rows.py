"""The rows of a map after videos came and went, and where each of them is from."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from reid_assets.reid.association.incremental.archive import Archive, group_names
from reid_assets.reid.core.corrections import TrackRef
from reid_assets.reid.core.settings import AssociateSettings
from reid_assets.reid.core.tables import GLOBAL_ID_MAP, TRACK_META


@dataclass(frozen=True)
class MapRows:
    """The rows of the new map, sorted by video and track_id.

    Attributes:
        meta: rows of `tables.TRACK_META`, n of them.
        names: object (n,), name of the class group of each.
        old_row: int64 (n,), row in the map before; -1 of new tracks.
        new_row: int64 (n,), row in the table of added tracks; -1 of the others.
        slot: int64 (n,), slot in the state of its class group; -1 where it has none.
        global_id: int64 (n,), as before, -1 of new tracks; changed.
        lost: the rows of the map before that are gone, with `name` and `slot`.
    """

    meta: pd.DataFrame
    names: np.ndarray
    old_row: np.ndarray
    new_row: np.ndarray
    slot: np.ndarray
    global_id: np.ndarray
    lost: pd.DataFrame

    def of_tracks(self, tracks: Collection[TrackRef]) -> np.ndarray:
        """int64: rows of some tracks, as far as they are here, ascending."""
        if not tracks:
            return np.empty(0, dtype=np.int64)
        near = np.flatnonzero(self.meta["video"].isin({one.video for one in tracks}).to_numpy())
        some = self.meta.iloc[near]
        keys = zip(some["video"], some["track_id"], strict=True)
        named = np.array([TrackRef(str(v), int(n)) in tracks for v, n in keys], dtype=bool)
        return near[named]

    def id_map(self) -> pd.DataFrame:
        """The new map."""
        return GLOBAL_ID_MAP.conform(self.meta.assign(global_id=self.global_id))


def merge_rows(
    id_map: pd.DataFrame,
    archive: Archive,
    gone: Collection[str],
    added: pd.DataFrame,
    settings: AssociateSettings,
) -> MapRows:
    """Take videos out of a map and put the rows of others in.

    Args:
        id_map: rows of `tables.GLOBAL_ID_MAP`, sorted by video and track_id.
        archive: whose slots go with them.
        gone: videos whose rows leave.
        added: rows of `tables.TRACK_META`, sorted; of no video that stays.
    """
    leaving = id_map["video"].isin(set(gone)).to_numpy()
    kept = np.flatnonzero(~leaving)
    # A video's rows are one block, which goes before the first video of a later name.
    stay = id_map["video"].to_numpy(dtype=object)[kept]
    before = np.searchsorted(stay, added["video"].to_numpy(dtype=object))
    order = np.insert(np.arange(len(kept)), before, np.arange(len(kept), len(kept) + len(added)))
    old = np.concatenate([kept, np.full(len(added), -1)])[order]
    new = np.concatenate([np.full(len(kept), -1), np.arange(len(added))])[order]
    columns = list(TRACK_META.header)
    meta = pd.concat([id_map.loc[~leaving, columns], added[columns]], ignore_index=True)
    meta = TRACK_META.conform(meta.iloc[order].reset_index(drop=True))
    ids = id_map["global_id"].to_numpy(np.int64)
    slots = archive.slot.astype(np.int64)
    lost = id_map[leaving]
    lost = lost.assign(name=group_names(lost["class_name"], settings), slot=slots[leaving])
    return MapRows(
        meta=meta,
        names=group_names(meta["class_name"], settings),
        old_row=old,
        new_row=new,
        slot=np.where(old >= 0, slots[old], -1) if len(slots) else np.full(len(old), -1),
        global_id=np.where(old >= 0, ids[old], -1) if len(ids) else np.full(len(old), -1),
        lost=lost.reset_index(drop=True),
    )
