"""Identities into a tracks.csv, byte for byte.

Every line stays as it is, quoting, float text and line ends included; `video` and `global_id` are
appended. Lines without quotes are split as bytes; a block that holds a quote is matched record by
record, since a quote only quotes where a cell begins. Memory holds one block.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.core.tables import TRACKS_GLOBAL
from reid_assets.reid.tracks.csv_diagnostics import other_video, refuse_taken
from reid_assets.reid.tracks.csv_records import (
    CELL,
    CELLS,
    END,
    RECORD,
    as_cell,
    cells_of,
    unclosed,
    whole_records,
)

_BOM = b"\xef\xbb\xbf"
_BREAKS = re.compile(rb"[\r\n]*")


def attach_ids(stream: BinaryIO, video: str, ids: Mapping[int, int]) -> Iterator[bytes]:
    """Stream a tracks.csv into the bytes of its tracks_global.csv.

    Args:
        stream: the file, opened for reading bytes.
        video: name of the video, the value of the new column.
        ids: track_id -> global_id; a track that is not in it gets an empty cell.

    Raises:
        InputError: the file already has a `global_id`, or a `video` that is another, a line is short,
            or a quote is never closed.
    """
    name = str(getattr(stream, "name", "tracks.csv"))
    start = stream.read(len(_BOM))
    bom = _BOM if start == _BOM else b""
    blocks = whole_records(stream, start.removeprefix(_BOM), name)
    first = b""
    while not first.strip(b"\r\n ") and (block := next(blocks, b"")):
        first += block
    if not first.strip(b"\r\n "):
        yield (",".join(TRACKS_GLOBAL.header) + "\n").encode()
        return
    header, rest = _split_header(first, name)
    form = _form(name, header["record"], video, ids)
    yield bom + header["breaks"] + header["record"] + form.new_header + header["end"]
    yield form.block(rest)
    for block in blocks:
        yield form.block(block)


def _split_header(block: bytes, name: str) -> tuple[dict[str, bytes], bytes]:
    """Empty lines before the header, the header, its line end; and what follows."""
    breaks = _BREAKS.match(block)
    at = breaks.end() if breaks else 0
    found = RECORD.match(block, at)
    if not found:
        raise unclosed(name)
    header = {"breaks": block[:at], "record": block[at : found.start("end")], "end": found["end"]}
    return header, block[found.end() :]


def _form(name: str, header: bytes, video: str, ids: Mapping[int, int]) -> "_Form":
    columns = cells_of(header)
    refuse_taken(name, columns)
    if "track_id" not in columns:
        raise InputError(f"{name}: column track_id is missing. Export the tracks again.")
    has_video = "video" in columns
    prefix = b"" if has_video else b"," + as_cell(video)
    suffixes = _Suffixes({str(k).encode(): prefix + b",%d" % v for k, v in ids.items()})
    suffixes.ids, suffixes.prefix, suffixes.name = ids, prefix, name
    return _Form(
        name,
        columns.index("track_id"),
        video if has_video else None,
        _record_pattern(columns),
        b",global_id" if has_video else b",video,global_id",
        suffixes,
    )


def _record_pattern(columns: list[str]) -> re.Pattern[bytes]:
    """A record of at least the columns that matter, with groups `text`, `track_id`, `video`, `end`."""
    last = max(columns.index(name) for name in ("track_id", "video") if name in columns)
    named = (b"(?P<%b>%b)" % (c.encode(), CELL) if c in ("track_id", "video") else CELL for c in columns)
    needed = b",".join(cell for _, cell in zip(range(last + 1), named, strict=False))
    return re.compile(b"(?P<text>" + needed + rb"(?![^,\r\n])" + CELLS + b")" + END)


class _Suffixes(dict[bytes, bytes]):
    """What is appended to a line, by its cell track_id; other spellings are found on demand."""

    ids: Mapping[int, int]
    prefix: bytes
    name: str

    def __missing__(self, cell: bytes) -> bytes:
        text = "".join(cells_of(cell))
        try:
            found = self.ids.get(int(float(text)))
        except (ValueError, OverflowError):
            raise InputError(
                f"{self.name}: track_id is {text!r}, not a whole number. Mend the line."
            ) from None
        self[cell] = self.prefix + (b"," if found is None else b",%d" % found)
        return self[cell]


@dataclass(frozen=True)
class _Form:
    """How lines of one file are completed; `video` is its name where the file has such a column."""

    name: str
    track_at: int
    video: str | None
    record: re.Pattern[bytes]
    new_header: bytes
    suffixes: _Suffixes

    def block(self, block: bytes) -> bytes:
        """A block of whole records with their new cells."""
        plain = b'"' not in block and self.video is None
        breaks = block.count(b"\n")
        returns = block.count(b"\r")
        if plain and returns in (0, breaks) and block.count(b"\r\n") == returns:
            return self._plain(block, b"\r\n" if returns else b"\n")
        return b"".join(self._matched(block))

    def _plain(self, block: bytes, end: bytes) -> bytes:
        at, suffixes = self.track_at, self.suffixes
        try:
            return end.join(
                [line + suffixes[line.split(b",", at + 1)[at]] if line else line for line in block.split(end)]
            )
        except IndexError:
            raise self._short() from None

    def _matched(self, block: bytes) -> Iterator[bytes]:
        at = 0
        while at < len(block):
            if block[at] in b"\r\n":
                yield block[at : at + 1]
                at += 1
                continue
            found = self.record.match(block, at)
            if not found:
                raise self._short() if RECORD.match(block, at) else unclosed(self.name)
            at = found.end()
            if self.video is not None and found["video"] != self.video.encode():
                said = "".join(cells_of(found["video"]))
                if said != self.video:
                    raise InputError(other_video(self.name, said, self.video))
            yield found["text"] + self.suffixes[found["track_id"]] + found["end"]

    def _short(self) -> InputError:
        return InputError(f"{self.name}: a line has too few cells. Mend or remove it.")
