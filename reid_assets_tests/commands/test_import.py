"""`reid-assets import`: folders of the root out of what other tools wrote, through the command line."""

import json
import os
from pathlib import Path

import pandas as pd
import pytest

from reid_assets_tests.support.cli_calls import Called, call
from reid_assets_tests.support.tool_files import (
    FRAMES,
    coco_tao,
    known_tracks,
    mot_ground_truth,
    mot_results,
    write_clip,
)
from reid_assets_tests.support.tracker_files import WRITERS, supervision_csv, ultralytics_labels


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "cv"


def bring_in(root: Path, *arguments: str | Path) -> Called:
    return call("import", "--root", str(root), *(str(one) for one in arguments))


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_becomes_a_folder_without_being_named(tmp_path: Path, root: Path, name: str) -> None:
    made = WRITERS[name](tmp_path)
    extra = ["--classes", "person,bus,car"] if made.options.classes else []
    called = bring_in(root, made.path, "--video", "gate", *extra)
    assert called.code == 0, called.said
    assert called.lines(f"(--from {made.form})"), "it is told as what it was taken"
    table = pd.read_csv(root / "gate" / "tracks.csv")
    assert table["track_id"].tolist() == made.expected["track_id"].tolist()
    note = json.loads((root / "gate" / "summary.json").read_text())["imported"]
    assert note["format"] == made.form and note["frames"] and note["classes"]


def test_the_video_beside_is_linked_and_its_facts_are_written(tmp_path: Path, root: Path) -> None:
    made, clip = supervision_csv(tmp_path), write_clip(tmp_path / "street.mp4")
    called = bring_in(root, made.path)
    assert called.code == 0 and not called.lines("warning"), called.said
    linked = root / "street" / "analysis.mp4"
    assert linked.is_symlink() and linked.samefile(clip)
    summary = json.loads((root / "street" / "summary.json").read_text())
    assert (summary["fps"], summary["frames"]) == (10, FRAMES)
    assert call("run", "--root", str(root), "--dry-run").code == 0


