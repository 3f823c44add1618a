"""Tables: one CSV or Parquet file a video, every row of tracks.csv, the same columns for all videos.

Parquet files are laid out as Hive does, `video=<name>/part.parquet`, with the name escaped as Hive and Spark
escape it; the column `video` is then the folder's.
"""

import io
import os

import pyarrow as pa
import pyarrow.parquet as pq

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.exports.boxes import EXPORTED, VideoBoxes

PART = "part.parquet"
_ARROW = {"int": pa.int64(), "float": pa.float64(), "text": pa.string()}
# What Hive and Spark escape in the name of a partition's folder; spaces and letters of any script stay.
_ESCAPED = frozenset("\"#%'*/:=?\\{}[]^+&<>|")
# What file systems take as one name.
_LONGEST_NAME = 255

SCHEMA = pa.schema(
    [
        pa.field(column.name, _ARROW[column.kind], metadata={"description": column.description})
        for column in EXPORTED.columns
        if column.name != "video"
    ]
)


def csv_files(boxes: VideoBoxes) -> tuple[VideoBoxes, list[tuple[str, bytes]]]:
    """The boxes that are written (all), and `<video>.csv`."""
    text = boxes.rows.to_csv(index=False, lineterminator="\n")
    return boxes, [(f"{boxes.video}.csv", text.encode())]


def parquet_files(boxes: VideoBoxes) -> tuple[VideoBoxes, list[tuple[str, bytes]]]:
    """The boxes that are written (all), and `video=<name>/part.parquet`.

    Raises:
        InputError: the escaped name is longer than a file system takes.
    """
    folder = f"video={escaped(boxes.video)}"
    if len(os.fsencode(folder)) > _LONGEST_NAME:
        raise InputError(
            f"{boxes.video}: the name of its Hive partition, {folder[:60]}..., is longer than "
            f"{_LONGEST_NAME} bytes. Rename the video's folder, or export CSV."
        )
    rows = boxes.rows.drop(columns="video")
    table = pa.Table.from_pandas(rows, schema=SCHEMA, preserve_index=False).replace_schema_metadata(None)
    content = io.BytesIO()
    pq.write_table(table, content, compression="zstd")
    return boxes, [(f"{folder}/{PART}", content.getvalue())]


def escaped(name: str) -> str:
    """A value of a partition as Hive writes it: `%` and two digits for what has a meaning in a path.

    >>> escaped("cam=1 50%")
    'cam%3D1 50%25'
    """
    return "".join(f"%{ord(letter):02X}" if letter in _ESCAPED else letter for letter in name)
