"""What is wrong with a tracks.csv, in words: which line, what it says, what to do.

Looked for only once reading has failed, except where a fault would pass unseen. Reading itself is
`tracks.py`.
"""

import codecs
import csv
from collections.abc import Sequence
from pathlib import Path

from reid_assets.reid.core.errors import InputError

NUMERIC = ("frame", "track_id", "class_id", "x1", "y1", "x2", "y2", "conf")
WHOLE = ("frame", "track_id", "class_id")
NULLS = ["", "nan", "NaN", "NAN", "null", "None"]


def refuse_taken(path: Path | str, columns: Sequence[str]) -> None:
    """Refuse columns that would be written a second time.

    Raises:
        InputError: there is a `global_id`, in any case, or a `Video` that is not spelt `video`.
    """
    taken = [name for name in columns if name.lower() in ("global_id", "video") and name != "video"]
    if taken:
        raise InputError(
            f"{path}: there already is a column {taken[0]!r}. Rename it: one of this name will be added."
        )


def other_video(path: Path | str, said: str, video: str) -> str:
    """What to say of a column `video` that speaks of another video."""
    return (
        f"{path}: column video says {said!r}, the folder {video!r}. "
        "Rename the column (or the folder, where the column is right)."
    )


def not_utf8(path: Path) -> str | None:
    """Which line is the first that is not UTF-8; None where all are."""
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


def first_bad_line(path: Path) -> str | None:
    """What is wrong with the first line that cannot be read; only called once reading has failed."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream)
        header = next(cells for cells in reader if cells)
        places = {name: header.index(name) for name in NUMERIC if name in header}
        for cells in reader:
            if not cells:
                continue
            where = f"{path}: line {reader.line_num}"
            if len(cells) != len(header):
                return f"{where} has {len(cells)} cells, the header {len(header)}. Mend or remove the line."
            for name, place in places.items():
                if not _fits(name, cells[place]):
                    kind = "a whole number" if name in WHOLE else "a number"
                    kind += " from 0 on" if name == "frame" else ""
                    return f"{where}: {name} is {cells[place]!r}, not {kind}. Mend or remove the line."
    return None


def _fits(name: str, cell: str) -> bool:
    if cell.strip() in NULLS:
        return name not in WHOLE
    try:
        value = float(cell)
    except ValueError:
        return False
    return name not in WHOLE or (value.is_integer() and (name != "frame" or value >= 0))
