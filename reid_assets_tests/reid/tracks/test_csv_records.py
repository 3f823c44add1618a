"""Blocks end where records end, whatever stands in the cells."""

import io

import pytest

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.tracks import csv_records
from reid_assets.reid.tracks.csv_records import complete_records, format_cell, parse_cells


def blocks(content: bytes, start: bytes = b"") -> list[bytes]:
    return list(complete_records(io.BytesIO(content), start, "tracks.csv"))


def test_nothing_has_no_block() -> None:
    assert blocks(b"") == []
    assert blocks(b"", b"a,b") == [b"a,b"]


@pytest.mark.parametrize(
    "records",
    [
        [b"a,b\n", b"c,d\n", b"e"],
        [b"a,b\r\n", b"c,d\r\n"],
        [b"a,b\r", b"c,d\r"],
        [b'a,"x\ny"\n', b'"\r\n","""\n"\r\n', b'"",e\n'],
        [b'a,32"\n', b'b" "c,d\n', b'"e"f"g,h\n', b"i,j\n"],
    ],
)
def test_a_block_never_ends_inside_a_record(records: list[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    content = b"".join(records)
    ends = {len(b"".join(records[:count])) for count in range(1, len(records) + 1)}
    for size in range(1, 12):
        monkeypatch.setattr(csv_records, "_BLOCK", size)
        found = blocks(content)
        assert b"".join(found) == content
        assert {len(b"".join(found[:count])) for count in range(1, len(found) + 1)} <= ends


def test_a_quote_without_end_is_told_before_it_fills_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_records, "_BLOCK", 64)
    monkeypatch.setattr(csv_records, "MAX_RECORD", 256)
    stream = io.BytesIO(b'a,"b\n' + b"c,d\n" * 1000)
    with pytest.raises(InputError, match="tracks.csv: a quote is opened and never closed"):
        list(complete_records(stream, b"", "tracks.csv"))
    assert stream.tell() < 512


@pytest.mark.parametrize("text", ["", "a", "a b", 'a"b', "a,b", "a\nb", "\r", '",\r\n"'])
def test_a_cell_reads_as_what_was_written(text: str) -> None:
    assert parse_cells(b"x," + format_cell(text)) == ["x", text]
