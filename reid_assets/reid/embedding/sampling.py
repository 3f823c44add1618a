"""Sampling candidates: which rows of tracks.csv may be sampled, and why others may not.

`scoring.py` computes their quality; `frame_selection.py` selects among them by quality and decoding cost.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from reid_assets.reid.core.settings import EmbedSettings
from reid_assets.reid.embedding.scoring import box_quality, visible_wh
from reid_assets.reid.tracks.tracks_csv import Tracks


@dataclass(frozen=True)
class Candidates:
    """Rows that may be sampled; arrays have one entry per row, sorted by track and frame.

    Attributes:
        track: int64 (n,), row of `Tracks.per_track` that each belongs to.
        frame: int64 (n,), frame of tracks.csv.
        box: float64 (n, 4), x1, y1, x2, y2, pixels of tracks.csv.
        quality: float64 (n,), 0..1, from `scoring.box_quality`.
    """

    track: np.ndarray
    frame: np.ndarray
    box: np.ndarray
    quality: np.ndarray

    def __len__(self) -> int:
        return len(self.track)


def eligible_rows(tracks: Tracks, settings: EmbedSettings) -> tuple[np.ndarray, dict[str, int]]:
    """Rows that may be sampled as far as tracks.csv tells, and the number of tracks without any.

    Returns:
        int64 (n,), positions in `tracks.rows`, sorted by track and frame; and the number of tracks
        without an eligible row by reason: `filtered` (class not in `class_filter`), `no_box` (no usable
        row), `too_small` (no box of `min_box_size`).
    """
    per_track, rows = tracks.per_track, tracks.rows
    classes = settings.class_filter
    if classes is None:
        selected = np.ones(len(per_track), bool)
    else:
        selected = per_track["class_id"].isin(classes).to_numpy()
    row_track = _row_track(tracks)
    usable = rows["usable"].to_numpy() & (row_track >= 0)
    usable[usable] = selected[row_track[usable]]
    box = rows[["x1", "y1", "x2", "y2"]].to_numpy(np.float64)
    with np.errstate(invalid="ignore"):
        large = (box[:, 2:] - box[:, :2]).min(axis=1) >= settings.min_box_size
    eligible = np.flatnonzero(usable & large)
    eligible = eligible[np.lexsort((eligible, rows["frame"].to_numpy()[eligible], row_track[eligible]))]
    with_box = np.zeros(len(per_track), bool)
    with_box[row_track[usable]] = True
    without = {
        "filtered": int((~selected).sum()),
        "no_box": int((selected & ~with_box).sum()),
        "too_small": int(with_box.sum() - len(np.unique(row_track[eligible]))),
    }
    return eligible, without


def score_candidates(
    tracks: Tracks, eligible: np.ndarray, image_wh: tuple[float, float], settings: EmbedSettings
) -> Candidates:
    """The eligible rows whose box is large enough inside the image, with their quality.

    Args:
        tracks: the video's tracks.
        eligible: int64 (n,), positions in `tracks.rows`, from `eligible_rows`.
        image_wh: width and height of the image in pixels of tracks.csv.
        settings: `min_box_size` applies to the part inside the image too.
    """
    box = tracks.rows[["x1", "y1", "x2", "y2"]].to_numpy(np.float64)[eligible]
    large = visible_wh(box, image_wh).min(axis=1) >= settings.min_box_size if len(eligible) else []
    kept = eligible[np.asarray(large, bool)]
    return Candidates(
        _row_track(tracks)[kept],
        tracks.rows["frame"].to_numpy()[kept],
        tracks.rows[["x1", "y1", "x2", "y2"]].to_numpy(np.float64)[kept],
        box_quality(tracks.rows, kept, image_wh),
    )


def _row_track(tracks: Tracks) -> np.ndarray:
    """int64 (rows,): row of `per_track` that each row of the file belongs to; -1 if untracked."""
    index = pd.Index(tracks.per_track["track_id"])
    return np.asarray(index.get_indexer(tracks.rows["track_id"]), dtype=np.int64)
