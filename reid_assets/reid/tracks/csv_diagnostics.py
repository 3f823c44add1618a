"""Error messages for a malformed tracks.csv: which line, what is wrong with it, what to do.

Run only after reading has failed, except for errors that a reader would not notice. Reading itself is
in `tracks_csv.py`.
"""

import codecs
import csv
from collections.abc import Sequence
from pathlib import Path

from reid_assets.reid.core.errors import InputError

NUMERIC_COLUMNS = ("frame", "track_id", "class_id", "x1", "y1", "x2", "y2", "conf")
INTEGER_COLUMNS = ("frame", "track_id", "class_id")
NULL_TEXTS = ["", "nan", "NaN", "NAN", "null", "None"]


def reject_reserved_columns(path: Path | str, columns: Sequence[str]) -> None:
    """Reject column names that tracks_global.csv adds itself.

    Raises:
        InputError: a column is named `global_id` in any case, or `video` in another case.
    """
    reserved = [name for name in columns if name.lower() in ("global_id", "video") and name != "video"]
    if reserved:
        raise InputError(
            f"{path}: there already is a column {reserved[0]!r}. Rename it: a column of this name is added."
        )


def video_mismatch_message(path: Path | str, value: str, video: str) -> str:
    """Error message for a column `video` that names another video than the folder."""
    return (
        f"{path}: column video says {value!r}, the folder {video!r}. "
        "Rename the column (or the folder, if the column is right)."
    )


def find_encoding_error(path: Path) -> str | None:
    """Error message for the first line that is not UTF-8; None if all are."""
    decoder, lines = codecs.getincrementaldecoder("utf-8")(), 0
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                lines += block.count(b"\n", 0, error.start) + 1
                return f"{path}: line {lines} is not UTF-8. Save the file as UTF-8 text."
            lines += block.count(b"\n")
    return None if not decoder.getstate()[0] else f"{path}: its last line is cut off. Copy the file again."


def find_malformed_line(path: Path) -> str | None:
    """Error message for the first line with a wrong cell or number of cells; None if there is none."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream)
        header = next(cells for cells in reader if cells)
        columns = {name: header.index(name) for name in NUMERIC_COLUMNS if name in header}
        for cells in reader:
            if not cells:
                continue
            line = f"{path}: line {reader.line_num}"
            if len(cells) != len(header):
                return f"{line} has {len(cells)} cells, the header {len(header)}. Fix or delete the line."
            for name, column in columns.items():
                if not _is_valid(name, cells[column]):
                    kind = "a whole number" if name in INTEGER_COLUMNS else "a number"
                    kind += " of 0 or more" if name == "frame" else ""
                    return f"{line}: {name} is {cells[column]!r}, not {kind}. Fix or delete the line."
    return None


def _is_valid(name: str, cell: str) -> bool:
    if cell.strip() in NULL_TEXTS:
        return name not in INTEGER_COLUMNS
    try:
        value = float(cell)
    except ValueError:
        return False
    return name not in INTEGER_COLUMNS or (value.is_integer() and (name != "frame" or value >= 0))
