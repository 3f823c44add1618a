"""Messy input: what cannot be used fails alone and by name, what can be used is used.

One run over one root that holds everything at once; `support/malformed_root.py` says what each video is.
"""

import json
from pathlib import Path

import cv2
import duckdb
import pandas as pd
import pytest

from reid_assets.layout import Layout
from reid_assets_tests.support.cli_calls import Called, Cli
from reid_assets_tests.support.malformed_root import ODD_NAMES, make_messy_root
from reid_assets_tests.support.tiny_root import RED, make_video, write_config

FAILS = {
    "bad: column missing": ("tracks.csv: column x2, y2 is missing", "Export the tracks again"),
    "bad: text for a number": ("tracks.csv: line 5: x1 is 'left', not a number", "Fix or delete the line"),
    "bad: half a frame": (
        "tracks.csv: line 5: frame is '4.5', not a whole number",
        "Fix or delete the line",
    ),
    "bad: frame below 0": ("tracks.csv: line 5: frame is '-3'", "Fix or delete the line"),
    "bad: short line": ("tracks.csv: line 27 has 3 cells, the header 14", "Fix or delete the line"),
    "bad: latin-1 class": ("tracks.csv: line 2 is not UTF-8", "Save the file as UTF-8"),
    "bad: latin-1 extra": ("tracks.csv: line 2 is not UTF-8", "Save the file as UTF-8"),
    "bad: column twice": ("tracks.csv: column frame appears twice", "Rename one"),
    "bad: other video column": ("column video says 'somewhere else', the folder ", "Rename the column"),
    "bad: has Global_ID": ("there already is a column 'Global_ID'", "Rename it"),
    "bad: video cut off": ("analysis.mp4: cannot be opened as a video", "Copy or export it again"),
    "bad: video of no bytes": (
        "analysis.mp4: cannot be opened as a video (the file is empty)",
        "Copy or export it again",
    ),
    "bad: video missing": ("there is no analysis.mp4", "summary.json names no `source`"),
    "bad: video is text": ("analysis.mp4: cannot be opened as a video", "Copy or export it again"),
    "bad: all beyond the end": ("analysis.mp4: ends at frame 13", "Copy or export it again"),
}
WITHOUT_TRACKS = ["tracks empty", "tracks header only", "only untracked", "all too small", "all filtered"]


@pytest.fixture(scope="module")
def messy(tmp_path_factory: pytest.TempPathFactory) -> Cli:
    folder = tmp_path_factory.mktemp("messy")
    return Cli(make_messy_root(folder / "root"), write_config(folder, embed={"class_filter": [0]}))


@pytest.fixture(scope="module")
def first(messy: Cli) -> Called:
    return messy.run()


@pytest.fixture
def at(messy: Cli, first: Called) -> Layout:
    return Layout(messy.root)


@pytest.fixture
def id_map(at: Layout) -> pd.DataFrame:
    return pd.read_csv(at.global_id_map)


