"""Reading `tracks.csv`: detections, tracks, and which rows are usable as samples.

No row is dropped. Rows that cannot be sampled are marked and counted, so that every output keeps them
and every count can be explained. `embedding/sampling.py` chooses the crops.
"""

import csv
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.core.outside_files import MAX_TRACKS, reason_of, require_file
from reid_assets.reid.core.tables import REQUIRED_TRACK_COLUMNS
from reid_assets.reid.tracks.csv_diagnostics import (
    INTEGER_COLUMNS,
    NUMERIC_COLUMNS,
    find_encoding_error,
    reject_reserved_columns,
    video_mismatch_message,
)
from reid_assets.reid.tracks.foreign_tracks import missing_columns_message
from reid_assets.reid.tracks.tracks_cells import read_cells


@dataclass(frozen=True)
class Tracks:
    """One video's detections.

    Attributes:
        video: name of the video.
        columns: header of the file, in order; empty for an empty file.
        rows: one row per row of the file, in file order: `frame, track_id, class_id` int64,
            `class_name` str, `x1, y1, x2, y2` float64 pixels (NaN if empty), `conf` float64 0..1
            (NaN if absent), `usable` bool: tracked, with a box of positive area, not an exact
            duplicate of an earlier row.
        per_track: one row per track (track_id >= 0), sorted by track_id: `track_id, class_id,
            class_name, f_min, f_max, n_rows`. The span covers every row of the track.
        counts: number of `rows`, and of those that are `untracked`, `bad_boxes` or `duplicates`.
    """

    video: str
    columns: list[str]
    rows: pd.DataFrame
    per_track: pd.DataFrame
    counts: dict[str, int]

    def without(self, track_ids: Collection[int]) -> "Tracks":
        """The same rows without some of the tracks: their boxes are still known, and nothing is sampled."""
        gone = self.per_track["track_id"].isin(list(track_ids))
        return replace(self, per_track=self.per_track[~gone].reset_index(drop=True)) if gone.any() else self


def read_tracks(path: Path, video: str) -> Tracks:
    """Read and validate a `tracks.csv`.

    Raises:
        InputError: a required column is missing or a reserved one present, a number cannot be parsed,
            the column `video` names another video, or the file is not a UTF-8 CSV; with the line
            number if the error is in one line.
    """
    columns = read_header(path)
    if not columns:
        rows = _typed({name: np.empty(0) for name in NUMERIC_COLUMNS}, np.empty(0, dtype=object))
        return _tracks(video, [], rows)
    if not set(REQUIRED_TRACK_COLUMNS) <= set(columns):
        raise InputError(missing_columns_message(path, columns))
    twice = sorted({name for name in columns if columns.count(name) > 1})
    if twice:
        raise InputError(f"{path}: column {', '.join(twice)} appears twice. Rename one of them.")
    reject_reserved_columns(path, columns)
    table = read_cells(path, columns)
    if "video" in columns:
        others = sorted(set(table["video"].unique().to_pylist()) - {video})
        if others:
            raise InputError(video_mismatch_message(path, others[0], video))
    cells = {
        name: table[name].to_numpy(zero_copy_only=False)
        for name in NUMERIC_COLUMNS
        if name in table.column_names
    }
    cells.setdefault("conf", np.full(len(table), np.nan))
    return _tracks(video, columns, _typed(cells, table["class_name"].to_pandas().to_numpy(object)))


def read_header(path: Path) -> list[str]:
    """Column names of a CSV, without a byte order mark; empty if the file is empty.

    Raises:
        InputError: there is no such file, or it is not a UTF-8 CSV.
    """
    require_file(path, MAX_TRACKS, "Run the video analysis for it again.")
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return next((cells for cells in csv.reader(stream) if cells), [])
    except OSError as error:
        raise InputError(f"{path}: {reason_of(error)}. Make it readable.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            find_encoding_error(path) or f"{path}: line 1 is no CSV ({error}). Export it again."
        ) from error


def _typed(cells: dict[str, np.ndarray], names: np.ndarray) -> pd.DataFrame:
    typed = {
        name: cells[name].astype(np.int64 if name in INTEGER_COLUMNS else np.float64)
        for name in NUMERIC_COLUMNS
    }
    # An infinite confidence is none.
    typed["conf"] = np.where(np.isfinite(typed["conf"]), typed["conf"], np.nan)
    rows = pd.DataFrame(typed)
    rows.insert(3, "class_name", pd.Series(names, dtype="str"))
    return rows


def _tracks(video: str, columns: list[str], rows: pd.DataFrame) -> Tracks:
    box = rows[["x1", "y1", "x2", "y2"]].to_numpy()
    with np.errstate(invalid="ignore"):
        good_box = np.isfinite(box).all(axis=1) & (box[:, 2] > box[:, 0]) & (box[:, 3] > box[:, 1])
    tracked = (rows["track_id"] >= 0).to_numpy()
    duplicate = rows.duplicated().to_numpy()
    rows["usable"] = tracked & good_box & ~duplicate
    counts = {
        "rows": len(rows),
        "untracked": int((~tracked).sum()),
        "bad_boxes": int((tracked & ~good_box).sum()),
        "duplicates": int(duplicate.sum()),
    }
    return Tracks(video, columns, rows, _per_track(rows[tracked & ~duplicate]), counts)


def _per_track(rows: pd.DataFrame) -> pd.DataFrame:
    """Span and class of each track; of several classes, the one with the largest summed confidence."""
    spans = rows.groupby("track_id")["frame"].agg(f_min="min", f_max="max", n_rows="size")
    weight = rows["conf"].fillna(0.0) if rows["conf"].notna().any() else pd.Series(1.0, index=rows.index)
    votes = (
        rows.assign(weight=weight)
        .groupby(["track_id", "class_id", "class_name"], as_index=False)["weight"]
        .sum()
        .sort_values(["track_id", "weight", "class_id", "class_name"], ascending=[True, False, True, True])
        .drop_duplicates("track_id")
        .set_index("track_id")
    )
    joined = spans.join(votes[["class_id", "class_name"]]).reset_index()
    return joined[["track_id", "class_id", "class_name", "f_min", "f_max", "n_rows"]]
