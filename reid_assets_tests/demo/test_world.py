"""The world on disk is whole, agrees with its truth, and is the same every time.

Recordings are cut to a few seconds here; the whole world is made by the test of the chain.
"""

import json
from dataclasses import replace
from pathlib import Path

import cv2
import pytest

from reid_assets.demo import visits, world
from reid_assets.demo.cameras import CAMERAS
from reid_assets.demo.world import make_demo
from reid_assets.reid.accuracy.evaluation import read_truth
from reid_assets.reid.tracks.tracks_csv import read_tracks

VIDEOS = [camera.name for camera in CAMERAS]


def make_short(root: Path) -> Path:
    short = tuple(replace(camera, seconds=6.0) for camera in CAMERAS)
    with pytest.MonkeyPatch.context() as patch:
        for module in (world, visits):
            patch.setattr(module, "CAMERAS", short)
        return make_demo(root)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_short(tmp_path_factory.mktemp("demo") / "cv").parent


def content(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_three_files_a_video_and_one_truth(made: Path) -> None:
    files = [f"{v}/{f}" for v in VIDEOS for f in ("analysis.mp4", "tracks.csv", "summary.json")]
    assert sorted(content(made)) == sorted([*files, "truth.csv"])


def test_a_second_world_in_its_place_is_the_same_and_leaves_nothing_of_the_first(
    made: Path, tmp_path: Path
) -> None:
    (tmp_path / "hall").mkdir()
    (tmp_path / "hall" / "old.txt").write_text("of an earlier world")
    (tmp_path / "mine.txt").write_text("not of the demo")
    make_short(tmp_path)
    assert content(tmp_path) == content(made) | {"mine.txt": b"not of the demo"}


@pytest.mark.parametrize("video", VIDEOS)
def test_the_truth_names_walkers_and_dogs_among_the_tracks(made: Path, video: str) -> None:
    truth = read_truth(made / "truth.csv")
    named = truth[truth["video"] == video]
    tracks = read_tracks(made / video / "tracks.csv", video)
    classes = tracks.per_track.set_index("track_id")["class_name"]
    assert len(named) > 0
    assert set(classes.loc[named["track_id"]]) <= {"person", "dog"}
    assert set(classes.drop(named["track_id"])) == {"potted plant"}
    assert tracks.counts["untracked"] > 0


def test_somebody_is_seen_in_several_videos(made: Path) -> None:
    assert (read_truth(made / "truth.csv").groupby("identity")["video"].nunique() > 1).any()


@pytest.mark.parametrize("video", VIDEOS)
def test_the_summary_counts_what_the_video_and_its_tracks_hold(made: Path, video: str) -> None:
    summary = json.loads((made / video / "summary.json").read_text())
    tracks = read_tracks(made / video / "tracks.csv", video)
    assert sum(summary["unique_ids_by_class"].values()) == len(tracks.per_track)
    capture = cv2.VideoCapture(str(made / video / "analysis.mp4"))
    frames = 0
    while capture.grab():
        frames += 1
    assert (frames, capture.get(cv2.CAP_PROP_FPS)) == (summary["frames"], summary["fps"])
    capture.release()
