"""The evidence of each track after an addition: kept where nothing happened, measured where it did.

Of identities that changed everything is measured again. Of everybody else the margin and the confidence move
where a changed identity is nearer than the next one was.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from reid_assets.reid.association.assignment_confidence import believe_corrections
from reid_assets.reid.association.incremental.group_change import GroupChange
from reid_assets.reid.association.incremental.map_rows import MapRows
from reid_assets.reid.association.incremental.recluster import rate_again
from reid_assets.reid.core.tables import IDENTITY_EVIDENCE


@dataclass(frozen=True)
class Evidence:
    """Columns of `tables.IDENTITY_EVIDENCE`, in the order of the rows of a map.

    Attributes:
        match: int64 (n,), row of the best match; -1: none, -2: as it is in `before`.
        before: the evidence of the map before, by the rows of this one; rows of new tracks mean nothing.
        similarity, margin, confidence: float64 (n,).
    """

    match: np.ndarray
    before: pd.DataFrame
    similarity: np.ndarray
    margin: np.ndarray
    confidence: np.ndarray

    @classmethod
    def kept(cls, before: pd.DataFrame, rows: MapRows) -> "Evidence":
        """What the map before said, of tracks that are still there."""
        old = rows.old_row
        if not len(before):
            before = pd.DataFrame([[None] * len(before.columns)], columns=before.columns)
        kept = before.iloc[np.maximum(old, 0)].reset_index(drop=True)
        figures = (
            np.where(old >= 0, kept[name].to_numpy(np.float64, na_value=np.nan), 0.0)
            for name in ("similarity", "margin", "confidence")
        )
        return cls(np.where(old >= 0, -2, -1), kept, *figures)

    def rate(self, change: GroupChange, rows: MapRows) -> None:
        """Measure again what one class group's change concerns, in place."""
        state, found = change.state, change.found
        assert state is not None and found is not None
        row, before = change.row_of_slot, state.rival.copy()
        identity = np.where(row >= 0, rows.global_id[row], -1)
        members, figures = rate_again(state, found, identity)
        own, rival = figures[:, 2], state.rival[members].astype(np.float64)
        at, match = row[members], figures[:, 0].astype(np.int64)
        self.match[at] = np.where(match >= 0, row[match], -1)
        self.similarity[at] = figures[:, 1]
        self._set(at, own, rival)
        nearer = np.flatnonzero((state.rival != before) & state.alive)
        nearer = np.setdiff1d(nearer, members)
        at = row[nearer]
        self._set(at, self.margin[at] + before[nearer], state.rival[nearer].astype(np.float64))

    def take(self, measured: pd.DataFrame, rows: np.ndarray) -> None:
        """Evidence of some rows (m,) that was measured among themselves: `EVIDENCE_COLUMNS`, m of them."""
        if not len(rows):
            return
        match = measured["witness"].to_numpy(np.int64)
        self.match[rows] = np.where(match >= 0, rows[match], -1)
        self.similarity[rows] = measured["similarity"]
        self.margin[rows] = measured["margin"]
        self.confidence[rows] = measured["confidence"]

    def believe(self, rows: np.ndarray, labels: np.ndarray, must_group: np.ndarray) -> None:
        """What was said to be the same is certain; see `assignment_confidence.believe_corrections`."""
        figures = pd.DataFrame({"confidence": self.confidence[rows], "margin": self.margin[rows]})
        believed = believe_corrections(figures, labels, must_group)
        self.confidence[rows], self.margin[rows] = believed["confidence"], believed["margin"]

    def table(self, rows: MapRows) -> pd.DataFrame:
        """Rows of `tables.IDENTITY_EVIDENCE`."""
        measured = np.flatnonzero(self.match >= -1)
        match = self.match[measured]
        there = match >= 0
        video = self.before["witness_video"].to_numpy(dtype=object, copy=True)
        video[measured] = None
        video[measured[there]] = rows.meta["video"].to_numpy(dtype=object)[match[there]]
        track = self.before["witness_track_id"].astype("Int64")
        number = track.to_numpy(np.int64, na_value=-1).copy()
        number[measured] = -1
        number[measured[there]] = rows.meta["track_id"].to_numpy(np.int64)[match[there]]
        witness = pd.arrays.IntegerArray(np.maximum(number, 0), number < 0)
        named = pd.DataFrame({"witness_video": video, "witness_track_id": witness})
        figures = {name: getattr(self, name) for name in ("similarity", "margin", "confidence")}
        ids = rows.meta[["video", "track_id"]].assign(global_id=rows.global_id)
        return IDENTITY_EVIDENCE.conform(pd.concat([ids, named, pd.DataFrame(figures)], axis=1))

    def _set(self, rows: np.ndarray, own: np.ndarray, rival: np.ndarray) -> None:
        self.margin[rows] = own - rival
        self.confidence[rows] = own / np.maximum(own + rival, 1e-9)
