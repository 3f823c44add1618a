"""One video's boxes with their identities: what every export format is written from.

The formats differ in what they can hold. Tables keep every row; formats of tracks keep boxes of positive
area, and one box per identity and frame. What is left out is counted, never dropped in silence.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from reid_assets.reid.core.tables import TRACKS, Column, Table
from reid_assets.reid.tracks.tracks_csv import Tracks

EXPORTED = Table(
    "exported_boxes",
    (
        Column("video", "text", "Name of the video."),
        *TRACKS.columns,
        Column("global_id", "int", "Identity across all videos; empty without one.", optional=True),
    ),
)
OPTIONAL_NUMBERS = ("time_s", "cx", "cy", "speed_kmh", "speed_kmh_ema")


@dataclass(frozen=True)
class FrameFacts:
    """What is known of a video's frames.

    Attributes:
        frames: number of processed frames, at least 0.
        fps: processed frames a second; None if unknown.
        width, height: of a frame, pixels; None if unknown.
        media: path of the video file whose frame n is frame n of tracks.csv; None if there is none at hand.
    """

    frames: int
    fps: float | None = None
    width: int | None = None
    height: int | None = None
    media: str | None = None


@dataclass(frozen=True)
class VideoBoxes:
    """One video, to be written in some format.

    Attributes:
        video: its name.
        rows: rows of `EXPORTED`, in the order of tracks.csv.
        facts: its frames.
        left_out: reason -> number of rows that are not in `rows`.
    """

    video: str
    rows: pd.DataFrame
    facts: FrameFacts
    left_out: Mapping[str, int] = field(default_factory=dict)

    def without(self, dropped: pd.Series | np.ndarray, reason: str) -> "VideoBoxes":
        """The same without some rows (a mask over `rows`), which are counted under a reason."""
        count = int(np.asarray(dropped).sum())
        if not count:
            return self
        counted = {**self.left_out, reason: self.left_out.get(reason, 0) + count}
        kept = self.rows[~np.asarray(dropped)].reset_index(drop=True)
        return replace(self, rows=kept, left_out=counted)


def attach_identities(
    tracks: Tracks, more: Mapping[str, np.ndarray], ids: Mapping[int, int], facts: FrameFacts
) -> VideoBoxes:
    """The rows of a tracks.csv with the identity of each.

    Args:
        tracks: the rows.
        more: columns of `OPTIONAL_NUMBERS` that the file has, float64, one value a row.
        ids: track_id -> global_id.
        facts: of the video; a larger frame number in `tracks` counts.
    """
    rows = tracks.rows.drop(columns="usable").assign(video=tracks.video)
    for name in OPTIONAL_NUMBERS:
        rows[name] = more.get(name, np.full(len(rows), np.nan))
    # Through Python integers: a map to float would lose digits of large ids.
    known = [ids.get(track) for track in rows["track_id"].tolist()]
    rows["global_id"] = pd.array(known, dtype="Int64")
    frames = max(facts.frames, int(rows["frame"].max()) + 1 if len(rows) else 0)
    return VideoBoxes(tracks.video, EXPORTED.conform(rows[EXPORTED.header]), replace(facts, frames=frames))


def without_tracks(boxes: VideoBoxes, track_ids: Collection[int], reason: str) -> VideoBoxes:
    """The same without the rows of some tracks."""
    return boxes.without(boxes.rows["track_id"].isin(list(track_ids)), reason)


def of_identities(boxes: VideoBoxes, global_ids: Collection[int]) -> VideoBoxes:
    """The rows of some identities alone; the others are not counted as left out."""
    wanted = boxes.rows["global_id"].isin(list(global_ids)).fillna(False).astype(bool)
    return replace(boxes, rows=boxes.rows[wanted].reset_index(drop=True))


def drawable(boxes: VideoBoxes) -> VideoBoxes:
    """What a format of tracks can hold: boxes of positive area, each frame and track once.

    Of two boxes of one identity in one frame the one with the larger confidence stays, the earlier of equals.
    """
    corners = boxes.rows[["x1", "y1", "x2", "y2"]].to_numpy(float)
    with np.errstate(invalid="ignore"):
        good = np.isfinite(corners).all(axis=1)
        good &= (corners[:, 2] > corners[:, 0]) & (corners[:, 3] > corners[:, 1])
    kept = boxes.without(~good, "without a box of positive area")
    tracked = kept.rows["track_id"] >= 0
    again = tracked & kept.rows.duplicated(["frame", "track_id"])
    kept = kept.without(again, "a track twice in one frame")
    best = kept.rows.assign(rank=-kept.rows["conf"].fillna(-1.0)).sort_values("rank", kind="stable")
    double = best["global_id"].notna() & best.duplicated(["frame", "global_id"])
    return kept.without(double.reindex(kept.rows.index), "an identity twice in one frame")


def identified(boxes: VideoBoxes) -> VideoBoxes:
    """The rows that have an identity."""
    without = boxes.rows["global_id"].isna()
    untracked = boxes.rows["track_id"] < 0
    kept = boxes.without(without & untracked, "untracked")
    return kept.without(kept.rows["global_id"].isna(), "of tracks without an identity")


def extent(low: float, high: float) -> float:
    """Width or height of a box in pixels, without the digits that a float subtraction adds.

    >>> extent(153.15, 277.32)
    124.17
    """
    return round(high - low, 9)
