"""Recognises what is not a tracks.csv but nearly one: a MOT file, or one with other column names."""

import difflib
import shlex
from collections.abc import Sequence
from pathlib import Path

from reid_assets.reid.core.tables import REQUIRED_TRACK_COLUMNS
from reid_assets.reid.core.whole_numbers import parse_whole

# What trackers and annotation tools call our columns.
_SYNONYMS = {
    "frame": ("frame_id", "frame_number", "frame_no", "frame_idx", "frame_index", "image_id"),
    "track_id": ("id", "tid", "trackid", "object_id", "obj_id", "person_id", "track"),
    "class_id": ("cls", "class", "class_index", "category_id", "label_id"),
    "class_name": ("label", "name", "category", "class_label", "object_class"),
    "x1": ("xmin", "x_min", "left", "bb_left", "x_left"),
    "y1": ("ymin", "y_min", "top", "bb_top", "y_top"),
    "x2": ("xmax", "x_max", "right", "bb_right", "x_right"),
    "y2": ("ymax", "y_max", "bottom", "bb_bottom", "y_bottom"),
}
# frame, id, left, top, width, height; confidence and three or more further numbers follow in most.
_MOT_CELLS = range(6, 12)


def looks_like_mot(path: Path) -> bool:
    """Whether the file begins as MOTChallenge files do: only numbers, six to eleven a line, no header.

    The first two, frame and id, are whole; label files of other tools begin with a class and a fraction.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            lines = [next(stream, "") for _ in range(5)]
    except (OSError, UnicodeDecodeError):
        return False
    separator = "," if "," in lines[0] else None
    rows = [line.strip().split(separator) for line in lines if line.strip()]
    return bool(rows) and all(len(cells) in _MOT_CELLS and _begins_a_mot_line(cells) for cells in rows)


def renamed_columns(columns: Sequence[str]) -> dict[str, str]:
    """Required column -> the one that is probably meant for it, of those that are missing."""
    free = {name.strip().lower(): name for name in columns if name not in REQUIRED_TRACK_COLUMNS}
    found: dict[str, str] = {}
    for wanted in REQUIRED_TRACK_COLUMNS:
        if wanted in columns:
            continue
        same = [name for name in (wanted, *_SYNONYMS[wanted]) if name in free]
        near = same or difflib.get_close_matches(wanted, list(free), n=1, cutoff=0.8)
        if near:
            found[wanted] = free.pop(near[0])
    return found


def missing_columns_message(path: Path, columns: Sequence[str]) -> str:
    """What is wrong with a table that lacks required columns, and what to do."""
    if looks_like_mot(path):
        return f"{path}: {mot_advice(path, path.parent.name)}"
    missing = [name for name in REQUIRED_TRACK_COLUMNS if name not in columns]
    renamed = renamed_columns(columns)
    said = f"{path}: column {', '.join(missing)} is missing (found: {', '.join(columns)})."
    if set(missing) == set(renamed):
        pairs = ", ".join(f"{name!r} to {wanted!r}" for wanted, name in renamed.items())
        return f"{said} Rename {pairs}."
    return (
        f"{said} Required: {', '.join(REQUIRED_TRACK_COLUMNS)}. Export the tracks again with these columns."
    )


def mot_advice(path: Path, video: str) -> str:
    """What to do with a MOT file in a video's folder."""
    root = str(path.parent.parent)
    command = ["reid-assets", "import", str(path), "--video", video, "--root", root]
    return f"looks like a MOT file. Make it a tracks.csv: {shlex.join(command)}"


def _begins_a_mot_line(cells: Sequence[str]) -> bool:
    try:
        [float(cell) for cell in cells]
    except ValueError:
        return False
    return all(parse_whole(cell) is not None for cell in cells[:2])
