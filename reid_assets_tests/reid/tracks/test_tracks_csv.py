"""Every oddity of real tracker output is either handled or refused with its line number."""

from pathlib import Path

import pytest

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.tracks.tracks_csv import Tracks, read_tracks

HEADER = "frame,track_id,class_id,class_name,x1,y1,x2,y2,conf"


def read(folder: Path, *lines: str, header: str = HEADER, end: str = "\n") -> Tracks:
    path = folder / "tracks.csv"
    path.write_bytes((end.join((header, *lines)) + end).encode())
    return read_tracks(path, "v")


def test_a_completely_empty_file_has_no_tracks(tmp_path: Path) -> None:
    (tmp_path / "tracks.csv").touch()
    tracks = read_tracks(tmp_path / "tracks.csv", "v")
    assert (len(tracks.rows), len(tracks.per_track), tracks.columns) == (0, 0, [])


def test_a_header_alone_has_no_tracks(tmp_path: Path) -> None:
    assert len(read(tmp_path).per_track) == 0


def test_empty_lines_before_the_header_do_not_hide_the_tracks(tmp_path: Path) -> None:
    assert read(tmp_path, HEADER, "0,7,0,person,1,1,9,9,0.5", header="\n").per_track["track_id"].tolist() == [
        7
    ]
    with pytest.raises(InputError, match="line 4: track_id is 'x'"):
        read(tmp_path, HEADER, "0,x,0,person,1,1,9,9,0.5", header="\n")


def test_untracked_rows_belong_to_no_track(tmp_path: Path) -> None:
    tracks = read(tmp_path, "0,-1,0,person,1,1,9,9,0.5", "1,7,0,person,1,1,9,9,0.5")
    assert tracks.per_track["track_id"].tolist() == [7]
    assert tracks.rows["usable"].tolist() == [False, True]
    assert tracks.counts["untracked"] == 1


def test_the_class_of_a_track_has_the_largest_sum_of_confidence(tmp_path: Path) -> None:
    rows = ["0,1,2,car,1,1,9,9,0.9", "1,1,7,truck,1,1,9,9,0.4", "2,1,7,truck,1,1,9,9,0.4"]
    assert read(tmp_path, *rows).per_track["class_name"].tolist() == ["car"]


def test_without_confidence_the_class_is_the_most_frequent(tmp_path: Path) -> None:
    rows = ["0,1,2,car,1,1,9,9", "1,1,7,truck,1,1,9,9", "2,1,7,truck,1,1,9,9"]
    per_track = read(tmp_path, *rows, header=HEADER.removesuffix(",conf")).per_track
    assert per_track["class_name"].tolist() == ["truck"]


@pytest.mark.parametrize("box", ["nan,1,9,9", ",1,9,9", "9,1,1,9", "1,9,9,9", "1,1,inf,9"])
def test_a_box_without_area_is_never_sampled_but_counts_for_the_span(tmp_path: Path, box: str) -> None:
    tracks = read(tmp_path, "3,1,0,person,1,1,9,9,0.5", f"8,1,0,person,{box},0.5")
    assert tracks.rows["usable"].tolist() == [True, False]
    assert tracks.per_track[["f_min", "f_max"]].to_numpy().tolist() == [[3, 8]]
    assert tracks.counts["bad_boxes"] == 1


def test_an_exact_duplicate_is_sampled_once(tmp_path: Path) -> None:
    tracks = read(tmp_path, *["3,1,0,person,1,1,9,9,0.5"] * 2)
    assert tracks.rows["usable"].tolist() == [True, False]
    assert tracks.counts["duplicates"] == 1


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_quotes_line_breaks_byte_order_mark_and_extra_columns_are_read(tmp_path: Path, end: str) -> None:
    header = f"\ufeff{HEADER},note"
    tracks = read(tmp_path, '0,1,0,"per,son",1,1,9,9,0.5,"a\nb"', header=header, end=end)
    assert tracks.per_track["class_name"].tolist() == ["per,son"]
    assert tracks.columns[0] == "frame" and tracks.columns[-1] == "note"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("x,1,0,person,1,1,9,9,0.5", "line 3: frame is 'x', not a whole number"),
        ("0.5,1,0,person,1,1,9,9,0.5", "line 3: frame is '0.5', not a whole number"),
        ("0,,0,person,1,1,9,9,0.5", "line 3: track_id is '', not a whole number"),
        ("0,1,0,person,wide,1,9,9,0.5", "line 3: x1 is 'wide', not a number"),
        ("0,1,0,person,1,1,9", "line 3 has 7 cells, the header 9"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, "0,1,0,person,1,1,9,9,0.5", line)
    assert said in str(caught.value)
    assert "tracks.csv" in str(caught.value)


def test_whole_numbers_written_as_floats_are_whole(tmp_path: Path) -> None:
    tracks = read(tmp_path, "3.0,1.0,0.0,person,1,1,9,9,0.5")
    assert tracks.per_track[["track_id", "f_min"]].to_numpy().tolist() == [[1, 3]]


def test_missing_columns_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="class_name, y2 is missing.*found: frame,"):
        read(tmp_path, header="frame,track_id,class_id,x1,y1,x2")


def test_a_column_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="frame appears twice"):
        read(tmp_path, header=f"{HEADER},frame")


def test_bytes_that_are_no_utf8_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "tracks.csv"
    path.write_bytes(f"{HEADER}\n0,1,0,caf\xe9,1,1,9,9,0.5\n".encode("latin-1"))
    with pytest.raises(InputError, match="UTF-8"):
        read_tracks(path, "v")
