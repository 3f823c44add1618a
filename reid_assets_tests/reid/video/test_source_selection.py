from pathlib import Path

import numpy as np
import pytest

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.video.frames import VideoSource
from reid_assets.reid.video.source_selection import open_source
from reid_assets_tests.support.synthetic_video import HEIGHT, RED, WIDTH, write_walkers

CENTRES = np.array([[50.0, 100.0], [300.0, 200.0]])


def _original(path: Path, stride: int = 1) -> VideoSource:
    return VideoSource(path, "original", stride)


@pytest.fixture
def analysis(tmp_path: Path) -> VideoSource:
    return VideoSource(write_walkers(tmp_path / "analysis.mp4", [RED], 60), "analysis")


def test_no_source_at_all_says_what_is_missing() -> None:
    with pytest.raises(InputError, match=r"cam7.*analysis\.mp4"):
        open_source("cam7", (), 10, CENTRES)


def test_the_original_is_taken_where_it_fits(tmp_path: Path, analysis: VideoSource) -> None:
    original = _original(write_walkers(tmp_path / "original.mp4", [RED], 60))
    opened = open_source("cam", (original, analysis), 59, CENTRES)
    assert opened.source is original
    assert (opened.scale, opened.image_wh, opened.warnings) == (1.0, (WIDTH, HEIGHT), [])


def test_boxes_are_scaled_to_an_original_of_more_pixels(tmp_path: Path, analysis: VideoSource) -> None:
    original = _original(write_walkers(tmp_path / "original.mp4", [RED], 60, scale=2))
    opened = open_source("cam", (original, analysis), 59, CENTRES)
    assert (opened.source, opened.scale, opened.image_wh) == (original, 2.0, (WIDTH, HEIGHT))


def test_boxes_that_only_the_original_can_hold_are_in_its_pixels(
    tmp_path: Path, analysis: VideoSource
) -> None:
    original = _original(write_walkers(tmp_path / "original.mp4", [RED], 60, scale=2))
    assert open_source("cam", (original, analysis), 59, CENTRES * 2).scale == 1.0


def test_an_original_of_every_picture_serves_an_analysis_of_every_third(
    tmp_path: Path, analysis: VideoSource
) -> None:
    original = _original(write_walkers(tmp_path / "original.mp4", [RED], 180), stride=3)
    assert open_source("cam", (original, analysis), 59, CENTRES).source is original


def test_an_original_of_another_shape_is_not_used_and_named(tmp_path: Path, analysis: VideoSource) -> None:
    from reid_assets_tests.support.numbered_video import write_opencv

    original = _original(write_opencv(tmp_path / "other.mp4", 60))
    opened = open_source("cam", (original, analysis), 59, CENTRES)
    assert opened.source is analysis
    (warning,) = opened.warnings
    assert "other.mp4" in warning and "192x96" in warning and "320x240" in warning


@pytest.mark.parametrize(("frames", "stride"), [(30, 1), (120, 1), (60, 2)])
def test_an_original_of_another_length_is_not_used_and_named(
    tmp_path: Path, analysis: VideoSource, frames: int, stride: int
) -> None:
    original = _original(write_walkers(tmp_path / "other.mp4", [RED], frames), stride)
    opened = open_source("cam", (original, analysis), 20, CENTRES)
    assert opened.source is analysis
    assert "other.mp4" in opened.warnings[0] and "frame_stride" in opened.warnings[0]


@pytest.mark.parametrize("damage", ["missing", "empty", "cut"])
def test_an_unreadable_original_gives_way_to_the_analysed_video(
    tmp_path: Path, analysis: VideoSource, damage: str
) -> None:
    path = tmp_path / "original.mp4"
    if damage != "missing":
        whole = write_walkers(path, [RED], 60).read_bytes()
        path.write_bytes(whole[: len(whole) // 2] if damage == "cut" else b"")
    opened = open_source("cam", (_original(path), analysis), 59, CENTRES)
    assert opened.source is analysis
    assert "original.mp4" in opened.warnings[0]


def test_an_original_alone_must_hold_the_boxes(tmp_path: Path) -> None:
    original = _original(write_walkers(tmp_path / "original.mp4", [RED], 60))
    assert open_source("cam", (original,), 59, CENTRES).scale == 1.0
    with pytest.raises(InputError, match="boxes of tracks.csv lie outside"):
        open_source("cam", (original,), 59, CENTRES * 3)


def test_of_files_that_are_all_too_short_the_longest_serves_with_a_warning(tmp_path: Path) -> None:
    short = VideoSource(write_walkers(tmp_path / "short.mp4", [RED], 40), "analysis")
    shorter = VideoSource(write_walkers(tmp_path / "shorter.mp4", [RED], 20), "analysis")
    opened = open_source("cam", (shorter, short), 59, CENTRES)
    assert opened.source is short
    assert [Path(warning.split(":")[0]).name for warning in opened.warnings] == ["shorter.mp4", "short.mp4"]


def test_where_nothing_can_be_read_one_line_names_every_file(tmp_path: Path) -> None:
    sources = (_original(tmp_path / "a.mp4"), VideoSource(tmp_path / "analysis.mp4", "analysis"))
    with pytest.raises(InputError) as caught:
        open_source("cam", sources, 59, CENTRES)
    assert "a.mp4" in str(caught.value) and "analysis.mp4" in str(caught.value)
    assert "\n" not in str(caught.value)
