"""The cells of a tracks.csv that anybody computes with, in their types: whole numbers exactly.

What rows and tracks they make is `tracks_csv.py`; what is wrong with a line, `csv_diagnostics.py`.
"""

import mmap
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.core.tables import MAX_FRAME
from reid_assets.reid.core.whole_numbers import parse_whole
from reid_assets.reid.tracks.csv_diagnostics import (
    INTEGER_COLUMNS,
    NULL_TEXTS,
    NUMERIC_COLUMNS,
    find_encoding_error,
    find_malformed_line,
)


def read_cells(path: Path, columns: list[str]) -> pa.Table:
    """The numbers, classes and videos of a table with these columns.

    Raises:
        InputError: a cell cannot be what it should be; with its line.
    """
    # Check the columns that are only carried through too: the database accepts only UTF-8.
    if problem := find_encoding_error(path):
        raise InputError(problem)
    types = {name: pa.float64() for name in NUMERIC_COLUMNS if name in columns}
    types |= {name: pa.string() for name in ("class_name", "video") if name in columns}
    try:
        exact = types | dict.fromkeys(INTEGER_COLUMNS, pa.int64())
        table = _parse_unusual(path, types) if _may_hold_hex(path) else _parse(path, exact)
    except pa.ArrowInvalid:
        table = _parse_unusual(path, types)
    frames = pc.min_max(table["frame"]).as_py()
    out_of_range = len(table) and not (0 <= (frames["min"] or 0) <= (frames["max"] or 0) <= MAX_FRAME)
    if out_of_range or any(table[name].null_count for name in INTEGER_COLUMNS):
        raise InputError(
            find_malformed_line(path) or f"{path}: columns {', '.join(INTEGER_COLUMNS)} need whole numbers."
        )
    return table


def _parse_unusual(path: Path, types: dict[str, pa.DataType]) -> pa.Table:
    """The same where a whole number is written as `3.0`: each is read as the text it is."""
    try:
        table = _parse(path, types | dict.fromkeys(INTEGER_COLUMNS, pa.string()))
    except pa.ArrowInvalid as error:
        raise InputError(find_malformed_line(path) or f"{path}: not a readable CSV ({error}).") from error
    for name in INTEGER_COLUMNS:
        texts = table[name].dictionary_encode().combine_chunks()
        if isinstance(texts, pa.ChunkedArray):
            texts = texts.chunk(0)
        known = pa.array([parse_whole(text) for text in texts.dictionary.to_pylist()], pa.int64())
        place = table.schema.get_field_index(name)
        table = table.set_column(place, name, known.take(texts.indices))
    return table


def _may_hold_hex(path: Path) -> bool:
    """Whether `0x` is in the file: Arrow takes `0x10` for 16, and nobody else does."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(b"0x") >= 0 or content.find(b"0X") >= 0


def _parse(path: Path, types: dict[str, pa.DataType]) -> pa.Table:
    return pacsv.read_csv(
        path,
        parse_options=pacsv.ParseOptions(newlines_in_values=True),
        convert_options=pacsv.ConvertOptions(
            include_columns=list(types),
            column_types=types,
            null_values=NULL_TEXTS,
            strings_can_be_null=False,
        ),
    )
