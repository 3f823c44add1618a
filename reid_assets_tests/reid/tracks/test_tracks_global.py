"""Attaching adds two cells a row and changes not one byte besides."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.core.tables import TRACKS_GLOBAL
from reid_assets.reid.tracks import csv_records
from reid_assets.reid.tracks.tracks_global import attach_ids

IDS = {1: 30, 2: 4}


def attached(content: bytes, video: str = "v", ids: dict[int, int] | None = None) -> bytes:
    return b"".join(attach_ids(io.BytesIO(content), video, IDS if ids is None else ids))


@pytest.mark.parametrize("content", [b"", b"\n", b"\xef\xbb\xbf"])
def test_an_empty_file_gets_the_full_header(content: bytes) -> None:
    assert attached(content) == (",".join(TRACKS_GLOBAL.header) + "\n").encode()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"frame,track_id\n", b"frame,track_id,video,global_id\n"),
        (b"frame,track_id", b"frame,track_id,video,global_id"),
        (b"track_id,x\n1,0.10\n-1,1e3\n9,", b"track_id,x,video,global_id\n1,0.10,v,30\n-1,1e3,v,\n9,,v,"),
        (b"track_id,x\r\n1,a\r\n2,b\r\n", b"track_id,x,video,global_id\r\n1,a,v,30\r\n2,b,v,4\r\n"),
        (b"track_id,x\r\n1,a\n2,b\r\n", b"track_id,x,video,global_id\r\n1,a,v,30\n2,b,v,4\r\n"),
        (b"x,track_id\n\n1,2\n\n", b"x,track_id,video,global_id\n\n1,2,v,4\n\n"),
        (b"track_id\n1.0\n+2\n", b"track_id,video,global_id\n1.0,v,30\n+2,v,4\n"),
        (b'"x\n,y",track_id\n"a\r\n""b,",1\n', b'"x\n,y",track_id,video,global_id\n"a\r\n""b,",1,v,30\n'),
        (b'track_id,x\n"1",a\n', b'track_id,x,video,global_id\n"1",a,v,30\n'),
        (b"\xef\xbb\xbftrack_id\n1\n", b"\xef\xbb\xbftrack_id,video,global_id\n1,v,30\n"),
        (b"track_id,video\n1,v\n2,v\n", b"track_id,video,global_id\n1,v,30\n2,v,4\n"),
        (b'video,track_id\n"v",2\n', b'video,track_id,global_id\n"v",2,4\n'),
        (
            b'x,track_id\ntv 32",1\n"a"b"c,2\nd,1\n',
            b'x,track_id,video,global_id\ntv 32",1,v,30\n"a"b"c,2,v,4\nd,1,v,30\n',
        ),
        (b"track_id,x\r1,a\r2,b", b"track_id,x,video,global_id\r1,a,v,30\r2,b,v,4"),
        (b"\r\n\ntrack_id\n1\n", b"\r\n\ntrack_id,video,global_id\n1,v,30\n"),
        (b'\xef\xbb\xbf"track_id"\n1\n', b'\xef\xbb\xbf"track_id",video,global_id\n1,v,30\n'),
    ],
)
def test_every_byte_stays_and_two_cells_are_added(content: bytes, expected: bytes) -> None:
    assert attached(content) == expected


def test_a_name_that_needs_quotes_gets_them() -> None:
    assert attached(b"track_id\n1\n", 'a b,c"') == b'track_id,video,global_id\n1,"a b,c""",30\n'


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
def test_where_blocks_end_does_not_matter(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    content = b'\n\ntrack_id,x\n1,"a\nb"\r\n2,plain\n2,5"\r3,"c,""\r\n"\n1,end'
    whole = attached(content)
    monkeypatch.setattr(csv_records, "_BLOCK", size)
    assert attached(content) == whole


CELL = st.text(st.sampled_from('a1", \r\n;ü'), max_size=6)


@given(
    st.lists(st.tuples(st.integers(-1, 3), CELL, CELL), max_size=12),
    # The writer leaves a line break that is not the line end without quotes, unless told otherwise.
    st.sampled_from([("\n", csv.QUOTE_ALL), ("\r\n", csv.QUOTE_MINIMAL), ("\r", csv.QUOTE_NONNUMERIC)]),
    CELL,
)
def test_a_csv_reader_finds_the_same_cells_and_two_more(
    table: list[tuple[int, str, str]], form: tuple[str, int], video: str
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=form[0], quoting=form[1])  # type: ignore[arg-type]
    writer.writerows([("a", "track_id", "b"), *((one, track, other) for track, one, other in table)])
    result = attached(text.getvalue().encode(), video).decode()
    expected = [["a", "track_id", "b", "video", "global_id"]]
    expected += [[one, str(track), other, video, str(IDS.get(track, ""))] for track, one, other in table]
    assert list(csv.reader(io.StringIO(result, newline=""))) == expected


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'track_id,x\n1,"a\n2,b\n', "a quote is opened and never closed"),
        (b'"track_id,x\n1,a\n2,b\n', "a quote is opened and never closed"),
        (b'track_id,x\n"1"x,a\n', "track_id is '1x'"),
        (b"track_id,GLOBAL_ID\n1,2\n", "already is a column 'GLOBAL_ID'. Rename it"),
        (b"track_id,Video\n1,v\n", "already is a column 'Video'. Rename it"),
        (b"track_id,video\n1,v\n1,w\n", "column video says 'w', the folder 'v'. Rename"),
        (b"x,track_id\n1\n", "too few cells"),
        (b"track_id\nx\n", "track_id is 'x'"),
        (b"frame\n1\n", "track_id is missing"),
    ],
)
def test_what_stands_in_the_way_is_refused_by_name(content: bytes, said: str) -> None:
    with pytest.raises(InputError) as caught:
        attached(content)
    assert said in str(caught.value)
