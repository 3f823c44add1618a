"""Tracks out of tables with named columns: which columns a tool writes, and the rows they make."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.formats.records import Record, Records
from reid_assets.reid.formats.track_rows import Box, TrackRows
from reid_assets.reid.formats.values import shown

# What people and tools call the number of a frame.
FRAMES = ("frame", "frame_index", "frame_idx", "frame_id", "frame_number", "frame_no")


@dataclass(frozen=True)
class Fields:
    """Names of a tool's columns, the usual one first.

    Attributes:
        track, class_id, class_name, conf, frame: columns of these.
        corners: four columns each: left, top, right, bottom.
        sizes: four columns each: left, top, width, height.
        nested: one column that holds an object with x1, y1, x2, y2, or a list of these four.
    """

    track: tuple[str, ...]
    class_id: tuple[str, ...]
    class_name: tuple[str, ...]
    conf: tuple[str, ...]
    corners: tuple[tuple[str, str, str, str], ...]
    sizes: tuple[tuple[str, str, str, str], ...] = ()
    nested: tuple[str, ...] = ()
    frame: tuple[str, ...] = FRAMES


@dataclass(frozen=True)
class Chosen:
    """The columns of one table; None where there is none."""

    frame: str | None
    track: str | None
    class_id: str | None
    class_name: str | None
    conf: str | None
    box: tuple[str, ...]
    kind: Box

    def told(self) -> str:
        """Which column was taken for what, in one line."""
        pairs = {"frame": self.frame, "track": self.track, "class": self.class_id, "name": self.class_name}
        pairs |= {"confidence": self.conf, "box": " ".join(self.box)}
        return ", ".join(f"{what}: {column}" for what, column in pairs.items() if column)


def has_box(fields: Fields, columns: Sequence[str]) -> bool:
    """Whether a table has columns for a box."""
    return bool(_box(fields, columns)[0])


def choose(records: Records, fields: Fields, needs_frame: str | None = None) -> Chosen:
    """Which columns are taken.

    Args:
        needs_frame: what to do where no column holds the frame; None: it may be missing.

    Raises:
        InputError: no columns hold a box, or none the frame.
    """
    columns = records.columns
    box, kind = _box(fields, columns)
    found = f"(found: {' '.join(', '.join(columns).split())[:300]})"
    if not box:
        wanted = " or ".join(" ".join(names) for names in (*fields.corners[:1], *fields.sizes[:1]))
        raise InputError(
            f"{records.path}: no columns hold a box {found}. Expected {wanted}. Export it again."
        )
    frame = _first(fields.frame, columns)
    if frame is None and needs_frame is not None:
        said = f"no column holds the frame {found}, such as {', '.join(fields.frame[:3])}"
        raise InputError(f"{records.path}: {said}. {needs_frame}")
    return Chosen(
        frame,
        _first(fields.track, columns),
        _first(fields.class_id, columns),
        _first(fields.class_name, columns),
        _first(fields.conf, columns),
        box,
        kind,
    )


def add_records(rows: TrackRows, records: Records, chosen: Chosen, frame: int | None = None) -> None:
    """Add every record of a table.

    Args:
        frame: number of the frame, of a table of one frame.

    Raises:
        InputError: a record is not what it should be, with its place.
    """
    for place, record in records:
        if len(chosen.box) == 1:
            box: Sequence[Any] = nested_box(record.get(chosen.box[0]), f"{records.path}: {place}")
        else:
            box = [record.get(name) for name in chosen.box]
        rows.add(
            place,
            frame if frame is not None else _cell(record, chosen.frame),
            _cell(record, chosen.track),
            box,
            chosen.kind,
            _cell(record, chosen.class_id),
            _cell(record, chosen.class_name),
            _cell(record, chosen.conf),
        )


def nested_box(value: Any, where: str) -> Sequence[Any]:
    """Corners out of an object with x1, y1, x2, y2, a list of four numbers, or a text of either.

    Raises:
        InputError: it is neither; or it has more corners, as an oriented box has.
    """
    content = value
    if isinstance(value, str):
        try:
            content = json.loads(value.replace("'", '"'), parse_float=str, parse_int=str)
        except (ValueError, RecursionError):
            content = None
    if isinstance(content, list | tuple) and len(content) == 4:
        return content
    if isinstance(content, dict) and set(content) == {"x1", "y1", "x2", "y2"}:
        return [content[name] for name in ("x1", "y1", "x2", "y2")]
    if isinstance(content, dict) and "x3" in content:
        raise InputError(f"{where}: this is an oriented box. Export upright ones (Results.boxes).")
    raise InputError(f"{where}: box is {shown(value)}, not x1, y1, x2, y2. Fix or delete it.")


def _box(fields: Fields, columns: Sequence[str]) -> tuple[tuple[str, ...], Box]:
    for names in fields.corners:
        if set(names) <= set(columns):
            return names, "xyxy"
    for names in fields.sizes:
        if set(names) <= set(columns):
            return names, "xywh"
    nested = _first(fields.nested, columns)
    return ((nested,) if nested else ()), "xyxy"


def _first(names: Sequence[str], columns: Sequence[str]) -> str | None:
    return next((name for name in names if name in columns), None)


def _cell(record: Record, column: str | None) -> Any:
    return None if column is None else record.get(column)
