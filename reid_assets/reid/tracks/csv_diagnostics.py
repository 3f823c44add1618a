"""Error messages for a malformed tracks.csv: which line, what is wrong with it, what to do.

Run only after reading has failed, except for errors that a reader would not notice. Reading itself is
in `tracks_csv.py`.
"""

import codecs
import csv
from collections.abc import Sequence
from pathlib import Path

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.core.tables import MAX_FRAME
from reid_assets.reid.core.whole_numbers import parse_whole
from reid_assets.reid.tracks.csv_records import MAX_RECORD

NUMERIC_COLUMNS = ("frame", "track_id", "class_id", "x1", "y1", "x2", "y2", "conf")
INTEGER_COLUMNS = ("frame", "track_id", "class_id")
NULL_TEXTS = ["", "nan", "NaN", "NAN", "null", "None"]
# By default Python's reader refuses cells of more than 128 KB, which others take.
csv.field_size_limit(MAX_RECORD)
_SHOWN = 60


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
        try:
            header = next(cells for cells in reader if cells)
            columns = {name: header.index(name) for name in NUMERIC_COLUMNS if name in header}
            for cells in reader:
                if cells and (problem := _problem_in(cells, header, columns)):
                    return f"{path}: line {reader.line_num}{problem}. Fix or delete the line."
        except csv.Error as error:
            return f"{path}: line {reader.line_num} is no CSV ({error}). Fix or delete the line."
    return None


def _problem_in(cells: Sequence[str], header: Sequence[str], columns: dict[str, int]) -> str | None:
    if len(cells) != len(header):
        return f" has {len(cells)} cells, the header {len(header)}"
    for name, column in columns.items():
        if wanted := _not_valid(name, cells[column]):
            said = cells[column] if len(cells[column]) <= _SHOWN else f"{cells[column][:_SHOWN]}..."
            return f": {name} is {said!r}, not {wanted}"
    return None


def _not_valid(name: str, cell: str) -> str | None:
    """What should stand in a cell; None if it does."""
    if name in INTEGER_COLUMNS:
        value = parse_whole(cell)
        if name == "frame":
            wanted = f"a whole number from 0 to {MAX_FRAME}"
            return None if value is not None and 0 <= value <= MAX_FRAME else wanted
        return None if value is not None else "a whole number of 64 bits"
    if cell.strip() in NULL_TEXTS:
        return None
    try:
        float(cell)
    except ValueError:
        return "a number"
    return None
