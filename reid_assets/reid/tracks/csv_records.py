"""Where the records and cells of a CSV begin and end, in its bytes.

The rules are those of Python's csv module and of Arrow: a quote only quotes where a cell begins, a
line ends with CR, LF or both. Bytes are never changed here; what is appended to records is
`attach.py`.
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
# A return at the very end may be half of a line end.
_WHOLE = re.compile(b"(?:" + CELLS + rb"(?:\r\n|\n|\r(?!\Z)))*+")

_BLOCK = 4 << 20
# A record that grows beyond this has lost its closing quote.
_LONGEST = 16 << 20


def whole_records(stream: BinaryIO, start: bytes, name: str) -> Iterator[bytes]:
    """The stream in blocks of some megabytes that end where a record ends.

    Args:
        stream: a CSV, at the end of what has been read.
        start: what has been read already, without a byte order mark.
        name: of the file, for the error.

    Raises:
        InputError: a record has no end.
    """
    pending = start
    while chunk := stream.read(_BLOCK):
        pending += chunk
        cut = _whole(pending)
        if cut:
            yield pending[:cut]
            pending = pending[cut:]
        if len(pending) > _LONGEST:
            raise unclosed(name)
    if pending:
        yield pending


def unclosed(name: str) -> InputError:
    """What to raise where a quoted cell has no end."""
    return InputError(f"{name}: a quote is opened and never closed. Mend the line.")


def cells_of(record: bytes) -> list[str]:
    """The texts of a record's cells."""
    return next(csv.reader(io.StringIO(record.decode("utf-8", "replace"), newline="")), [])


def as_cell(text: str) -> bytes:
    """A text as the bytes of one cell, quoted where it must be."""
    line = io.StringIO()
    # Breaks are only quoted by a writer that ends its lines with them.
    csv.writer(line, lineterminator="\r\n").writerow([text])
    return line.getvalue().removesuffix("\r\n").encode()


def _whole(block: bytes) -> int:
    """How many of the bytes are whole records, whatever follows them."""
    if b'"' not in block:
        return block.rfind(b"\n") + 1 or block.rfind(b"\r", 0, -1) + 1
    whole = _WHOLE.match(block)
    return whole.end() if whole else 0
