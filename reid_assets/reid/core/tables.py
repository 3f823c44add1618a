"""Column definitions of the tables.

CSV headers, DuckDB tables, validation and the schemas shown in the UI are all derived from here. Tables
are stored by `reid_assets.storage`. A table that only one topic needs is defined beside that topic, for
example in `accuracy/calibration_tables.py`.
"""

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from reid_assets.reid.core.whole_numbers import exactly_whole

# Years of video at any frame rate; a larger number is no frame but a mistake.
MAX_FRAME = 10**9

Kind = Literal["int", "float", "text", "bool", "time"]

_PANDAS = {"int": "int64", "float": "float64", "text": "str", "bool": "bool", "time": "datetime64[us, UTC]"}
# NumPy's integers and booleans cannot represent an empty cell.
_PANDAS_OPTIONAL = _PANDAS | {"int": "Int64", "bool": "boolean"}
_DUCKDB = {
    "int": "BIGINT",
    "float": "DOUBLE",
    "text": "VARCHAR",
    "bool": "BOOLEAN",
    "time": "TIMESTAMPTZ",
}


@dataclass(frozen=True)
class Column:
    """One column: its exact name, kind, meaning, and whether it may be absent or empty."""

    name: str
    kind: Kind
    description: str
    optional: bool = False

    @property
    def duckdb_type(self) -> str:
        """The SQL type, for example ``BIGINT``."""
        return _DUCKDB[self.kind]

    @property
    def dtype(self) -> str:
        """The pandas type, for example ``int64``; ``Int64`` where cells may be empty."""
        return (_PANDAS_OPTIONAL if self.optional else _PANDAS)[self.kind]


@dataclass(frozen=True)
class Table:
    """A table schema: a named, ordered list of columns."""

    name: str
    columns: tuple[Column, ...]

    @property
    def header(self) -> list[str]:
        """Column names, in file order."""
        return [column.name for column in self.columns]

    def empty(self) -> pd.DataFrame:
        """A frame with all columns and dtypes, but no rows."""
        return pd.DataFrame({c.name: pd.Series(dtype=c.dtype) for c in self.columns})

    def conform(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The frame with exactly these columns, in this order and with these dtypes; a new index.

        Raises:
            ValueError: a column is missing or unknown, a required cell is empty, or a value does not fit
                its dtype.
        """
        missing = [c.name for c in self.columns if c.name not in frame.columns]
        extra = [name for name in frame.columns if name not in self.header]
        if missing or extra:
            raise ValueError(f"table {self.name}: missing columns {missing}, unknown columns {extra}")
        empty = [c.name for c in self.columns if not c.optional and frame[c.name].isna().any()]
        if empty:
            raise ValueError(f"table {self.name}: empty cells in {empty}")
        whole = {c.name: exactly_whole(frame[c.name]) for c in self.columns if c.kind == "int"}
        out = pd.DataFrame({c.name: whole.get(c.name, frame[c.name]).astype(c.dtype) for c in self.columns})
        return out.reset_index(drop=True)


TRACKS = Table(
    "tracks",
    (
        Column("frame", "int", "Index of the processed frame, from 0."),
        Column("time_s", "float", "Seconds since the first frame.", optional=True),
        Column("track_id", "int", "Track number within the video; below 0: untracked."),
        Column("class_id", "int", "Detector class of the row."),
        Column("class_name", "text", "Name of the class."),
        Column("x1", "float", "Left edge, pixels.", optional=True),
        Column("y1", "float", "Top edge, pixels.", optional=True),
        Column("x2", "float", "Right edge, pixels.", optional=True),
        Column("y2", "float", "Bottom edge, pixels.", optional=True),
        Column("cx", "float", "Centre of the box, pixels.", optional=True),
        Column("cy", "float", "Centre of the box, pixels.", optional=True),
        Column("conf", "float", "Detector confidence, 0..1.", optional=True),
        Column("speed_kmh", "float", "Speed, km/h.", optional=True),
        Column("speed_kmh_ema", "float", "Smoothed speed, km/h.", optional=True),
    ),
)
REQUIRED_TRACK_COLUMNS = ("frame", "track_id", "class_id", "class_name", "x1", "y1", "x2", "y2")

VIDEO = Column("video", "text", "Name of the video: its folder and its partition.")
GLOBAL_ID = Column("global_id", "int", "Identity across all videos, 0 and up.")

TRACK_META = Table(
    "track_meta",
    (
        VIDEO,
        Column("track_id", "int", "Track number within the video."),
        Column("class_id", "int", "Class with the largest summed confidence over the track."),
        Column("class_name", "text", "Name of the class."),
        Column("n_samples", "int", "Number of embedded crops."),
        Column("f_min", "int", "First frame of the whole track."),
        Column("f_max", "int", "Last frame of the whole track."),
    ),
)
GLOBAL_ID_MAP = Table("global_id_map", (*TRACK_META.columns, GLOBAL_ID))
# Of the confidence in identity_evidence: below it a track is more likely not of its identity than of it.
DOUBTFUL_BELOW = 0.5
IDENTITY_EVIDENCE = Table(
    "identity_evidence",
    (
        VIDEO,
        Column("track_id", "int", "Track number within the video."),
        GLOBAL_ID,
        Column(
            "witness_video", "text", "Video of the most similar track of the same identity.", optional=True
        ),
        Column(
            "witness_track_id",
            "int",
            "Track number there; empty if the identity has one track.",
            optional=True,
        ),
        Column("similarity", "float", "Normalised similarity to that track; 0 for a single track."),
        Column("margin", "float", "Mean similarity to the own identity minus that to the next."),
        Column(
            "confidence",
            "float",
            "Expected share of the other tracks of its identity that are the same being, 0..1; "
            "of a track alone, the probability that its being has no other.",
        ),
    ),
)
TRACKS_GLOBAL = Table(
    "tracks_global",
    (
        *TRACKS.columns,
        VIDEO,
        Column("global_id", "int", "Identity across all videos; empty if none.", optional=True),
    ),
)
TRACK_CROPS = Table(
    "track_crops",
    (
        VIDEO,
        Column("track_id", "int", "Track number within the video."),
        Column("frame", "int", "Frame of tracks.csv that the crop was taken from."),
        Column("quality", "float", "Quality of the crop, 0..1."),
        Column("file", "text", "File name under reid/crops/<video>/."),
    ),
)
GALLERIES = Table(
    "galleries",
    (
        GLOBAL_ID,
        Column("rank", "int", "Position in the gallery, best first, from 0."),
        VIDEO,
        Column("track_id", "int", "Track number within the video."),
        Column("frame", "int", "Frame of tracks.csv."),
        Column("quality", "float", "Quality of the crop, 0..1."),
        Column("confidence", "float", "Confidence that the track belongs to the identity, 0..1."),
        Column("file", "text", "File name under reid/galleries/global_<id, six digits>/."),
    ),
)
FLOWS = Table(
    "flows",
    (
        Column("from", "text", "Video an identity leaves."),
        Column("to", "text", "Video it is seen in next."),
        Column("count", "int", "Number of moves."),
    ),
)
MERGED_ANALYTICS = Table(
    "merged_analytics",
    (
        Column("key", "text", "Key of merged_analytics.json."),
        Column("value", "text", "Its value, as JSON."),
    ),
)
SUMMARY_GLOBAL = Table("summary_global", (VIDEO, *MERGED_ANALYTICS.columns))
IDENTITY_STATE = Table("identity_state", MERGED_ANALYTICS.columns)
ASSOCIATION = Table("association", MERGED_ANALYTICS.columns)
