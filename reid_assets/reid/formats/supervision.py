"""What supervision's `CSVSink` and `JSONSink` write (roboflow/supervision, `detection/tools`).

Columns x_min, y_min, x_max, y_max, class_id, confidence, tracker_id; then `data` of the detections, such as
class_name, and `custom_data`, where the number of the frame has to be.
"""

from collections.abc import Iterator
from pathlib import Path

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.core.outside_files import is_file
from reid_assets.reid.formats.imported_video import ImportedVideo, ImportOptions
from reid_assets.reid.formats.record_tracks import Fields
from reid_assets.reid.formats.records import columns_of
from reid_assets.reid.formats.table_video import name_of_file, read_table_video

TOOL = "supervision"
FIELDS = Fields(
    track=("tracker_id",),
    class_id=("class_id",),
    class_name=("class_name",),
    conf=("confidence",),
    corners=(("x_min", "y_min", "x_max", "y_max"),),
)
_HEADER = {"x_min", "y_min", "x_max", "y_max", "class_id", "confidence", "tracker_id"}
_NO_FRAME = "Write it: sink.append(detections, custom_data={'frame': n}), n from 0."


def recognise(path: Path) -> str | None:
    """What it is, in words; None if it is no file of a sink."""
    if not is_file(path) or path.suffix.lower() not in (".csv", ".json"):
        return None
    sink = "JSONSink" if path.suffix.lower() == ".json" else "CSVSink"
    return f"a table of supervision's {sink}" if set(columns_of(path)) >= _HEADER else None


def read(path: Path, options: ImportOptions) -> Iterator[ImportedVideo]:
    """The one video of a sink's file.

    Raises:
        InputError: a record is not what it should be, or none says its frame.
    """
    if not is_file(path):
        raise InputError(f"{path}: a folder. Name the file that the sink wrote.")
    yield read_table_video(path, options, FIELDS, _NO_FRAME, name_of_file(path))