def test_without_symbolic_links_it_is_linked_hard_and_without_any_copied_and_told(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError("not here")

    made, clip = supervision_csv(tmp_path), write_clip(tmp_path / "street.mp4")
    monkeypatch.setattr(os, "symlink", refused)
    assert bring_in(root, made.path).lines("hard-linked")
    assert (root / "street" / "analysis.mp4").stat().st_ino == clip.stat().st_ino
    monkeypatch.setattr(os, "link", refused)
    assert bring_in(root, made.path, "--video", "other", "--media", clip).lines("copied")
    assert (root / "other" / "analysis.mp4").read_bytes() == clip.read_bytes()


def test_a_folder_of_many_sources_is_brought_in_and_what_is_none_is_told(tmp_path: Path, root: Path) -> None:
    folder = tmp_path / "all"
    folder.mkdir()
    mot_ground_truth(folder)
    coco_tao(folder)
    (folder / "notes.txt").write_text("call Anna")
    (folder / "broken.json").write_text('{"videos": [], "images": [], "annotations": [3]}')
    called = bring_in(root, folder)
    assert called.code == 1
    assert {path.name for path in root.iterdir() if path.is_dir()} >= {"MOT17-02", "street"}
    assert called.lines("notes.txt: of no known format")
    assert called.lines("broken.json: annotation 0 is int")
    summary = json.loads((root / "street" / "summary.json").read_text())
    assert (summary["fps"], summary["camera"]) == (10, "north")
    assert called.lines("Brought in: 2, failed: 1.")
    again = bring_in(root, "--from", "mot", folder, tmp_path / "none", "--force")
    assert again.code == 1 and again.lines("there is no such file")
    assert again.lines("Brought in: 1, failed: 1."), "one sequence is in the folder"


def test_nothing_is_replaced_unless_told_and_then_it_is_kept(tmp_path: Path, root: Path) -> None:
    made, clip = mot_results(tmp_path), write_clip(tmp_path / "street.mp4")
    (root / "street").mkdir(parents=True)
    (root / "street" / "analysis.mp4").write_bytes(b"mine")
    (root / "street" / "summary.json").write_text('{"fps": 12, "mine": 1}')
    called = bring_in(root, made.path)
    assert called.code == 2 and called.lines("--force")
    assert sorted(path.name for path in (root / "street").iterdir()) == ["analysis.mp4", "summary.json"]
    called = bring_in(root, made.path, "--force")
    assert called.code == 0, called.said
    assert (root / "street" / "analysis.before_import.mp4").read_bytes() == b"mine"
    assert (root / "street" / "analysis.mp4").samefile(clip)
    summary = json.loads((root / "street" / "summary.json").read_text())
    assert (summary["fps"], summary["mine"], summary["frames"]) == (12, 1, FRAMES)
    before = (root / "street" / "tracks.csv").read_bytes()
    assert bring_in(root, made.path, "--force").code == 0
    assert (root / "street" / "tracks.before_import.txt").read_bytes() == before


def test_what_cannot_be_known_is_asked_for(tmp_path: Path, root: Path) -> None:
    made = ultralytics_labels(tmp_path)
    assert bring_in(root, made.path).lines("--classes person,bicycle,car")
    (tmp_path / "track" / "street.mp4").unlink()
    assert bring_in(root, made.path, "--classes", "coco").lines("--size 1920x1080")
    called = bring_in(root, made.path, "--classes", "coco", "--size", "640x480")
    assert called.code == 0 and called.lines("warning: street: no video file")
    assert not list(root.glob("*/.*.partial"))


def test_an_id_that_the_tool_has_shortened_is_refused(tmp_path: Path, root: Path) -> None:
    made = ultralytics_labels(tmp_path)
    made.damaged.write_text("0 0.1 0.1 0.1 0.2 0.5 1.23457e+06\n")
    called = bring_in(root, made.path, "--classes", "coco")
    assert called.code == 1 and called.lines("has lost digits") and called.lines(made.damaged.name)


def test_a_table_without_frames_says_how_to_write_them(tmp_path: Path, root: Path) -> None:
    path = tmp_path / "street.csv"
    path.write_text("x_min,y_min,x_max,y_max,class_id,confidence,tracker_id\n1,2,3,4,0,0.5,7\n")
    called = bring_in(root, path)
    assert called.code == 1 and called.lines("custom_data={'frame': n}")


def test_frames_that_count_from_the_other_end_are_said(tmp_path: Path, root: Path) -> None:
    made = mot_results(tmp_path)
    text = made.path.read_text().splitlines()
    made.path.write_text("\n".join([text[0].replace("2,", "0,", 1), *text[1:]]))
    assert bring_in(root, made.path).lines("say --first-frame 0")
    assert bring_in(root, made.path, "--first-frame", "0").code == 0
    frames = pd.read_csv(root / "street" / "tracks.csv")["frame"]
    assert frames.tolist() == [0, *(known_tracks()["frame"] + 1)[1:]]


def test_skipped_frames_name_the_video_as_source(tmp_path: Path, root: Path) -> None:
    made, clip = mot_results(tmp_path), write_clip(tmp_path / "street.mp4")
    assert bring_in(root, made.path, "--frame-stride", "2").code == 0
    summary = json.loads((root / "street" / "summary.json").read_text())
    assert (summary["frame_stride"], summary["source"], summary["fps"]) == (2, str(clip), 5)
    assert not (root / "street" / "analysis.mp4").exists()


def test_detections_alone_are_kept_and_it_is_told_that_nothing_can_be_identified(
    tmp_path: Path, root: Path
) -> None:
    path = tmp_path / "det.txt"
    path.write_text("1,-1,10,20,30,40,0.5,-1,-1,-1\n2,-1,10,20,30,40,0.25,-1,-1,-1\n")
    called = bring_in(root, path, "--video", "gate")
    assert called.code == 0 and called.lines("no box has a track id")
    assert pd.read_csv(root / "gate" / "tracks.csv")["track_id"].tolist() == [-1, -1]


@pytest.mark.parametrize("name", ["supervision_csv", "coco_tao", "cvat", "ultralytics_json", "mot_results"])
def test_doctor_recognises_it_in_a_videos_folder_and_its_advice_works(
    tmp_path: Path, root: Path, name: str
) -> None:
    (root / "gate").mkdir(parents=True)
    WRITERS[name](root / "gate")
    (line,) = call("run", "--root", str(root), "--dry-run").lines("reid-assets import ")
    words = line.partition("reid-assets import ")[2].split()
    assert call("import", *words).code == 0, "as it stands, root and all"
    assert (root / "gate" / "tracks.csv").is_file()


def test_unknown_files_and_names_are_refused_by_name(tmp_path: Path, root: Path) -> None:
    (tmp_path / "x.bin").write_bytes(b"\x00\x01")
    assert bring_in(root, tmp_path / "x.bin").lines("of no known format")
    assert bring_in(root, tmp_path / "nothing.csv").lines("there is no such file")
    made = mot_results(tmp_path)
    assert bring_in(root, made.path, "--video", "reid").lines("is reserved")
    assert bring_in(root, made.path, "--media", tmp_path / "none.mp4").lines("--media")
    assert bring_in(root, made.path, "--classes", "none.txt").lines("there is no such file")
    assert not list(root.glob("*/tracks.csv"))
