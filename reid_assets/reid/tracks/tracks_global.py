"""Content of tracks_global.csv: a tracks.csv with `video` and `global_id` appended to every line.

The existing bytes are kept, including quoting, number formats and line ends. Blocks without quotes are
split as bytes; a block that contains a quote is matched record by record, because a quote only quotes
at the start of a cell. One block is in memory at a time.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.core.tables import TRACKS_GLOBAL
from reid_assets.reid.core.whole_numbers import parse_whole
from reid_assets.reid.tracks.csv_diagnostics import reject_reserved_columns, video_mismatch_message
from reid_assets.reid.tracks.csv_records import (
    CELL,
    CELLS,
    END,
    RECORD,
    complete_records,
    format_cell,
    parse_cells,
    unclosed_quote_error,
)

_BOM = b"\xef\xbb\xbf"
_BREAKS = re.compile(rb"[\r\n]*")


def attach_ids(stream: BinaryIO, video: str, ids: Mapping[int, int]) -> Iterator[bytes]:
    """Stream the bytes of tracks_global.csv.

    Args:
        stream: tracks.csv, opened for reading bytes.
        video: name of the video, the value of the new column `video`.
        ids: track_id -> global_id; a track that is not in it gets an empty cell.

    Raises:
        InputError: the file already has a `global_id` or names another `video`, a line has too few
            cells, or a quote is never closed.
    """
    name = str(getattr(stream, "name", "tracks.csv"))
    start = stream.read(len(_BOM))
    bom = _BOM if start == _BOM else b""
    blocks = complete_records(stream, start.removeprefix(_BOM), name)
    first = b""
    while not first.strip(b"\r\n ") and (block := next(blocks, b"")):
        first += block
    if not first.strip(b"\r\n "):
        yield (",".join(TRACKS_GLOBAL.header) + "\n").encode()
        return
    header, rest = _split_header(first, name)
    writer = _line_writer(name, header["record"], video, ids)
    yield bom + header["breaks"] + header["record"] + writer.new_header + header["end"]
    yield writer.extend(rest)
    for block in blocks:
        yield writer.extend(block)


def _split_header(block: bytes, name: str) -> tuple[dict[str, bytes], bytes]:
    """The header as `breaks` (empty lines before it), `record` and `end` (its line end); and the rest."""
    breaks = _BREAKS.match(block)
    start = breaks.end() if breaks else 0
    match = RECORD.match(block, start)
    if not match:
        raise unclosed_quote_error(name)
    header = {"breaks": block[:start], "record": block[start : match.start("end")], "end": match["end"]}
    return header, block[match.end() :]


def _line_writer(name: str, header: bytes, video: str, ids: Mapping[int, int]) -> "_LineWriter":
    columns = parse_cells(header)
    reject_reserved_columns(name, columns)
    if "track_id" not in columns:
        raise InputError(f"{name}: column track_id is missing. Export the tracks again.")
    has_video = "video" in columns
    prefix = b"" if has_video else b"," + format_cell(video)
    suffixes = _Suffixes({str(k).encode(): prefix + b",%d" % v for k, v in ids.items()})
    suffixes.ids, suffixes.prefix, suffixes.name = ids, prefix, name
    return _LineWriter(
        name,
        columns.index("track_id"),
        video if has_video else None,
        _record_pattern(columns),
        b",global_id" if has_video else b",video,global_id",
        suffixes,
    )


def _record_pattern(columns: list[str]) -> re.Pattern[bytes]:
    """Pattern of a record up to its `track_id` and `video`: groups `text`, `track_id`, `video`, `end`."""
    last = max(columns.index(name) for name in ("track_id", "video") if name in columns)
    named = (b"(?P<%b>%b)" % (c.encode(), CELL) if c in ("track_id", "video") else CELL for c in columns)
    needed = b",".join(cell for _, cell in zip(range(last + 1), named, strict=False))
    return re.compile(b"(?P<text>" + needed + rb"(?![^,\r\n])" + CELLS + b")" + END)


class _Suffixes(dict[bytes, bytes]):
    """Cell `track_id` -> bytes appended to the line; unusual spellings (`3.0`, `"3"`) are added on demand."""

    ids: Mapping[int, int]
    prefix: bytes
    name: str

    def __missing__(self, cell: bytes) -> bytes:
        text = "".join(parse_cells(cell))
        if (track := parse_whole(text)) is None:
            raise InputError(f"{self.name}: track_id is {text[:60]!r}, not a whole number. Fix the line.")
        global_id = self.ids.get(track)
        self[cell] = self.prefix + (b"," if global_id is None else b",%d" % global_id)
        return self[cell]


@dataclass(frozen=True)
class _LineWriter:
    """Appends the new cells to the lines of one file.

    Attributes:
        name: of the file, for error messages.
        track_column: index of `track_id`.
        video: name of the video if the file already has a column `video`, else None.
        record: see `_record_pattern`.
        new_header: appended to the header.
        suffixes: appended to each line, by track.
    """

    name: str
    track_column: int
    video: str | None
    record: re.Pattern[bytes]
    new_header: bytes
    suffixes: _Suffixes

    def extend(self, block: bytes) -> bytes:
        """Append the new cells to a block of complete records."""
        plain = b'"' not in block and self.video is None
        breaks = block.count(b"\n")
        returns = block.count(b"\r")
        if plain and returns in (0, breaks) and block.count(b"\r\n") == returns:
            return self._extend_unquoted(block, b"\r\n" if returns else b"\n")
        return b"".join(self._extend_records(block))

    def _extend_unquoted(self, block: bytes, end: bytes) -> bytes:
        column, suffixes = self.track_column, self.suffixes
        try:
            return end.join(
                [
                    line + suffixes[line.split(b",", column + 1)[column]] if line else line
                    for line in block.split(end)
                ]
            )
        except IndexError:
            raise self._short_line() from None

    def _extend_records(self, block: bytes) -> Iterator[bytes]:
        start = 0
        while start < len(block):
            if block[start] in b"\r\n":
                yield block[start : start + 1]
                start += 1
                continue
            match = self.record.match(block, start)
            if not match:
                raise self._short_line() if RECORD.match(block, start) else unclosed_quote_error(self.name)
            start = match.end()
            if self.video is not None and match["video"] != self.video.encode():
                value = "".join(parse_cells(match["video"]))
                if value != self.video:
                    raise InputError(video_mismatch_message(self.name, value, self.video))
            yield match["text"] + self.suffixes[match["track_id"]] + match["end"]

    def _short_line(self) -> InputError:
        return InputError(f"{self.name}: a line has too few cells. Fix or delete it.")
