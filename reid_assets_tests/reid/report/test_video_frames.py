"""Whole frames of the report: the right ones, few enough, the doubtful first, and none decoded twice."""

from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest

from reid_assets.reid.core.tables import GALLERIES
from reid_assets.reid.embedding.crop_reading import VideoJob
from reid_assets.reid.report.video_frames import (
    MAX_VIDEOS,
    REPORT_FRAMES,
    Footage,
    choose_frames,
    collect_frames,
)
from reid_assets.reid.tracks.tracks_csv import read_tracks
from reid_assets.reid.video.frames import VideoSource
from reid_assets_tests.support.numbered_video import HEIGHT, WIDTH, number_of, write_opencv

NOTHING = REPORT_FRAMES.empty()


def pictures(*rows: tuple[str, int, int, float]) -> pd.DataFrame:
    """Rows of (video, track, frame, confidence) of one identity, ranked as given."""
    frame = pd.DataFrame(list(rows), columns=["video", "track_id", "frame", "confidence"])
    frame = frame.assign(global_id=0, rank=range(len(frame)), quality=1.0, file="x.jpg")
    return GALLERIES.conform(frame) if rows else GALLERIES.empty()


@pytest.fixture
def job(tmp_path: Path) -> VideoJob:
    """One video of 40 frames, a track from frame 3 on, and another that only frame 20 shows."""
    lines = ["frame,track_id,class_id,class_name,x1,y1,x2,y2"]
    lines += [f"{frame},1,0,p,48,24,96,72" for frame in range(3, 30)] + ["20,2,0,p,-20,0,20,96"]
    (tmp_path / "tracks.csv").write_text("\n".join(lines) + "\n")
    video = write_opencv(tmp_path / "analysis.mp4", 40)
    return VideoJob(read_tracks(tmp_path / "tracks.csv", "v"), (VideoSource(video, "analysis"),))


def footage(job: VideoJob, version: str = "one") -> Footage:
    return Footage(lambda video: video == "v", lambda video: job, lambda video: version)


def test_no_pictures_have_no_frames(job: VideoJob) -> None:
    assert collect_frames(pictures(), 10, footage(job), NOTHING, pytest.fail).table.empty
    assert choose_frames(pictures(("v", 1, 3, 0.9)), 0, lambda video: True)[0].empty


def test_the_frame_is_the_one_of_the_picture_and_the_box_that_of_the_track(job: VideoJob) -> None:
    shown = pictures(("v", 1, 20, 0.9), ("v", 2, 20, 0.2), ("v", 1, 7, 0.9))
    found = collect_frames(shown, 10, footage(job), NOTHING, pytest.fail)
    assert sorted(found.images) == ["one_20.jpg", "one_7.jpg"], "two tracks share a frame"
    for file, frame in (("one_20.jpg", 20), ("one_7.jpg", 7)):
        image = cv2.imdecode(np.frombuffer(found.images[file], np.uint8), cv2.IMREAD_COLOR)
        assert image.shape == (HEIGHT, WIDTH, 3)
        assert number_of(image) == frame
    boxes = found.table.set_index(["track_id", "frame"])[["x", "y", "w", "h"]]
    assert boxes.loc[(1, 7)].tolist() == [0.25, 0.25, 0.25, 0.5]
    assert boxes.loc[(2, 20)].tolist() == pytest.approx([0, 0, 20 / 192, 1], abs=1e-4), "cut at the border"


def test_what_is_known_of_an_unchanged_video_is_not_decoded_again(job: VideoJob) -> None:
    shown = pictures(("v", 1, 20, 0.9), ("v", 1, 7, 0.9))
    first = collect_frames(shown.iloc[:1], 10, footage(job), NOTHING, pytest.fail)
    again = collect_frames(shown, 10, footage(job), first.table, pytest.fail)
    assert list(again.images) == ["one_7.jpg"]
    assert again.table["frame"].tolist() == [7, 20]
    changed = collect_frames(shown, 10, footage(job, "two"), first.table, pytest.fail)
    assert sorted(changed.images) == ["two_20.jpg", "two_7.jpg"]


def test_the_least_certain_track_comes_first_and_each_track_once_before_any_twice() -> None:
    shown = pictures(("v", 1, 3, 0.9), ("v", 2, 5, 0.2), ("v", 1, 4, 0.9), ("v", 2, 6, 0.2), ("w", 7, 1, 0.5))
    chosen, beyond = choose_frames(shown, 3, lambda video: True)
    assert [tuple(row) for row in chosen.to_numpy()] == [("v", 2, 5), ("w", 7, 1), ("v", 1, 3)]
    assert beyond == {("v", 4), ("v", 6)}


def test_videos_that_are_not_at_hand_take_no_place_and_the_number_of_videos_is_bounded() -> None:
    shown = pictures(*[(f"v{n:03}", 0, 0, n / 1000) for n in range(MAX_VIDEOS + 20)])
    chosen, beyond = choose_frames(shown, 1000, lambda video: video >= "v010")
    assert chosen["video"].tolist() == [f"v{n:03}" for n in range(10, MAX_VIDEOS + 10)]
    assert {video for video, _ in beyond} == {f"v{n:03}" for n in range(MAX_VIDEOS + 10, MAX_VIDEOS + 20)}


def test_a_video_that_cannot_be_read_costs_only_its_frames(tmp_path: Path, job: VideoJob) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no video")
    said: list[str] = []
    bad = VideoJob(job.tracks, (VideoSource(broken, "analysis"),))
    found = collect_frames(pictures(("v", 1, 7, 0.9)), 10, footage(bad), NOTHING, said.append)
    assert found.table.empty and not found.images
    assert len(said) == 1 and "broken.mp4" in said[0]


def test_a_frame_of_tracks_csv_is_looked_up_with_the_stride_of_the_original(
    tmp_path: Path, job: VideoJob
) -> None:
    original = write_opencv(tmp_path / "original.mp4", 90)
    strided = VideoJob(job.tracks, (VideoSource(original, "original", frame_stride=3),))
    found = collect_frames(pictures(("v", 1, 7, 0.9)), 10, footage(strided), NOTHING, pytest.fail)
    image = cv2.imdecode(np.frombuffer(found.images["one_7.jpg"], np.uint8), cv2.IMREAD_COLOR)
    assert number_of(image) == 21
