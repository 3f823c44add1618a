"""Tables of other tools, record by record with the place of each: CSV, JSON, JSON lines, Parquet.

Values stay what the file says: text in a CSV, numbers in JSON and Parquet. What they mean is the format's.
"""

import codecs
import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.core.outside_files import (
    MAX_TABLE,
    file_problem,
    parse_json,
    read_json,
    read_text,
    reason_of,
    require_file,
)
from reid_assets.reid.formats.values import shown
from reid_assets.reid.tracks.csv_diagnostics import find_encoding_error

Record = Mapping[str, Any]
_HEAD = 4096
SUFFIXES = {".csv", ".json", ".jsonl", ".ndjson", ".parquet"}


@dataclass(frozen=True)
class Records:
    """A table.

    Attributes:
        path: the file.
        columns: its header, or the keys of all its records.
        loaded: the records with their places, where the file had to be read as a whole; None: not yet read.
    """

    path: Path
    columns: tuple[str, ...]
    loaded: tuple[tuple[str, Record], ...] | None = None

    def __iter__(self) -> Iterator[tuple[str, Record]]:
        if self.loaded is not None:
            return iter(self.loaded)
        return _csv_rows(self.path) if self.path.suffix.lower() == ".csv" else _parquet_rows(self.path)


def read_records(path: Path) -> Records:
    """The table of a file, by its ending.

    Raises:
        InputError: it is no such table; iterating raises it with the place of a record that cannot be read.
    """
    require_file(path, MAX_TABLE)
    try:
        path.open("rb").close()
    except OSError as error:
        raise InputError(f"{path}: {reason_of(error)}. Make it readable.") from error
    if path.suffix.lower() == ".csv":
        return Records(path, tuple(_csv_header(path)))
    if path.suffix.lower() == ".parquet":
        return Records(path, tuple(_parquet(path).schema_arrow.names))
    rows = tuple(_json_rows(path) if path.suffix.lower() == ".json" else _json_lines(path))
    return Records(path, tuple(dict.fromkeys(key for _, record in rows for key in record)), rows)


def columns_of(path: Path) -> tuple[str, ...]:
    """The columns of a file that may be anything; none where it is no table."""
    if path.suffix.lower() not in SUFFIXES or file_problem(path, MAX_TABLE):
        return ()
    if path.suffix.lower() == ".json" and first_letter(path) != b"[":
        return ()
    stat = path.stat()
    return _columns(path, (stat.st_size, stat.st_mtime_ns))


@lru_cache(maxsize=256)
def _columns(path: Path, stamp: tuple[int, int]) -> tuple[str, ...]:
    """Each format asks for them; `stamp` tells one state of the file from the next."""
    try:
        return read_records(path).columns
    except InputError:
        return ()


def first_letter(path: Path) -> bytes:
    """The first byte of a file that is no blank, after a byte order mark; empty where there is none."""
    with path.open("rb") as stream:
        return stream.read(_HEAD).removeprefix(codecs.BOM_UTF8).lstrip()[:1]


def _csv_header(path: Path) -> list[str]:
    if problem := find_encoding_error(path):
        raise InputError(problem)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        try:
            header = next((cells for cells in csv.reader(stream) if cells), [])
        except csv.Error as error:
            raise InputError(f"{path}: line 1 is no CSV ({error}). Export it again.") from error
    if twice := sorted({name for name in header if header.count(name) > 1}):
        raise InputError(f"{path}: column {shown(twice[0])} is there twice. Rename or remove one.")
    return header


def _csv_rows(path: Path) -> Iterator[tuple[str, Record]]:
    header = _csv_header(path)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream)
        try:
            rows = (cells for cells in reader if cells)
            next(rows, None)
            for cells in rows:
                if len(cells) != len(header):
                    raise InputError(
                        f"{path}: line {reader.line_num} has {len(cells)} cells, the header {len(header)}. "
                        "Fix or delete it."
                    )
                yield f"line {reader.line_num}", dict(zip(header, cells, strict=True))
        except csv.Error as error:
            raise InputError(
                f"{path}: line {reader.line_num} is no CSV ({error}). Fix or delete it."
            ) from error


def _json_rows(path: Path) -> Iterator[tuple[str, Record]]:
    content = read_json(path, MAX_TABLE)
    if not isinstance(content, list):
        raise InputError(
            f"{path}: expected a list of records, found {type(content).__name__}. Export it again."
        )
    for number, record in enumerate(content):
        yield f"record {number}", _checked(path, f"record {number}", record)


def _json_lines(path: Path) -> Iterator[tuple[str, Record]]:
    for number, line in enumerate(read_text(path, MAX_TABLE).split("\n"), 1):
        if line.strip():
            place = f"line {number}"
            yield place, _checked(path, place, parse_json(line, f"{path}: {place}"))


def _checked(path: Path, place: str, record: Any) -> Record:
    if not isinstance(record, dict):
        raise InputError(f"{path}: {place} is {type(record).__name__}, not an object. Fix or delete it.")
    return record


def _parquet(path: Path) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.ParquetFile(path, page_checksum_verification=True)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise InputError(
            f"{path}: not a readable Parquet file ({_one_line(error)}). Export it again."
        ) from error


def _parquet_rows(path: Path) -> Iterator[tuple[str, Record]]:
    import pyarrow as pa

    number = 0
    try:
        table = _parquet(path)
        for batch in table.iter_batches():
            batch.validate(full=True)
            for record in batch.to_pylist():
                yield f"row {number}", record
                number += 1
        if number != table.metadata.num_rows:
            raise ValueError(f"it should have {table.metadata.num_rows}")
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        said = f"{path}: it breaks off at row {number} ({_one_line(error)}). Export it again."
        raise InputError(said) from error


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200]
