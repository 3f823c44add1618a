"""MOTChallenge: gt.txt, det.txt, results of trackers, and folders of sequences.

See https://motchallenge.net/instructions. Frames count from 1. A sequence is a folder with seqinfo.ini, img1/
and gt/gt.txt; CVAT's export of the same name has gt/labels.txt beside. Boxes are taken as they stand.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.core.outside_files import MAX_TABLE, MAX_YAML, is_file, read_text
from reid_assets.reid.formats.class_names import names_of_lines
from reid_assets.reid.formats.imported_video import ImportedVideo, ImportOptions
from reid_assets.reid.formats.media import find_media, list_images
from reid_assets.reid.formats.mot_sequence import read_seqinfo
from reid_assets.reid.formats.table_video import frames_told
from reid_assets.reid.formats.track_rows import TrackRows
from reid_assets.reid.formats.values import is_empty, shown, whole
from reid_assets.reid.tracks.foreign_tracks import looks_like_mot
from reid_assets.reid.tracks.mot_file import MOT_CLASSES

TOOL = "MOTChallenge"
_TABLES = ("gt/gt.txt", "det/det.txt", "gt.txt", "det.txt")
# Names that say nothing of the video; its folder does.
_GENERIC = {"gt", "det", "results", "result", "tracks", "labels", "output", "mot"}
_GROUND_TRUTH_CELLS = 9
_FEWEST = 6


def recognise(path: Path) -> str | None:
    """What it is, in words; None if it is nothing of MOTChallenge."""
    if is_file(path):
        return "a MOTChallenge file" if looks_like_mot(path) else None
    table = _table_of(path)
    if table is None or not (looks_like_mot(table) or is_file(path / "seqinfo.ini")):
        return None
    return f"a MOTChallenge sequence ({table.relative_to(path)})"


def read(path: Path, options: ImportOptions) -> Iterator[ImportedVideo]:
    """The one video of a file or a sequence's folder.

    Raises:
        InputError: with the number of the first line that cannot be read.
    """
    table = path if is_file(path) else _table_of(path)
    if table is None:
        listed = " nor ".join(_TABLES)
        raise InputError(f"{path}: there is no {listed} in it. Name the file itself.")
    folder = table.parent.parent if table.parent.name in ("gt", "det") else table.parent
    facts = read_seqinfo(folder)
    name = options.name or facts.name or _name_of(table, folder)
    labels = _labels(table)
    if labels is not None and options.classes is None:
        options = replace(options, classes=labels, classes_from=str(table.with_name("labels.txt")))
    rows = _read_rows(table, options)
    tracks, classes_from = rows.table(options)
    notes = [
        f"{table.name} was taken; {other} is there too: name it to take that"
        for other in _others(path, table)
    ]
    images, told = list_images(facts.image_folder, rows.first_frame) if facts.image_folder else ((), [])
    media, media_from = find_media([folder, folder.parent], name, options)
    origins = {"frames": frames_told(rows.first_frame)}
    origins |= {"classes": classes_from or "MOTChallenge"} | facts.origins
    origins |= {"video": media_from} if media else {}
    yield ImportedVideo(
        name=name,
        source=table,
        tracks=tracks,
        media=media,
        images=images,
        frames=facts.frames,
        fps=facts.fps,
        size=facts.size,
        origins=origins,
        notes=(*notes, *told),
    )


def _table_of(folder: Path) -> Path | None:
    return next((folder / name for name in _TABLES if is_file(folder / name)), None)


def _others(path: Path, table: Path) -> list[Path]:
    return (
        []
        if path == table
        else [path / one for one in _TABLES if is_file(path / one) and path / one != table]
    )


def _name_of(table: Path, folder: Path) -> str:
    return folder.resolve().name if table.stem.lower() in _GENERIC else table.stem


def _labels(table: Path) -> dict[int, str] | None:
    path = table.with_name("labels.txt")
    return names_of_lines(read_text(path, MAX_YAML)) if path != table and is_file(path) else None


def _read_rows(path: Path, options: ImportOptions) -> TrackRows:
    rows = TrackRows(path, 1 if options.first_frame is None else options.first_frame)
    width = None
    for number, line in enumerate(read_text(path, MAX_TABLE).splitlines(), 1):
        if not line.strip():
            continue
        cells = [cell.strip() for cell in line.split(",")] if "," in line else line.split()
        place = f"line {number}"
        width = width or len(cells)
        if len(cells) < _FEWEST or len(cells) != width or is_empty(cells[0]):
            raise InputError(
                f"{path}: {place} is not one of a MOT file: frame (a whole number from 1), id, left, "
                "top, width, "
                f"height and more numbers, as many in each line ({width} in the first). It says "
                f"{shown(line)}. Fix or delete it."
            )
        conf = cells[6] if len(cells) > _FEWEST else None
        class_id, name = _class(path, place, cells, options.classes)
        rows.add(place, cells[0], cells[1], cells[2:6], "xywh", class_id, name, conf)
    return rows


def _class(
    path: Path, place: str, cells: list[str], classes: Mapping[int, str] | None
) -> tuple[int | None, str | None]:
    """Class id from 0 and name of a line; none where the file states none."""
    if len(cells) != _GROUND_TRUTH_CELLS or is_empty(cells[7]) or cells[7] in ("-1", "-1.0", "0"):
        return None, None
    kind = whole(cells[7])
    if kind is None or not (classes is not None or kind in MOT_CLASSES):
        raise InputError(
            f"{path}: {place}: class {cells[7][:20]!r} is none of MOTChallenge's 1 to 13. If these "
            "are your own classes, list their names from class 1 on: --classes person,car."
        )
    return kind - 1, None if classes is not None else MOT_CLASSES[kind]