def rows_of(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


@pytest.mark.long
def test_a_run_that_had_to_leave_videos_out_ends_with_1(first: Called) -> None:
    assert first.code == 1


@pytest.mark.parametrize("video", FAILS)
def test_a_broken_video_fails_in_one_line_with_reason_and_next_step(first: Called, video: str) -> None:
    lines = [line for line in first.lines(f"{video}: ") if not line.startswith("Embedding")]
    assert len(lines) == 1, first.said
    assert lines[0].startswith(f"failed: {video}: ")
    for said in FAILS[video]:
        assert said in lines[0]


@pytest.mark.parametrize("video", FAILS)
def test_a_broken_video_leaves_nothing_behind(at: Layout, id_map: pd.DataFrame, video: str) -> None:
    left = [at.track_meta(video), at.track_embeds(video), at.crops(video), at.path("tracks_global", video)]
    assert not [path for path in [*left, at.path("summary_global", video)] if path.exists()]
    assert video not in set(id_map["video"])


def test_all_other_videos_are_complete(at: Layout, first: Called) -> None:
    for video in set(at.video_names()) - set(FAILS):
        for path in (at.track_meta(video), at.path("tracks_global", video), at.path("summary_global", video)):
            assert path.is_file(), path
    assert len(first.lines("failed: ")) == len(FAILS)


def test_nothing_half_written_remains(at: Layout) -> None:
    assert not [path for path in at.root.rglob("*") if path.name.endswith((".partial", ".tmp"))]


def test_only_checks_that_have_a_reason_speak_up(first: Called) -> None:
    # One outfit everywhere, no clock anywhere, and videos that failed and are out of date therefore.
    reasons = ("largest_identity_share", "moves_rest_on_clocks", "up_to_date")
    warned = [line for line in first.lines("check ") if not any(reason in line for reason in reasons)]
    assert not warned, "checks compare files, database and galleries for all videos, odd names too"
    assert first.lines("Checks: ")[0].partition(" of ")[0] != "Checks: 0"


@pytest.mark.long
def test_the_next_run_tries_all_broken_ones_again_and_a_mended_one_joins(messy: Cli, at: Layout) -> None:
    path = at.tracks("bad: text for a number")
    path.write_text(path.read_text().replace("left", "34"))
    again = messy.run()
    assert again.code == 1
    assert len(again.lines("failed: ")) == len(FAILS) - 1
    assert "Embedding: 1 of 15 videos" in again.said
    assert len(rows_of(at.path("tracks_global", "bad: text for a number"))["global_id"].unique()) == 2


def test_a_folder_without_tracks_is_no_video(first: Called, at: Layout) -> None:
    assert first.lines("no tracks: no video") == [
        "warning: no tracks: no video: it has no tracks.csv. A detector and a tracker make it "
        "(docs/guides/own_videos.md)"
    ]
    assert not at.path("tracks_global", "no tracks").exists()


@pytest.mark.parametrize("video", WITHOUT_TRACKS)
def test_a_video_without_tracks_to_embed_is_complete_and_empty(
    at: Layout, id_map: pd.DataFrame, video: str
) -> None:
    assert rows_of(at.track_meta(video)).empty
    assert video not in set(id_map["video"])
    attached = rows_of(at.path("tracks_global", video))
    assert list(attached.columns)[-2:] == ["video", "global_id"] and len(attached.columns) == 16
    assert (attached["global_id"] == "").all()
    assert json.loads(at.path("merged_analytics").read_text())["tracks_by_video"][video] == 0


@pytest.mark.parametrize(
    ("video", "rows", "without"),
    [
        ("nan boxes", 7, 1),
        ("boxes reversed and outside", 12, 2),
        ("tracks beyond the end", 10, 1),
        ("all too small", 5, 1),
        ("all filtered", 5, 1),
    ],
)
def test_tracks_without_a_picture_keep_their_rows_and_are_counted(
    at: Layout, video: str, rows: int, without: int
) -> None:
    attached = rows_of(at.path("tracks_global", video))
    assert len(attached) == len(rows_of(at.tracks(video)))
    tracked = attached[attached["track_id"].astype(int) >= 0]
    nameless = tracked.groupby("track_id")["global_id"].max() == ""
    assert nameless.sum() == without
    assert (tracked["global_id"] == "").sum() == rows - (video == "nan boxes")
    assert json.loads(at.path("summary_global", video).read_text())["tracks_without_identity"] == without


def test_every_row_counts_for_the_span_of_its_track(id_map: pd.DataFrame) -> None:
    spans = id_map.set_index(["video", "track_id"])["f_max"]
    assert spans["nan boxes", 0] == 13


def test_rows_that_are_there_twice_stay_and_are_counted(at: Layout) -> None:
    given, kept = at.tracks("rows twice").read_text(), at.path("tracks_global", "rows twice").read_text()
    assert len(kept.splitlines()) == len(given.splitlines())
    counts = json.loads(at.path("summary_global", "rows twice").read_text())["rows"]
    assert counts["duplicates"] * 2 == counts["rows"]


@pytest.mark.parametrize(
    "video", ["quoting", "index column", "same video column", "a b,c…ü'\"", "rows twice"]
)
def test_every_byte_of_tracks_csv_survives(at: Layout, video: str) -> None:
    given, kept = at.tracks(video).read_bytes(), at.path("tracks_global", video).read_bytes()
    end = b"\r\n" if video == "quoting" else b"\n"
    records = zip(given.split(end), kept.split(end), strict=True)
    for before, after in records:
        assert after.startswith(before)
    cells = rows_of(at.path("tracks_global", video))
    assert set(cells["video"]) == {video}
    assert cells["global_id"].str.fullmatch(r"\d+").all()


def test_a_video_column_that_is_right_is_not_added_twice(at: Layout) -> None:
    header = at.path("tracks_global", "same video column").read_text().splitlines()[0].split(",")
    assert header.count("video") == 1 and header[-1] == "global_id"


@pytest.mark.parametrize("video", ODD_NAMES)
def test_a_name_may_hold_what_a_folder_may_hold(at: Layout, id_map: pd.DataFrame, video: str) -> None:
    identity = id_map[id_map["video"] == video]["global_id"].item()
    thumbs = [path.name for path in at.gallery(identity).iterdir()]
    assert [name for name in thumbs if name.startswith(f"{video}_tid3_f")] or len(thumbs) == 8
    with duckdb.connect(str(at.database), read_only=True) as connection:
        query = "SELECT count(*), count(global_id) FROM tracks_global WHERE video = ?"
        assert connection.execute(query, [video]).fetchone() == (13, 13)


@pytest.mark.parametrize("video", ["summary missing", "summary broken", "summary a list"])
def test_without_a_summary_what_the_video_tells_stands_in(at: Layout, first: Called, video: str) -> None:
    summary = json.loads(at.path("summary_global", video).read_text())
    assert (summary["fps"], summary["frames"], summary["reid_attached"]) == (10.0, 14, True)
    assert len(first.lines(f"warning: {video}: ")) == 1


def test_a_summary_with_nan_is_kept_as_json_that_others_can_read(at: Layout) -> None:
    summary = json.loads(at.path("summary_global", "summary with NaN").read_text())
    assert (summary["fps"], summary["camera"]) == (None, "é")


def test_crops_come_from_the_original_where_there_is_one(at: Layout) -> None:
    crops = rows_of(at.crop_index("from original"))
    picture = cv2.imread(str(at.crops("from original") / crops["file"][0]))
    blue, green, red = picture[: len(picture) // 3].reshape(-1, 3).mean(axis=0)
    assert green > 1.5 * max(red, blue), "in the original the track is green, in analysis.mp4 red"


def test_frame_n_of_the_tracks_is_frame_2n_of_the_original(at: Layout) -> None:
    for row in rows_of(at.crop_index("from original")).itertuples():
        picture = cv2.imread(str(at.crops("from original") / str(row.file)))
        middle = picture[10 : len(picture) // 3, 4:-4].reshape(-1, 3).mean(axis=0)
        assert middle[1] > 150, (
            f"frame {row.frame}: a block that moves 6 pixels a frame is where its box says"
        )


def test_an_original_that_is_gone_is_no_obstacle(at: Layout, id_map: pd.DataFrame) -> None:
    assert (id_map["video"] == "original missing").sum() == 2


def test_one_video_with_one_track_is_a_whole_root(tmp_path: Path) -> None:
    make_video(tmp_path / "root", "alone", {7: (RED, (0, 9))}, frames=10)
    called = Cli(tmp_path / "root", write_config(tmp_path)).run()
    at = Layout(tmp_path / "root")
    assert called.code == 0, called.said
    assert pd.read_csv(at.global_id_map)[["track_id", "global_id"]].to_numpy().tolist() == [[7, 0]]
    assert (
        at.path("flows").read_text() == "from,to,count\n"
        and json.loads(at.files("flows")[1].read_text()) == []
    )


def test_in_a_root_without_videos_nothing_is_made(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    called = Cli(tmp_path / "root", write_config(tmp_path)).run()
    assert called.code == 2 and called.lines("there is no video here"), called.said
    assert not list((tmp_path / "root").iterdir())
