"""Compilations are decoded again: every visit once, in order, in one size, with its clock."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from reid_assets.reid.core.clocks import Clocks, VideoClock
from reid_assets.reid.core.errors import InputError
from reid_assets.reid.embedding.crop_reading import VideoJob
from reid_assets.reid.presentation.identity_colours import identity_colour
from reid_assets.reid.rendering.annotation import plate
from reid_assets.reid.rendering.clip_parts import Sources, Subject
from reid_assets.reid.rendering.identity_clip import render_identity
from reid_assets.reid.tracks.tracks_csv import Tracks
from reid_assets.reid.video.frames import VideoSource
from reid_assets_tests.support.decoded_clips import X264, bgr, decoded, distance
from reid_assets_tests.support.numbered_video import HEIGHT, WIDTH, number_of, write_av, write_opencv
from reid_assets_tests.support.synthetic_video import tracks_from

pytestmark = X264
START = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)
BOX = (60, 50, 120, 90)


def nobody(tracks: Tracks) -> np.ndarray:
    return np.zeros(len(tracks.rows), bool)


def sources(folder: Path, files: dict[str, Path], clocks: dict[str, VideoClock], stride: int = 1) -> Sources:
    def job(video: str) -> VideoJob:
        lines = [f"{frame},,1,0,person,{','.join(map(str, BOX))},,,0.9,,\n" for frame in range(100)]
        return VideoJob(tracks_from(folder, lines, video), (VideoSource(files[video], "original", stride),))

    return Sources(job, nobody, Clocks(clocks))


def subject(visits: list[tuple[str, int, int]], number: int = 4) -> Subject:
    rows = [(at, video, f"camera of {video}", first, last) for at, (video, first, last) in enumerate(visits)]
    table = pd.DataFrame(rows, columns=["visit", "video", "camera", "f_enter", "f_leave"])
    return Subject(number, "", {video: np.array([1]) for video, _, _ in visits}, table)


def numbers(pictures: list[np.ndarray]) -> list[int]:
    return [number_of(picture) for picture in pictures]


def test_each_visit_is_there_once_with_half_a_second_around_it(tmp_path: Path) -> None:
    files = {"a": write_opencv(tmp_path / "a.mp4", 100), "b": write_av(tmp_path / "b.mp4", 100, "libx264")}
    clocks = {video: VideoClock(video, fps=fps) for video, fps in (("a", 25.0), ("b", 30.0))}
    visits = [("b", 0, 5), ("a", 20, 30), ("a", 50, 52), ("b", 90, 99)]
    target = tmp_path / "clip.mp4"
    table, problems = render_identity(subject(visits), sources(tmp_path, files, clocks), target)
    clip = decoded(target)
    assert problems == [] and not clip.audio
    # The caption in the upper right covers the squares of all but the lowest bits.
    expected = [*range(21), *range(7, 44), *range(44, 66), *range(75, 100)]
    assert [n & 7 for n in numbers(clip.pictures)] == [n & 7 for n in expected]
    assert table["begin_s"].tolist() == pytest.approx(
        [0, 21 / 30, 21 / 30 + 37 / 25, 21 / 30 + 59 / 25], abs=0.01
    )
    assert (table["end_s"] - table["begin_s"]).tolist() == pytest.approx(
        [0.7, 37 / 25, 22 / 25, 25 / 30], abs=0.02
    )
    assert (table["seen_s"] - table["begin_s"]).tolist() == pytest.approx(
        [0, 13 / 25, 6 / 25, 15 / 30], abs=0.01
    )
    assert np.diff(clip.seconds).min() > 0
    for picture in clip.pictures:
        assert distance(picture[54:88, 60], identity_colour(4)) < 45


def test_camera_and_clock_are_burnt_in_and_run_with_the_frames(tmp_path: Path) -> None:
    files = {"a": write_av(tmp_path / "a.mp4", 60, size=(640, 360))}
    for clock, lines in (
        (VideoClock("gate", "cameras.yaml", START, "name", 10.0), ["09:30:00 UTC", "09:30:04 UTC"]),
        (VideoClock("gate", start=START, source="creation time", fps=10.0), ["09:30:00 UTC (guessed)"]),
        (VideoClock("a", fps=10.0), ["0:00", "0:04"]),
    ):
        target = tmp_path / "clip.mp4"
        render_identity(subject([("a", 0, 45)]), sources(tmp_path, files, {"a": clock}), target)
        pictures = decoded(target).pictures
        for line, frame in zip(lines, (5, 45), strict=False):
            day = "2026-03-14 " if clock.start else ""
            expected = bgr(plate(f"{clock.camera} · {day}{line}", (255, 255, 255), (20, 20, 20), 11, False))
            high, wide = expected.shape[:2]
            shown = pictures[frame][:high, -wide:].astype(float)
            assert np.abs(shown - expected).mean() < 22, line
            assert np.corrcoef(shown.ravel(), expected.astype(float).ravel())[0, 1] > 0.9, line


def test_frames_of_other_sizes_are_fitted_in_and_boxes_go_with_them(tmp_path: Path) -> None:
    files = {
        "small": write_av(tmp_path / "s.mp4", 4, size=(WIDTH, HEIGHT)),
        "tall": write_av(tmp_path / "t.mp4", 4, size=(2 * HEIGHT, 4 * WIDTH)),
        "odd": write_av(tmp_path / "o.mp4", 4, size=(WIDTH + 1, HEIGHT + 1)),
    }
    target = tmp_path / "clip.mp4"
    visits = [(video, 1, 2) for video in files]
    one = sources(tmp_path, files, {video: VideoClock(video, fps=25.0) for video in files})
    table, _ = render_identity(subject(visits), one, target)
    clip = decoded(target)
    assert {picture.shape for picture in clip.pictures} == {(768, 192, 3)}
    small = clip.pictures[round(table.loc[0, "seen_s"] * 30)]
    # 192 by 96 in the middle of 192 by 768.
    assert distance(small[336 + 60 : 336 + 86, 60], identity_colour(4)) < 45
    assert small[100:300].max() < 40 and small[470:].max() < 40
    odd = clip.pictures[round(table.loc[2, "seen_s"] * 30)]
    assert distance(odd[340 + 60 : 336 + 84, 60], identity_colour(4)) < 60


def test_a_video_that_cannot_be_read_is_left_out_and_named(tmp_path: Path) -> None:
    broken = tmp_path / "b.mp4"
    broken.write_bytes(b"nothing")
    files = {"a": write_opencv(tmp_path / "a.mp4", 30), "b": broken}
    one = sources(tmp_path, files, {})
    table, problems = render_identity(subject([("b", 0, 5), ("a", 3, 9)]), one, tmp_path / "clip.mp4")
    assert table["video"].tolist() == ["a"] and any("b.mp4" in problem for problem in problems)
    with pytest.raises(InputError, match=r"identity 4: none of its visits can be shown.*b\.mp4"):
        render_identity(subject([("b", 0, 5)]), one, tmp_path / "other.mp4")


def test_of_an_original_with_more_frames_all_frames_of_a_visit_are_shown(tmp_path: Path) -> None:
    files = {"a": write_opencv(tmp_path / "a.mp4", 100)}
    one = sources(tmp_path, files, {"a": VideoClock("a", fps=5.0)}, stride=5)
    table, _ = render_identity(subject([("a", 4, 6)]), one, tmp_path / "clip.mp4")
    pictures = decoded(tmp_path / "clip.mp4").pictures
    # Half a second is 2.5 of its frames, so three.
    assert [n & 7 for n in numbers(pictures)] == [n & 7 for n in range(5, 50)]
    assert table.loc[0, "seen_s"] == pytest.approx(15 / 25, abs=0.01)
