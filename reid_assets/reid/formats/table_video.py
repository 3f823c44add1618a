"""One table with named columns as one video: what formats of this shape share."""

from pathlib import Path

from reid_assets.reid.formats.imported_video import ImportedVideo, ImportOptions
from reid_assets.reid.formats.media import find_media
from reid_assets.reid.formats.record_tracks import Fields, add_records, choose
from reid_assets.reid.formats.records import read_records
from reid_assets.reid.formats.track_rows import TrackRows

# Names that say nothing of the video; its folder does.
_GENERIC = {"tracks", "output", "results", "detections", "annotations", "predictions", "data"}


def name_of_file(path: Path) -> str:
    """A video's name after its file; after the folder where the file's name is a common one."""
    return path.resolve().parent.name if path.stem.lower() in _GENERIC else path.stem


def read_table_video(
    path: Path, options: ImportOptions, fields: Fields, needs_frame: str, name: str
) -> ImportedVideo:
    """The video of a table.

    Args:
        fields: columns of the tool.
        needs_frame: what to do where no column holds the frame.
        name: of the video, unless the user names it.

    Raises:
        InputError: a record is not what it should be, with its place.
    """
    name = options.name or name
    records = read_records(path)
    rows = TrackRows(path, options.first_frame or 0)
    columns = "none: the table is empty"
    if records.columns:
        chosen = choose(records, fields, needs_frame)
        add_records(rows, records, chosen)
        columns = chosen.told()
    tracks, classes_from = rows.table(options)
    media, media_from = find_media([path.parent, path.parent.parent], name, options)
    origins = {"columns": columns, "frames": frames_told(rows.first_frame), "classes": classes_from}
    origins |= {"video": media_from} if media else {}
    return ImportedVideo(name=name, source=path, tracks=tracks, media=media, origins=origins)


def frames_told(first_frame: int) -> str:
    """How a source's frames are counted, in words."""
    other = 0 if first_frame else 1
    return f"counted from {first_frame} in the source (--first-frame {other} if it counts from {other})"
