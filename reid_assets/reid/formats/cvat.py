"""CVAT for video 1.1: tracks with a box a frame (CVAT's manual, "XML annotation format", Interpolation).

Frames are those of the video, from 0. A box with `outside="1"` says that its object is gone, and is no box.
Class ids are the places in the list of labels.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.core.outside_files import is_file
from reid_assets.reid.formats.cvat_xml import Document, Track, read_document
from reid_assets.reid.formats.imported_video import ImportedVideo, ImportOptions
from reid_assets.reid.formats.media import VIDEO_SUFFIXES, find_media, list_images
from reid_assets.reid.formats.table_video import frames_told, name_of_file
from reid_assets.reid.formats.track_rows import TrackRows
from reid_assets.reid.formats.values import decimal, shown, whole

TOOL = "CVAT"
_FILE, _HEAD = "annotations.xml", 4096
# CVAT has none of its own; automatic annotation and exports put it into an attribute of the box.
_CONFIDENCE = ("confidence", "score")
_CORNERS = ("xtl", "ytl", "xbr", "ybr")
_Task = Mapping[str, list[str]]


def recognise(path: Path) -> str | None:
    """What it is, in words; None if it is no XML of CVAT."""
    file = path if is_file(path) else path / _FILE
    if not is_file(file) or file.suffix.lower() != ".xml":
        return None
    with file.open("rb") as stream:
        head = stream.read(_HEAD)
    return "an XML file of CVAT" if b"<annotations" in head else None


def read(path: Path, options: ImportOptions) -> Iterator[ImportedVideo]:
    """The videos of a file, one a task.

    Raises:
        InputError: it is no XML of CVAT for video, or an element is not what it should be, with its line.
    """
    file = path if is_file(path) else path / _FILE
    document = read_document(file)
    if document.root != "annotations" or (document.images and not document.tracks):
        what = (
            "CVAT for images" if document.root == "annotations" else f"an XML file of {shown(document.root)}"
        )
        raise InputError(f"{file}: this is {what}. Export the task as `CVAT for video 1.1`.")
    tasks = document.tasks or [{}]
    if options.name and len(tasks) > 1:
        raise InputError(f"{file}: it holds {len(tasks)} tasks. Leave out --video.")
    for task in tasks:
        tracks = document.tracks if len(tasks) == 1 else _tracks_of(file, document, task, tasks)
        yield _read_task(file, task, tracks, document, options)


def _tracks_of(file: Path, document: Document, task: _Task, tasks: list[dict[str, list[str]]]) -> list[Track]:
    known = {_text(one, "id") for one in tasks}
    for track in document.tracks:
        if track.attributes.get("task_id") not in known:
            said = shown(track.attributes.get("task_id"))
            raise InputError(
                f"{file}: line {track.line}: no task has the task_id {said}. Export each task alone."
            )
    return [track for track in document.tracks if track.attributes.get("task_id") == _text(task, "id")]


def _read_task(
    file: Path, task: _Task, tracks: list[Track], document: Document, options: ImportOptions
) -> ImportedVideo:
    source = _text(task, "source") or (document.source if len(document.tasks) <= 1 else "")
    name = options.name or PurePosixPath(source).stem or _text(task, "name") or name_of_file(file)
    labels = task.get("labels/label/name", [])
    labels_from = f"labels of the task, in their order ({file.name})"
    if options.classes is None and labels and len(set(labels)) == len(labels):
        options = replace(options, classes=dict(enumerate(labels)), classes_from=labels_from)
    rows = TrackRows(file, options.first_frame or 0)
    outside, rotated = (
        sum(counts) for counts in zip((0, 0), *(_add(rows, one) for one in tracks), strict=True)
    )
    table, classes_from = rows.table(options)
    notes = [
        f"{count} {kind}: left out, as only boxes can be used" for kind, count in document.shapes.items()
    ]
    notes += [f"{rotated} boxes are rotated: the upright boxes around them were taken"] if rotated else []
    notes += [f"{outside} boxes say that their track is outside: left out"] if outside else []
    named = [source] if PurePosixPath(source).suffix.lower() in VIDEO_SUFFIXES else []
    media, media_from = find_media([file.parent, file.parent.parent], name, options, named)
    origins = {"frames": frames_told(rows.first_frame), "classes": classes_from}
    origins |= {"video": media_from} if media else {}
    images, told = list_images(file.parent / "images", rows.first_frame) if media is None else ((), [])
    return ImportedVideo(
        name=name,
        source=file,
        tracks=table,
        media=media,
        images=images,
        size=_size(file, task),
        origins=origins,
        notes=(*notes, *told),
    )


def _add(rows: TrackRows, track: Track) -> tuple[int, int]:
    """Add the boxes of a track; how many were outside, and how many are rotated."""
    label, number = track.attributes.get("label"), track.attributes.get("id")
    if not label or number is None:
        raise InputError(f"{rows.path}: line {track.line}: a track without id or label. Fix or delete it.")
    outside = rotated = 0
    for element in track.boxes:
        place, box = f"line {element.line}", element.attributes
        flag = box.get("outside", "0")
        if flag not in ("0", "1"):
            raise InputError(f"{rows.path}: {place}: outside is {shown(flag)}, not 0 or 1. Fix it.")
        outside += flag == "1"
        if flag == "0":
            if missing := [name for name in ("frame", *_CORNERS) if not box.get(name)]:
                raise InputError(f"{rows.path}: {place}: a box without {missing[0]}. Fix or delete it.")
            corners = [box[name] for name in _CORNERS]
            if box.get("rotation", "0") not in ("0", "0.0", "0.00"):
                rotated += 1
                corners = _around(rows, place, corners, box["rotation"])
            conf = next((element.values[name] for name in _CONFIDENCE if name in element.values), None)
            rows.add(
                place,
                box["frame"],
                number,
                corners,
                class_name=label,
                conf=conf,
            )
    return outside, rotated


def _around(rows: TrackRows, place: str, corners: list[str], rotation: str) -> list[Any]:
    """The upright box around one that is turned about its centre by degrees."""
    numbers = [decimal(text) for text in (*corners, rotation)]
    if any(number is None or number.is_nan() for number in numbers):
        raise InputError(f"{rows.path}: {place}: {shown([*corners, rotation])} is no rotated box. Fix it.")
    x1, y1, x2, y2, degrees = (float(number) for number in numbers if number is not None)
    turn = math.radians(math.fmod(degrees, 360))
    cos, sin = abs(math.cos(turn)), abs(math.sin(turn))
    width, height = (x2 - x1) * cos + (y2 - y1) * sin, (x2 - x1) * sin + (y2 - y1) * cos
    x, y = (x1 + x2) / 2, (y1 + y2) / 2
    return [x - width / 2, y - height / 2, x + width / 2, y + height / 2]


def _text(task: _Task, key: str) -> str | None:
    return next(iter(task.get(key, [])), None) or None


def _size(file: Path, task: _Task) -> tuple[int, int] | None:
    texts = [_text(task, f"original_size/{side}") for side in ("width", "height")]
    if not all(texts):
        return None
    numbers = [whole(text) for text in texts]
    if any(number is None or number < 1 for number in numbers):
        raise InputError(f"{file}: original_size is {shown(texts)}, not two whole numbers. Fix it.")
    return numbers[0], numbers[1]  # type: ignore[return-value]
