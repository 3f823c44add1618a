"""Which rows of tracks.csv may become samples, and why others may not.

How good a row is comes from `scoring.py`; which ones are taken, given what it costs to decode
them, is `planning.py`.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from reid_assets.reid.core.settings import EmbedSettings
from reid_assets.reid.embedding.scoring import box_quality, visible_wh
from reid_assets.reid.tracks.tracks_csv import Tracks


@dataclass(frozen=True)
class Candidates:
    """Rows that may be sampled, sorted by track and frame; all arrays have one entry a row.

    Attributes:
        track: int64 (n,), row of `Tracks.per_track` each belongs to.
        frame: int64 (n,), frame of tracks.csv.
        box: float64 (n, 4), x1, y1, x2, y2 in pixels of tracks.csv.
        quality: float64 (n,), 0..1, from `scoring.box_quality`.
    """

    track: np.ndarray
    frame: np.ndarray
    box: np.ndarray
    quality: np.ndarray

    def __len__(self) -> int:
        return len(self.track)


def wanted_rows(tracks: Tracks, settings: EmbedSettings) -> tuple[np.ndarray, dict[str, int]]:
    """Rows that tracks.csv alone allows to sample, and tracks that have none, by reason.

    Returns:
        int64 (n,), positions in `tracks.rows` sorted by track and frame; and tracks counted as
        `filtered` (their class is not asked for), `no_box` (not one usable row), `too_small`.
    """
    per_track, rows = tracks.per_track, tracks.rows
    chosen = settings.class_filter
    asked = np.ones(len(per_track), bool) if chosen is None else per_track["class_id"].isin(chosen).to_numpy()
    row_track = _row_track(tracks)
    usable = rows["usable"].to_numpy() & (row_track >= 0)
    usable[usable] = asked[row_track[usable]]
    box = rows[["x1", "y1", "x2", "y2"]].to_numpy(np.float64)
    with np.errstate(invalid="ignore"):
        large = (box[:, 2:] - box[:, :2]).min(axis=1) >= settings.min_box_size
    wanted = np.flatnonzero(usable & large)
    wanted = wanted[np.lexsort((wanted, rows["frame"].to_numpy()[wanted], row_track[wanted]))]
    with_box = np.zeros(len(per_track), bool)
    with_box[row_track[usable]] = True
    without = {
        "filtered": int((~asked).sum()),
        "no_box": int((asked & ~with_box).sum()),
        "too_small": int(with_box.sum() - len(np.unique(row_track[wanted]))),
    }
    return wanted, without


def judge(
    tracks: Tracks, wanted: np.ndarray, picture_wh: tuple[float, float], settings: EmbedSettings
) -> Candidates:
    """The wanted rows that show enough inside the picture, with their quality.

    Args:
        tracks: the video's rows.
        wanted: int64 (n,), positions in `tracks.rows`, see `wanted_rows`.
        picture_wh: width and height of the picture in pixels of tracks.csv.
        settings: `min_box_size` holds for the part inside the picture too.
    """
    box = tracks.rows[["x1", "y1", "x2", "y2"]].to_numpy(np.float64)[wanted]
    seen = visible_wh(box, picture_wh).min(axis=1) >= settings.min_box_size if len(wanted) else []
    kept = wanted[np.asarray(seen, bool)]
    return Candidates(
        _row_track(tracks)[kept],
        tracks.rows["frame"].to_numpy()[kept],
        tracks.rows[["x1", "y1", "x2", "y2"]].to_numpy(np.float64)[kept],
        box_quality(tracks.rows, kept, picture_wh),
    )


def _row_track(tracks: Tracks) -> np.ndarray:
    """int64 (rows,): row of `per_track` of each row of the file; -1 for untracked ones."""
    index = pd.Index(tracks.per_track["track_id"])
    return np.asarray(index.get_indexer(tracks.rows["track_id"]), dtype=np.int64)
