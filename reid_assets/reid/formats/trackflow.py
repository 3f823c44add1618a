"""Runs of Trackflow (`trackflow-python` on PyPI): tracks as Parquet, JSON lines, CSV or MOTChallenge.

A run is a folder with tracks.parquet and the like. Its documentation shows the columns track_id and
confidence alone, so the others are known by the usual names, and which were taken is told.
"""

from collections.abc import Iterator
from pathlib import Path

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.core.outside_files import is_file
from reid_assets.reid.formats import mot
from reid_assets.reid.formats.imported_video import ImportedVideo, ImportOptions
from reid_assets.reid.formats.record_tracks import FRAMES, Fields, has_box
from reid_assets.reid.formats.records import columns_of
from reid_assets.reid.formats.table_video import name_of_file, read_table_video
from reid_assets.reid.tracks.foreign_tracks import looks_like_mot

TOOL = "Trackflow"
FIELDS = Fields(
    track=("track_id", "tracker_id"),
    class_id=("class_id", "label_id"),
    class_name=("class_name", "label", "class"),
    conf=("confidence", "conf", "score"),
    corners=(
        ("x1", "y1", "x2", "y2"),
        ("x_min", "y_min", "x_max", "y_max"),
        ("xmin", "ymin", "xmax", "ymax"),
        ("left", "top", "right", "bottom"),
    ),
    sizes=(("left", "top", "width", "height"),),
    nested=("bbox_xyxy", "box_xyxy", "xyxy"),
)
_TABLES = ("tracks.parquet", "tracks.jsonl", "tracks.csv", "tracks.json")
_MOT = ("tracks.txt", "mot.txt", "tracks.mot.txt")
_NO_FRAME = "Export the run again with a column for the frame."


def recognise(path: Path) -> str | None:
    """What it is, in words; None if it is neither a run nor one of its tables."""
    table = path if is_file(path) else _table_of(path)
    if table is None or table.suffix.lower() == ".txt":
        return None if table is None or table == path else f"a run of Trackflow ({table.name})"
    columns = columns_of(table)
    known = {"track_id", "confidence"} <= set(columns) and has_box(FIELDS, columns)
    if not known or not set(columns) & set(FRAMES):
        return None
    return "a table of Trackflow" if table == path else f"a run of Trackflow ({table.name})"


def read(path: Path, options: ImportOptions) -> Iterator[ImportedVideo]:
    """The one video of a run or of one of its tables.

    Raises:
        InputError: there is no such table, or a record of it is not what it should be.
    """
    table = path if is_file(path) else _table_of(path)
    if table is None:
        raise InputError(f"{path}: there is no {', '.join((*_TABLES, *_MOT))} in it. Name the file itself.")
    if looks_like_mot(table):
        yield from mot.read(table, options)
        return
    yield read_table_video(table, options, FIELDS, _NO_FRAME, name_of_file(table))


def _table_of(folder: Path) -> Path | None:
    tables = (folder / name for name in _TABLES if is_file(folder / name))
    texts = (folder / name for name in _MOT if is_file(folder / name) and looks_like_mot(folder / name))
    return next(iter((*tables, *texts)), None)
