"""Boxes of every frame of a video file, from the rows of tracks.csv, which may count only some of its frames.

Between two processed frames a box moves evenly. What is hidden must stay hidden where the tracker lost
somebody for a moment: there the gaps are bridged, and the first and last box are held for a while.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from reid_assets.reid.video.source_selection import OpenSource

_BOX = ["x1", "y1", "x2", "y2"]


@dataclass(frozen=True)
class FrameBoxes:
    """Boxes by frame of the file.

    Attributes:
        frame: int64 (n,), frame of the file, ascending.
        track: int64 (n,), track of the box.
        box: float64 (n, 4), x1, y1, x2, y2 in pixels of the file.
    """

    frame: np.ndarray
    track: np.ndarray
    box: np.ndarray

    def at(self, frame: int) -> tuple[np.ndarray, np.ndarray]:
        """Tracks int64 (b,) and boxes float64 (b, 4) of one frame, tracks in ascending order."""
        first, end = np.searchsorted(self.frame, [frame, frame + 1])
        return self.track[first:end], self.box[first:end]


def drawn_boxes(rows: pd.DataFrame, opened: OpenSource) -> FrameBoxes:
    """The boxes of tracks as tracks.csv has them; nothing where it has none.

    Args:
        rows: `frame, track_id, x1, y1, x2, y2` of usable rows.
        opened: the file that is rendered.
    """
    return _expand(rows, opened, bridged=1, held=0)


def hidden_boxes(rows: pd.DataFrame, opened: OpenSource, held: int) -> FrameBoxes:
    """The boxes under which somebody is hidden.

    Args:
        rows: `frame, track_id, x1, y1, x2, y2`; rows without a box are left out.
        opened: the file that is rendered.
        held: frames of tracks.csv for which the first and the last box of a track stay; gaps of up to twice
            as many are bridged. Untracked detections are hidden in their own frames alone.
    """
    box = rows[_BOX].to_numpy(float)
    with np.errstate(invalid="ignore"):
        there = np.isfinite(box).all(axis=1) & (box[:, 2] > box[:, 0]) & (box[:, 3] > box[:, 1])
    rows = rows[there]
    tracked = rows["track_id"] >= 0
    parts = [
        _expand(rows[tracked], opened, bridged=max(1, 2 * held), held=held),
        # Each is a thing of its own: no two of them are joined.
        _expand(rows[~tracked].assign(track_id=np.arange((~tracked).sum())), opened, bridged=1, held=0),
    ]
    return _sorted(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in ("frame", "track", "box"))
    )


def _expand(rows: pd.DataFrame, opened: OpenSource, bridged: int, held: int) -> FrameBoxes:
    """One box for each frame of the file.

    Args:
        bridged: steps in frames of tracks.csv over which a box moves from one row to the next.
        held: frames of tracks.csv for which a box stays before and after.
    """
    stride = opened.source.frame_stride
    rows = rows.drop_duplicates(["track_id", "frame"]).sort_values(["track_id", "frame"])
    frame, track = rows["frame"].to_numpy(np.int64), rows["track_id"].to_numpy(np.int64)
    box = rows[_BOX].to_numpy(np.float64) * opened.scale
    follows = np.zeros(len(rows), bool)
    step = np.ones(len(rows), np.int64)
    if len(rows) > 1:
        gap = frame[1:] - frame[:-1]
        follows[:-1] = (track[1:] == track[:-1]) & (gap <= bridged)
        step[:-1] = np.where(follows[:-1], gap, 1)
    leads = np.ones(len(rows), bool)
    leads[1:] = ~follows[:-1]
    before = np.where(leads, held * stride, 0)
    after = np.where(follows, 0, held * stride)
    count = before + step * stride + after
    row = np.repeat(np.arange(len(rows)), count)
    offset = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count) - np.repeat(before, count)
    share = np.where(follows[row], np.clip(offset / (step[row] * stride), 0.0, 1.0), 0.0)[:, None]
    other = np.minimum(row + 1, max(0, len(rows) - 1))
    moved = (1.0 - share) * box[row] + share * box[other]
    number = frame[row] * stride + offset
    inside = (number >= 0) & (number < opened.index.frames)
    return _sorted(number[inside], track[row][inside], moved[inside])


def _sorted(frame: np.ndarray, track: np.ndarray, box: np.ndarray) -> FrameBoxes:
    order = np.lexsort((track, frame))
    return FrameBoxes(frame[order], track[order], box[order])
