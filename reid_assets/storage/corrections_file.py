"""`corrections.csv`: read whole, written whole, one writer at a time.

What its lines mean is `reid_assets.reid.core.corrections`. A person may edit the file too, so whatever it
holds besides (other columns, an order of its own) stays as it is.
"""

import csv
import fcntl
import io
import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from reid_assets.reid.core.corrections import CORRECTIONS, Correction, Corrections, parse_corrections
from reid_assets.reid.core.errors import ConfigError, InputError
from reid_assets.reid.core.outside_files import MEGABYTE, read_text
from reid_assets.reid.core.whole_numbers import parse_whole
from reid_assets.storage.atomic import write_bytes

MAX_BYTES = 64 * MEGABYTE
_HEADER = ",".join(CORRECTIONS.header)


def read_corrections(path: Path) -> Corrections:
    """What the file says; nothing where there is none.

    Raises:
        ConfigError: it cannot be read at all, so that nobody knows what was said.
    """
    if not os.path.lexists(path):
        return Corrections()
    try:
        return parse_corrections(read_text(path, MAX_BYTES))
    except InputError as error:
        raise ConfigError(f"{error} It holds corrections of the map; mend it, or remove it.") from error
    except ValueError as error:
        raise ConfigError(f"{path}: {error}. Its first line has to be {_HEADER}.") from error


def append_corrections(path: Path, said: Sequence[Correction]) -> tuple[int, ...]:
    """Add lines, all or none; their numbers.

    Raises:
        ConfigError: the file that is there cannot be read.
    """
    with _alone(path):
        read_corrections(path)
        text = read_text(path, MAX_BYTES) if path.exists() else ""
        text = text or f"{_HEADER}\n"
        text += "" if text.endswith("\n") else "\n"
        header = [cell.strip() for cell in next(csv.reader(io.StringIO(text)))]
        first = text.count("\n") + 1
        write_bytes(path, [(text + "".join(_line(one, header) for one in said)).encode("utf-8")])
    return tuple(range(first, first + len(said)))


def remove_lines(path: Path, lines: Collection[int]) -> None:
    """Delete lines by number.

    Raises:
        ConfigError: the file cannot be read.
    """
    with _alone(path):
        read_corrections(path)
        kept = read_text(path, MAX_BYTES).splitlines(keepends=True)
        left = (line for number, line in enumerate(kept, start=1) if number not in lines)
        write_bytes(path, ["".join(left).encode("utf-8")])


def remove_about(path: Path, tracks: Collection[tuple[str, int]]) -> int:
    """Delete every line that names one of these tracks, whoever wrote it; how many there were.

    Raises:
        ConfigError: the file cannot be read.
    """
    if not os.path.lexists(path):
        return 0
    with _alone(path):
        read_corrections(path)
        lines = read_text(path, MAX_BYTES).splitlines(keepends=True)
        gone = [span for span, named in _records(lines) if named & set(tracks)]
        if gone:
            dropped = {line for span in gone for line in span}
            left = (line for number, line in enumerate(lines, start=1) if number not in dropped)
            write_bytes(path, ["".join(left).encode("utf-8")])
    return len(gone)


def _records(lines: list[str]) -> Iterator[tuple[range, set[tuple[str, int]]]]:
    """Numbers of the lines of each record, and the tracks that it names, whether or not it can be used."""
    records = csv.reader(lines)
    header = [cell.strip() for cell in next(records, [])]
    first = records.line_num + 1
    for cells in records:
        said = dict(zip(header, map(str.strip, cells), strict=False))
        named = {(said.get(f"video_{end}", ""), parse_whole(said.get(f"track_{end}", ""))) for end in "ab"}
        yield range(first, records.line_num + 1), {(v, n) for v, n in named if v and n is not None}
        first = records.line_num + 1


def _line(one: Correction, header: list[str]) -> str:
    text, cells = io.StringIO(), one.cells()
    csv.writer(text, lineterminator="\n").writerow([_one_line(cells.get(name, "")) for name in header])
    return text.getvalue()


def _one_line(cell: str) -> str:
    return " ".join(cell.split())


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold the folder of the file, so that two writers do not lose each other's lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)
