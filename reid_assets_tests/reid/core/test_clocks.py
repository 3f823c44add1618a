"""Who says when and where a video was taken, in which order they are believed, and what cannot be used."""

from datetime import UTC, datetime
from typing import Any

import pytest

from reid_assets.reid.core.cameras import CameraSettings
from reid_assets.reid.core.clocks import Clocks, VideoFacts, resolve_clock

NAME = "gate_20260314_100000"
NINE = datetime(2026, 3, 14, 9, tzinfo=UTC)


def settings(*entries: dict[str, Any], **more: Any) -> CameraSettings:
    return CameraSettings.model_validate({"videos": list(entries), **more})


def test_a_video_of_which_nobody_said_anything_is_a_camera_of_its_own_without_a_clock() -> None:
    clock = resolve_clock(NAME, CameraSettings(), VideoFacts(fps=25.0))
    assert (clock.camera, clock.camera_source, clock.start, clock.source) == (NAME, "video", None, "none")
    assert not clock.explicit and clock.describe() == "no clock" and not clock.problems


@pytest.mark.parametrize(
    ("entry", "facts", "source", "hour"),
    [
        ({"start": "2026-03-14T07:00"}, {"start_time": "2026-03-14T08:00"}, "cameras.yaml", 7),
        ({"start_pattern": "%Y%m%d_%H%M%S"}, {"start_time": "2026-03-14T08:00"}, "summary.json", 8),
        ({"start_pattern": "%Y%m%d_%H%M%S"}, {"creation_time": "2026-03-14T11:00Z"}, "name", 10),
        ({}, {"creation_time": "2026-03-14T11:00:00.000000Z"}, "creation time", 11),
        ({"start_pattern": "%Y-%m-%d_%H%M%S"}, {"creation_time": "2026-03-14T11:00Z"}, "creation time", 11),
    ],
)
def test_the_start_comes_from_the_first_that_says_it(
    entry: dict, facts: dict, source: str, hour: int
) -> None:
    clock = resolve_clock(NAME, settings({"match": "gate*", **entry}), VideoFacts(fps=25.0, **facts))
    assert (clock.source, clock.start) == (source, NINE.replace(hour=hour))


def test_a_container_s_creation_time_is_a_guess_and_everything_else_is_explicit() -> None:
    guessed = resolve_clock(NAME, CameraSettings(), VideoFacts(None, None, 25.0, "2026-03-14T09:00Z"))
    said = resolve_clock(NAME, CameraSettings(), VideoFacts(None, "2026-03-14T09:00", 25.0))
    assert not guessed.explicit and "guessed" in guessed.describe()
    assert said.explicit and said.describe() == "2026-03-14T09:00:00Z (summary.json)"


def test_times_without_a_zone_are_utc_unless_cameras_yaml_names_one_and_summer_time_counts() -> None:
    def hour(zone: dict, top: dict, start: str = "2026-03-14T10:00") -> int:
        found = resolve_clock(NAME, settings({"match": "*", **zone}, **top), VideoFacts(None, start, 25.0))
        assert found.start is not None
        return found.start.hour

    assert hour({}, {}) == 10
    assert hour({}, {"time_zone": "Europe/Berlin"}) == 9
    assert hour({}, {"time_zone": "Europe/Berlin"}, "2026-07-14T10:00") == 8
    assert hour({"time_zone": "Asia/Tokyo"}, {"time_zone": "Europe/Berlin"}) == 1
    assert hour({}, {"time_zone": "Europe/Berlin"}, "2026-03-14T10:00+02:00") == 8, "its own zone wins"


def test_of_several_entries_the_first_that_says_a_thing_counts_for_that_thing() -> None:
    several = settings(
        {"match": "gate*", "camera": "gate"},
        {"match": "*", "camera": "other", "start": "2026-03-14T09:00", "fps": 5},
    )
    clock = resolve_clock(NAME, several, VideoFacts(camera="said elsewhere"))
    assert (clock.camera, clock.camera_source, clock.start, clock.fps) == ("gate", "cameras.yaml", NINE, 5.0)


def test_a_camera_s_name_may_be_part_of_the_video_s() -> None:
    several = settings({"match": "cam*_*", "camera": "number {1}"})
    assert resolve_clock("cam12_x", several, VideoFacts()).camera == "number 12"


@pytest.mark.parametrize(
    ("said", "camera"), [("hall", "hall"), (3, "3"), ("  ", "v"), (None, "v"), ([], "v")]
)
def test_summary_json_may_name_the_camera(said: Any, camera: str) -> None:
    assert resolve_clock("v", CameraSettings(), VideoFacts(camera=said)).camera == camera


@pytest.mark.parametrize("said", ["soon", "2026-03-14", 5, ["2026-03-14T09:00"]])
def test_a_start_that_is_no_moment_is_named_and_gives_no_clock(said: Any) -> None:
    clock = resolve_clock("v", CameraSettings(), VideoFacts(None, said, 25.0))
    assert clock.start is None
    assert "summary.json" in clock.problems[0]


def test_a_start_without_frames_a_second_is_no_clock_and_says_what_to_name() -> None:
    clock = resolve_clock("v", CameraSettings(), VideoFacts(None, "2026-03-14T09:00"))
    assert clock.start is None and "set `fps`" in clock.problems[0]


def test_a_name_without_the_promised_time_is_said() -> None:
    clock = resolve_clock("v", settings({"match": "*", "start_pattern": "%Y%m%d_%H%M%S"}), VideoFacts())
    assert clock.problems == ("its name holds no time of the form %Y%m%d_%H%M%S",)


def test_cameras_that_no_video_has_are_found() -> None:
    known = settings(
        {"match": "*", "camera": "a"}, overlaps=[["a", "b"]], transitions=[{"from": "a", "to": "c"}]
    )
    clocks = Clocks({"v": resolve_clock("v", known, VideoFacts())}, known)
    assert clocks.unknown_cameras() == ["b", "c"]


def test_many_cameras_that_began_at_the_same_moment_are_named() -> None:
    def known(hours: dict[str, int]) -> Clocks:
        facts = {video: VideoFacts(None, f"2026-03-14T{hour:02}:00", 25.0) for video, hour in hours.items()}
        return Clocks({video: resolve_clock(video, CameraSettings(), one) for video, one in facts.items()})

    assert known({"a": 9, "b": 9, "c": 10}).simultaneous_starts() == {}
    suspicious = known({"a": 9, "c": 9, "b": 9, "d": 10}).simultaneous_starts()
    assert suspicious == {"2026-03-14T09:00:00Z (summary.json)": ["a", "b", "c"]}
