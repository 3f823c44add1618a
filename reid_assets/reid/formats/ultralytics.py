"""What Ultralytics writes of `model.track`: label folders, and tables of its `Results`.

`to_csv` and `to_json` are of one frame and do not say which: a column `frame` has to be added, or the files,
one a frame, end in its number (`street_17.json`).
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.core.outside_files import is_file
from reid_assets.reid.formats.imported_video import ImportedVideo, ImportOptions
from reid_assets.reid.formats.media import find_media
from reid_assets.reid.formats.record_tracks import FRAMES, Fields, add_records, choose
from reid_assets.reid.formats.records import SUFFIXES, columns_of, read_records
from reid_assets.reid.formats.table_video import frames_told, name_of_file, read_table_video
from reid_assets.reid.formats.track_rows import TrackRows
from reid_assets.reid.formats.ultralytics_labels import (
    is_label_file,
    label_files,
    looks_like_labels,
    read_labels,
)

TOOL = "Ultralytics"
FIELDS = Fields(
    track=("track_id",),
    class_id=("class",),
    class_name=("name",),
    conf=("confidence",),
    corners=(("x1", "y1", "x2", "y2"),),
    nested=("box",),
)
_HEADER = {"name", "class", "confidence"}
_NO_FRAME = (
    "Results.to_csv and to_json are of one frame: add a column `frame` (docs/guides/bring_in.md), or "
    "give the folder of files named by video and frame, such as street_17.json."
)
_FILE = re.compile(r"(?P<video>.*?)_?(?P<frame>\d{1,10})", re.ASCII)


def recognise(path: Path) -> str | None:
    """What it is, in words; None if it is nothing of Ultralytics."""
    if is_file(path):
        return "a table of Ultralytics' Results" if _is_table(path) else None
    if any(looks_like_labels(file) for file in label_files(path)[:20]):
        return "label files of Ultralytics' save_txt"
    files = _frame_files(path)
    if any(_is_table(file) and not set(columns_of(file)) & set(FRAMES) for file in files[:20]):
        return "tables of Ultralytics' Results, one a frame"
    return None


def read(path: Path, options: ImportOptions) -> Iterator[ImportedVideo]:
    """The videos of a label folder, of a folder of tables, or of one table.

    Raises:
        InputError: a line or record is not what it should be, or nothing says the frame.
    """
    if is_file(path) and is_label_file(path):
        raise InputError(f"{path}: the labels of one frame. Name their folder: {path.parent}")
    if is_file(path):
        yield read_table_video(path, options, FIELDS, _NO_FRAME, name_of_file(path))
    elif files := label_files(path):
        yield from read_labels(files, options)
    elif files := _frame_files(path):
        yield from _read_frames(path, files, options)
    else:
        raise InputError(f"{path}: no label files (<video>_<frame>.txt) and no tables of frames lie in it.")


def _is_table(path: Path) -> bool:
    columns = set(columns_of(path))
    return columns >= _HEADER and ("box" in columns or {"x1", "y1", "x2", "y2"} <= columns)


def _frame_files(folder: Path) -> list[Path]:
    found = [path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES] if folder.is_dir() else []
    return sorted(path for path in found if _FILE.fullmatch(path.stem) and is_file(path))


def _read_frames(folder: Path, files: list[Path], options: ImportOptions) -> Iterator[ImportedVideo]:
    videos: dict[str, dict[int, Path]] = defaultdict(dict)
    for path in files:
        match = _FILE.fullmatch(path.stem)
        assert match is not None
        frames = videos[match["video"] or folder.resolve().name]
        if other := frames.get(int(match["frame"])):
            raise InputError(f"{folder}: {other.name} and {path.name} are of the same frame. Remove one.")
        frames[int(match["frame"])] = path
    if options.name and len(videos) > 1:
        raise InputError(f"{folder}: frames of {len(videos)} videos: {', '.join(videos)}. Leave out --video.")
    for video, frames in videos.items():
        yield _read_video(folder, options.name or video, frames, options)


def _read_video(folder: Path, name: str, frames: dict[int, Path], options: ImportOptions) -> ImportedVideo:
    first = options.first_frame if options.first_frame is not None else int(0 not in frames)
    rows = TrackRows(folder, first)
    for frame in sorted(frames):
        rows.path = frames[frame]
        records = read_records(frames[frame])
        if records.columns:
            chosen = choose(records, FIELDS)
            if chosen.frame is not None:
                raise InputError(
                    f"{records.path}: it has a column {chosen.frame!r}, so it is not of one frame. Name the "
                    "file itself, not its folder."
                )
            add_records(rows, records, chosen, frame)
    rows.path = folder
    tracks, classes_from = rows.table(options)
    media, media_from = find_media([folder, folder.parent], name, options)
    origins = {"frames": f"numbers of the files, {frames_told(first)}", "classes": classes_from}
    origins |= {"video": media_from} if media else {}
    return ImportedVideo(name, folder, tracks, media=media, origins=origins)
