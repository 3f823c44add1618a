"""Identities into a tracks.csv, byte for byte.

Every line stays as it is, quoting, float text and line ends included; `video` and `global_id` are
appended. Lines without quotes are handled as bytes; a block that holds a quote goes through the csv
module to find its cells. Memory holds one block.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from reid_assets.reid.errors import InputError
from reid_assets.reid.tables import TRACKS_GLOBAL

_BLOCK = 4 << 20
_BOM = b"\xef\xbb\xbf"


def attach_ids(stream: BinaryIO, video: str, ids: Mapping[int, int]) -> Iterator[bytes]:
    """Stream a tracks.csv into the bytes of its tracks_global.csv.

    Args:
        stream: the file, opened for reading bytes.
        video: name of the video, the value of the new column.
        ids: track_id -> global_id; a track that is not in it gets an empty cell.

    Raises:
        InputError: the file already has a `global_id`, or a `video` that is another, or a line is short.
    """
    name = str(getattr(stream, "name", "tracks.csv"))
    blocks = _whole_records(stream)
    first = next(blocks, b"")
    header, rest = _split_header(first)
    if not header.strip(_BOM + b"\r\n "):
        yield (",".join(TRACKS_GLOBAL.header) + "\n").encode()
        return
    text, end = _line_end(header)
    form = _form(name, text, video, ids)
    yield text + form.new_header + end
    yield form.block(rest)
    for block in blocks:
        yield form.block(block)


def _split_header(block: bytes) -> tuple[bytes, bytes]:
    """The first record of a block, quoted line breaks included, and what follows it."""
    place = 0
    while True:
        place = block.find(b"\n", place) + 1
        if place == 0:
            return block, b""
        if block.count(b'"', 0, place) % 2 == 0:
            return block[:place], block[place:]


def _form(name: str, header: bytes, video: str, ids: Mapping[int, int]) -> "_Form":
    columns = next(csv.reader([header.decode("utf-8-sig")]))
    taken = [c for c in columns if c.lower() == "global_id" or (c.lower() == "video" and c != "video")]
    if taken:
        raise InputError(f"{name}: there already is a column {taken[0]!r}. Rename it, then run again.")
    if "track_id" not in columns:
        raise InputError(f"{name}: column track_id is missing. Export the tracks again.")
    has_video = "video" in columns
    prefix = b"" if has_video else b"," + _cell(video)
    suffixes = _Suffixes({str(k).encode(): prefix + b",%d" % v for k, v in ids.items()})
    suffixes.ids, suffixes.prefix, suffixes.name = ids, prefix, name
    return _Form(
        name,
        columns.index("track_id"),
        columns.index("video") if has_video else None,
        video,
        b",global_id" if has_video else b",video,global_id",
        suffixes,
    )


class _Suffixes(dict[bytes, bytes]):
    """What is appended to a line, by the text of its track_id; other spellings are found on demand."""

    ids: Mapping[int, int]
    prefix: bytes
    name: str

    def __missing__(self, text: bytes) -> bytes:
        try:
            found = self.ids.get(int(float(text)))
        except ValueError:
            said = text.decode("utf-8", "replace")
            raise InputError(f"{self.name}: track_id is {said!r}, not a whole number. Mend the line.") from None
        self[text] = self.prefix + (b"," if found is None else b",%d" % found)
        return self[text]


@dataclass(frozen=True)
class _Form:
    """How lines of one file are completed."""

    name: str
    track_at: int
    video_at: int | None
    video: str
    new_header: bytes
    suffixes: _Suffixes

    def block(self, block: bytes) -> bytes:
        """A block of whole records with their new cells."""
        plain = b'"' not in block and self.video_at is None
        breaks = block.count(b"\n")
        returns = block.count(b"\r")
        if plain and returns in (0, breaks) and block.count(b"\r\n") == returns:
            return self._plain(block, b"\r\n" if returns else b"\n")
        return b"".join(self._record(record) for record in _records(block))

    def _plain(self, block: bytes, end: bytes) -> bytes:
        at, suffixes = self.track_at, self.suffixes
        try:
            return end.join(
                [line + suffixes[line.split(b",", at + 1)[at]] if line else line for line in block.split(end)]
            )
        except IndexError:
            raise self._short() from None

    def _record(self, record: bytes) -> bytes:
        text, end = _line_end(record)
        if not text:
            return record
        cells = next(csv.reader(io.StringIO(text.decode("utf-8"), newline="")))
        if len(cells) <= max(self.track_at, self.video_at or 0):
            raise self._short()
        if self.video_at is not None and cells[self.video_at] != self.video:
            raise InputError(
                f"{self.name}: column video says {cells[self.video_at]!r}, the folder {self.video!r}. "
                "Rename the column, then run again."
            )
        return text + self.suffixes[cells[self.track_at].encode()] + end

    def _short(self) -> InputError:
        return InputError(f"{self.name}: a line has too few cells. Mend or remove it.")


def _cell(text: str) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([text])
    return line.getvalue().encode()


def _line_end(record: bytes) -> tuple[bytes, bytes]:
    text = record.removesuffix(b"\n").removesuffix(b"\r")
    return text, record[len(text) :]


def _records(block: bytes) -> Iterator[bytes]:
    """Records of a block: lines, joined while a quote is open."""
    pending = b""
    for line in io.BytesIO(block):
        pending += line
        if pending.count(b'"') % 2 == 0:
            yield pending
            pending = b""
    if pending:
        yield pending


def _whole_records(stream: BinaryIO) -> Iterator[bytes]:
    """Blocks that end where a record ends."""
    pending = b""
    while chunk := stream.read(_BLOCK):
        pending += chunk
        cut = pending.rfind(b"\n") + 1
        # An open quote hides the line break; the block then grows until it is closed.
        while cut and pending.count(b'"', 0, cut) % 2:
            cut = pending.rfind(b"\n", 0, cut - 1) + 1
        if cut:
            yield pending[:cut]
            pending = pending[cut:]
    if pending:
        yield pending
