"""A cameras.yaml that is written from guesses says, once it is read, what was guessed."""

from pathlib import Path

import pandas as pd

from reid_assets.config import load_cameras
from reid_assets.reid.cameras.cameras import CAMERAS, assign_cameras, camera_of
from reid_assets.reid.cameras.cameras_yaml import cameras_yaml
from reid_assets.reid.core.cameras import CameraSettings
from reid_assets.reid.core.clocks import VideoClock, VideoFacts, resolve_clock

ODD = [
    "aa*b-0815",
    "aa*b-0930",
    "xx?[1]{2} 0815",
    "xx?[1]{2} 0930",
    'say "hi"-0815',
    'say "hi"-0930',
    "入口-0815",
]
ODD += ["入口-0930", "alone", "yes"]


def written(table: pd.DataFrame, folder: Path, settings: CameraSettings | None = None) -> CameraSettings:
    path = folder / "cameras.yaml"
    path.write_text(cameras_yaml(table, settings or CameraSettings()), encoding="utf-8")
    return load_cameras(path)


def test_every_guess_comes_back_for_its_video_alone(tmp_path: Path) -> None:
    table = assign_cameras({video: VideoClock(video) for video in ODD}, {})
    settings = written(table, tmp_path)
    assert (table["source"] == "name").sum() == 8
    for row in table.itertuples():
        clock = resolve_clock(row.video, settings, VideoFacts())
        guessed = row.source != "own"
        assert clock.camera_source == ("cameras.yaml" if guessed else "video")
        assert not guessed or clock.camera == row.camera.replace("{", "(").replace("}", ")")
    assert resolve_clock("aaxb-0815", settings, VideoFacts()).camera_source == "video"
    text = (tmp_path / "cameras.yaml").read_text(encoding="utf-8")
    assert all(reason in text for reason in table["reason"])


def test_without_a_guess_it_is_valid_and_says_nothing(tmp_path: Path) -> None:
    assert written(CAMERAS.empty(), tmp_path) == CameraSettings()
    alone = assign_cameras({"a": VideoClock("a")}, {})
    assert written(alone, tmp_path) == CameraSettings()


def test_what_it_said_before_is_kept(tmp_path: Path) -> None:
    before = CameraSettings.model_validate(
        {
            "time_zone": "Europe/Vienna",
            "videos": [{"match": "gate*", "camera": "Gate", "start": "2026-03-14T09:00:00+01:00"}],
            "overlaps": [["Gate", "c1"]],
            "transitions": [{"from": "Gate", "to": "c2", "min_s": 3}],
        }
    )
    clocks = {
        video: resolve_clock(video, before, VideoFacts(fps=10.0)) for video in ("gate1", "c1s1", "c1s2")
    }
    table = assign_cameras(clocks, {})
    after = written(table, tmp_path, before)
    assert after.model_dump(exclude={"videos"}) == before.model_dump(exclude={"videos"})
    assert after.videos[0] == before.videos[0]
    again = {video: resolve_clock(video, after, VideoFacts(fps=10.0)).camera for video in clocks}
    assert again == camera_of(table)
