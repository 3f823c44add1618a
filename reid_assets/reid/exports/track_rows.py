"""Reads a video's tracks.csv for export: the validated columns, and the optional numbers beside them."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pacsv

from reid_assets.reid.exports.boxes import OPTIONAL_NUMBERS, FrameFacts, VideoBoxes, attach_identities
from reid_assets.reid.tracks.tracks_csv import read_tracks


def read_boxes(path: Path, video: str, ids: Mapping[int, int], facts: FrameFacts) -> VideoBoxes:
    """All rows of a tracks.csv with their identities.

    Columns that are not of `tables.TRACKS` are left out; tracks_global.csv has them.

    Args:
        path: the tracks.csv.
        video: its video.
        ids: track_id -> global_id.
        facts: of the video.

    Raises:
        InputError: the file cannot be used; see `read_tracks`.
    """
    tracks = read_tracks(path, video)
    names = [name for name in OPTIONAL_NUMBERS if name in tracks.columns]
    return attach_identities(tracks, _numbers(path, names) if names else {}, ids, facts)


def _numbers(path: Path, names: list[str]) -> dict[str, np.ndarray]:
    """Columns as float64; a cell that says no number is empty, as nothing rests on it."""
    table = pacsv.read_csv(
        path,
        parse_options=pacsv.ParseOptions(newlines_in_values=True),
        convert_options=pacsv.ConvertOptions(
            include_columns=names, column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        ),
    )
    return {name: _numeric(table[name].to_pandas()) for name in names}


def _numeric(cells: pd.Series) -> np.ndarray:
    values = pd.to_numeric(cells, errors="coerce").to_numpy(float)
    return np.where(np.isfinite(values), values, np.nan)
