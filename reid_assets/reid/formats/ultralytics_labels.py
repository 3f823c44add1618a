"""Label folders of Ultralytics' `save_txt`: a file a frame, `<video>_<frame>.txt`, frames from 1.

A line is: class, centre x, centre y, width, height as fractions of the frame; then the confidence
(`save_conf=True`) and the track's id where there are (`Results.save_txt`).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.core.outside_files import MAX_JSON, is_file, read_text
from reid_assets.reid.formats.imported_video import ImportedVideo, ImportOptions
from reid_assets.reid.formats.media import find_media
from reid_assets.reid.formats.table_video import frames_told
from reid_assets.reid.formats.track_rows import TrackRows
from reid_assets.reid.formats.values import decimal, shown, whole
from reid_assets.reid.video.frames import probe_video

# Of single images the predictor names them after the image, which may be a bare number.
_FILE = re.compile(r"(?:(?P<video>.+)_)?(?P<frame>\d{1,10})", re.ASCII)
_BARE, _ONE_MORE, _BOTH = 5, 6, 7
_NO_DETECTION = "Only boxes can be read from labels: for masks and poses use Results.to_json"


def label_files(folder: Path) -> list[Path]:
    """Label files of a folder, or of `labels` in it; none where there are none."""
    for place in (folder / "labels", folder):
        found = [path for path in place.glob("*.txt") if _FILE.fullmatch(path.stem)] if place.is_dir() else []
        if found:
            return sorted(found)
    return []


def looks_like_labels(path: Path) -> bool:
    """Whether a file's first line is one of a label file."""
    try:
        cells = next((line.split() for line in read_text(path, MAX_JSON).splitlines() if line.strip()), [])
    except InputError:
        return False
    fractions = [decimal(cell) for cell in cells[1:_BARE]]
    inside = all(number is not None and 0 <= number <= 1 for number in fractions)
    return _BARE <= len(cells) <= _BOTH and whole(cells[0]) is not None and inside


def read_labels(files: list[Path], options: ImportOptions) -> Iterator[ImportedVideo]:
    """The videos whose labels lie in a folder.

    Raises:
        InputError: a line is none of a label file; or the size of the frames is not known.
    """
    videos: dict[str, list[tuple[int, Path]]] = defaultdict(list)
    for path in files:
        match = _FILE.fullmatch(path.stem)
        assert match is not None
        videos[match["video"] or _folder_name(path.parent)].append((int(match["frame"]), path))
    if options.name and len(videos) > 1:
        raise InputError(
            f"{files[0].parent}: labels of {len(videos)} videos: {', '.join(videos)}. Leave out --video."
        )
    for video, frames in videos.items():
        yield _read_video(options.name or video, video, sorted(frames), options)


def _folder_name(folder: Path) -> str:
    folder = folder.resolve()
    return folder.parent.name if folder.name == "labels" else folder.name


def _read_video(
    name: str, stem: str, frames: list[tuple[int, Path]], options: ImportOptions
) -> ImportedVideo:
    folder = frames[0][1].parent
    media, media_from = find_media([folder.parent, folder], stem, options)
    size, size_from = _size(folder, stem, media, options)
    lines = [(path, number, cells) for _, path in frames for number, cells in _lines(path)]
    sixth = _meaning_of_the_sixth(cells for _, _, cells in lines)
    rows = TrackRows(folder, 1 if options.first_frame is None else options.first_frame)
    frame_of = {path: frame for frame, path in frames}
    for path, number, cells in lines:
        place = f"{path.name}: line {number}"
        conf, track = _extras(rows, place, cells, sixth)
        rows.add(place, frame_of[path], track, _box(rows, place, cells, size), "xyxy", cells[0], None, conf)
    tracks, classes_from = rows.table(options)
    origins = {"frames": frames_told(rows.first_frame), "classes": classes_from, "size": size_from}
    origins |= {"sixth number": sixth} if sixth else {}
    origins |= {"video": media_from} if media else {}
    notes: tuple[str, ...] = ()
    if media is not None and options.media is None:
        notes = (f"if boxes are drawn into {media.name}, name the video without them: --media.",)
    return ImportedVideo(name, folder, tracks, media=media, size=size, origins=origins, notes=notes)


def _size(folder: Path, stem: str, media: Path | None, options: ImportOptions) -> tuple[tuple[int, int], str]:
    if options.size is not None:
        return options.size, "--size"
    if media is None:
        raise InputError(
            f"{folder}: labels are fractions of the frame, and its size is not known: there is no video "
            f"{stem!r} beside. Name it with --media, or give --size 1920x1080."
        )
    shape = probe_video(media)
    return (shape.width, shape.height), f"{media.name}"


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(read_text(path, MAX_JSON).splitlines(), 1):
        cells = line.split()
        if not cells:
            continue
        if not _BARE <= len(cells) <= _BOTH:
            raise InputError(
                f"{path}: line {number} has {len(cells)} numbers, not {_BARE} to {_BOTH} (class, x, "
                f"y, width, height, confidence, id). {_NO_DETECTION}."
            )
        yield number, cells


def _meaning_of_the_sixth(lines: Iterable[list[str]]) -> str:
    """What a sixth number is, over all lines of a video: a confidence or an id; empty where none has one."""
    lengths, values = set(), []
    for cells in lines:
        lengths.add(len(cells))
        values += [cells[_BARE]] if len(cells) == _ONE_MORE else []
    if not values:
        return ""
    if _BOTH in lengths:
        return "confidence, as other lines have an id after it"
    if _BARE in lengths or all(whole(value) is not None for value in values):
        return (
            "track id, as these are whole numbers"
            if _BARE not in lengths
            else "track id, as others have none"
        )
    return "confidence, as these are fractions"


def _extras(rows: TrackRows, place: str, cells: list[str], sixth: str) -> tuple[str | None, str | None]:
    """Confidence and id of a line."""
    conf: str | None
    if len(cells) == _BOTH:
        conf, track = cells[_BARE], cells[_BARE + 1]
    elif len(cells) == _ONE_MORE and not sixth.startswith("confidence"):
        conf, track = None, cells[_BARE]
    else:
        return (cells[_BARE] if len(cells) == _ONE_MORE else None), None
    if "e" in track.lower():
        raise InputError(
            f"{rows.path}: {place}: track id {track} has lost digits: save_txt writes six. Export the "
            "results with Results.to_json instead."
        )
    return conf, track


def _box(rows: TrackRows, place: str, cells: list[str], size: tuple[int, int]) -> list[float]:
    numbers = [decimal(cell) for cell in cells[1:_BARE]]
    if any(number is None or number.is_nan() for number in numbers):
        raise InputError(f"{rows.path}: {place}: {shown(' '.join(cells))} holds no box. Fix or delete it.")
    x, y, width, height = (number or Decimal(0) for number in numbers)
    if max(abs(number) for number in (x, y, width, height)) > 2:
        raise InputError(f"{rows.path}: {place}: its box is no fraction of the frame. Is it in pixels?")
    half = Decimal("0.5")
    corners = (x - width * half, y - height * half, x + width * half, y + height * half)
    return [float(corner * side) for corner, side in zip(corners, size * 2, strict=True)]


def is_label_file(path: Path) -> bool:
    """Whether one file alone is a label file of a frame."""
    return is_file(path) and path.suffix.lower() == ".txt" and looks_like_labels(path)
