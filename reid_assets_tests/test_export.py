"""`reid-assets export` on a finished root: what is chosen, and what is refused."""

import json
from pathlib import Path

import pandas as pd
import pytest

from reid_assets.cli_export import FORMAT_NAMES
from reid_assets.layout import Layout
from reid_assets.reid.exports.formats import FORMATS
from reid_assets.storage.frame_facts import frame_facts
from reid_assets.storage.id_map_file import read_map
from reid_assets_tests.support.cli_calls import Cli
from reid_assets_tests.support.tiny_root import SIDE_X, SIDE_Y


def exported(cli: Cli, folder: Path, form: str, *more: str) -> set[str]:
    called = cli("export", "--to", form, "--out", str(folder), *more)
    assert called.code == 0, called.said
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_the_command_offers_every_format() -> None:
    assert list(FORMAT_NAMES) == list(FORMATS)


@pytest.mark.parametrize("form", FORMAT_NAMES)
def test_every_format_is_written_for_every_video(finished: Cli, tmp_path: Path, form: str) -> None:
    files = exported(finished, tmp_path / "out", form)
    record = json.loads((tmp_path / "out" / "_export.json").read_text())
    assert files == {"_export.json", *record["files"]}
    assert form == "coco-video" or all(any(f"{name}" in path for path in files) for name in "abcde")


def test_the_identities_are_those_of_the_map(finished: Cli, tmp_path: Path) -> None:
    id_map = read_map(Layout(finished.root)).set_index(["video", "track_id"])["global_id"]
    exported(finished, tmp_path / "out", "csv")
    for video in "abcde":
        rows = pd.read_csv(tmp_path / "out" / f"{video}.csv")
        source = pd.read_csv(finished.root / video / "tracks.csv")
        pd.testing.assert_frame_equal(rows[source.columns], source, check_dtype=False)
        assert rows["global_id"].tolist() == [id_map[video, track] for track in rows["track_id"]]


def test_one_identity_and_one_video_can_be_chosen(finished: Cli, tmp_path: Path) -> None:
    id_map = read_map(Layout(finished.root))
    number = int(id_map.loc[id_map["video"] == "b", "global_id"].iloc[0])
    chosen = ("--identity", str(number), "--video", "b")
    assert exported(finished, tmp_path / "out", "csv", *chosen) == {"b.csv", "_export.json"}
    assert set(pd.read_csv(tmp_path / "out" / "b.csv")["global_id"]) == {number}


def test_an_export_replaces_an_earlier_one_and_leaves_nothing_of_it(finished: Cli, tmp_path: Path) -> None:
    exported(finished, tmp_path / "out", "parquet")
    assert exported(finished, tmp_path / "out", "csv", "--video", "a") == {"a.csv", "_export.json"}


def test_a_folder_with_files_of_others_is_not_touched(finished: Cli, tmp_path: Path) -> None:
    exported(finished, tmp_path / "out", "csv")
    (tmp_path / "out" / "notes.txt").write_text("mine")
    called = finished("export", "--to", "csv", "--out", str(tmp_path / "out"))
    assert (called.code, called.lines("notes.txt") != []) == (2, True)
    assert (tmp_path / "out" / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("below", [".", "export", "reid/export", ".."])
def test_an_export_stays_outside_the_root(finished: Cli, below: str) -> None:
    called = finished("export", "--to", "csv", "--out", str(finished.root / below))
    assert called.code == 2 and called.lines("belongs outside" if below != ".." else "holds the root itself")


def test_a_video_that_cannot_be_read_fails_alone(finished: Cli, tmp_path: Path) -> None:
    (finished.root / "c" / "tracks.csv").write_text("frame,track_id\nx,1\n")
    called = finished("export", "--to", "mot", "--out", str(tmp_path / "out"))
    assert called.code == 1
    assert called.lines("failed: c:") and called.lines("4 videos")
    assert (tmp_path / "out" / "_seqmap.txt").read_text().split() == ["name", "a", "b", "d", "e"]


def test_without_a_video_file_the_size_is_left_out_and_said(finished: Cli, tmp_path: Path) -> None:
    (finished.root / "a" / "analysis.mp4").unlink()
    called = finished("export", "--to", "mot", "--out", str(tmp_path / "out"))
    assert called.code == 0 and called.lines("the size of the frames is left out: a.")
    assert "imWidth" not in (tmp_path / "out" / "a" / "seqinfo.ini").read_text()
    assert f"imWidth={SIDE_X}\nimHeight={SIDE_Y}" in (tmp_path / "out" / "b" / "seqinfo.ini").read_text()


def test_forgotten_tracks_are_never_exported(finished: Cli, tmp_path: Path) -> None:
    id_map = read_map(Layout(finished.root))
    track = int(id_map.loc[id_map["video"] == "a", "track_id"].iloc[0])
    assert finished("forget", f"a:{track}", "--yes").code == 0
    exported(finished, tmp_path / "out", "csv")
    assert track not in set(pd.read_csv(tmp_path / "out" / "a.csv")["track_id"])


def test_unknown_names_are_refused(finished: Cli, tmp_path: Path) -> None:
    out = ("--out", str(tmp_path / "out"))
    assert finished("export", "--to", "csv", "--video", "z", *out).code == 2
    assert finished("export", "--to", "csv", "--identity", "999", *out).code == 1
    assert finished("export", "--to", "csv", "--identity", "0", "--rows", "all", *out).code == 2
    assert not (tmp_path / "out").exists()


def test_the_size_of_frames_is_that_of_the_video(finished: Cli) -> None:
    facts = frame_facts(Layout(finished.root), "a")
    assert (facts.width, facts.height, facts.fps, facts.frames) == (SIDE_X, SIDE_Y, 10.0, 24)
