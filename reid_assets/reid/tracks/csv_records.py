"""Record and cell boundaries in the bytes of a CSV file.

The rules are those of Python's csv module and of Arrow: a quote only quotes at the start of a cell, a
line ends with CR, LF or CRLF. Bytes are never changed here; `tracks_global.py` appends cells to records.
"""

import csv
import io
import re
from collections.abc import Iterator
from typing import BinaryIO

from reid_assets.reid.core.errors import InputError

CELL = rb'(?:"[^"]*+(?:""[^"]*+)*+"[^,\r\n]*+|[^",\r\n][^,\r\n]*+|)'
END = rb"(?P<end>\r\n|\n|\r|\Z)"
# Any number of cells, in as few steps as possible: quoted cells, cells with a quote inside, the rest.
CELLS = rb'(?:[^"\r\n]++|(?<![^,\r\n])"[^"]*+(?:""[^"]*+)*+"[^,\r\n]*+|(?<=[^,\r\n])"[^,\r\n]*+)*+'
RECORD = re.compile(CELLS + END)
# A CR at the very end may be half of a CRLF.
_COMPLETE = re.compile(b"(?:" + CELLS + rb"(?:\r\n|\n|\r(?!\Z)))*+")

_BLOCK = 4 << 20
# A longer record must have lost its closing quote.
MAX_RECORD = 16 << 20


def complete_records(stream: BinaryIO, start: bytes, name: str) -> Iterator[bytes]:
    """Read a CSV stream in blocks of a few megabytes that end at the end of a record.

    Args:
        stream: the CSV, opened for bytes.
        start: bytes that were already read from it, without a byte order mark.
        name: of the file, for error messages.

    Raises:
        InputError: a quote is never closed.
    """
    pending = start
    while chunk := stream.read(_BLOCK):
        pending += chunk
        end = _complete_length(pending)
        if end:
            yield pending[:end]
            pending = pending[end:]
        if len(pending) > MAX_RECORD:
            raise unclosed_quote_error(name)
    if pending:
        yield pending


def unclosed_quote_error(name: str) -> InputError:
    """The error for a quoted cell that is never closed."""
    return InputError(f"{name}: a quote is opened and never closed. Fix the line.")


def parse_cells(record: bytes) -> list[str]:
    """The unquoted cells of one record; bytes that are not UTF-8 become U+FFFD."""
    return next(csv.reader(io.StringIO(record.decode("utf-8", "replace"), newline="")), [])


def format_cell(text: str) -> bytes:
    """Encode text as one cell, quoted if necessary."""
    line = io.StringIO()
    # The writer only quotes line breaks that are part of its own line terminator.
    csv.writer(line, lineterminator="\r\n").writerow([text])
    return line.getvalue().removesuffix("\r\n").encode()


def _complete_length(block: bytes) -> int:
    """Number of leading bytes that form complete records."""
    if b'"' not in block:
        return block.rfind(b"\n") + 1 or block.rfind(b"\r", 0, -1) + 1
    match = _COMPLETE.match(block)
    return match.end() if match else 0
