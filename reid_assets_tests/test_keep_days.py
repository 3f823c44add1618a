"""`privacy.keep_days`: results of old footage go as if the folder were gone, and are not made again."""

import json
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from reid_assets.layout import Layout
from reid_assets.reid.core.cameras import CameraSettings
from reid_assets.storage.expiry import expired_videos
from reid_assets_tests.support.cli_calls import Cli
from reid_assets_tests.support.finished_root import changed, files_under
from reid_assets_tests.support.sensor_driver import Ticking
from reid_assets_tests.support.tiny_root import write_config

KEPT = {"privacy": {"keep_days": 30}}


def begin(at: Layout, video: str, days_ago: float) -> None:
    summary = json.loads(at.summary(video).read_text())
    summary["start_time"] = (datetime.now(UTC) - timedelta(days=days_ago)).isoformat()
    at.summary(video).write_text(json.dumps(summary))


def mapped(at: Layout) -> set[str]:
    return set(pd.read_csv(at.global_id_map)["video"])


@pytest.mark.long
def test_old_videos_go_young_and_ageless_ones_stay(finished: Cli) -> None:
    at = Layout(finished.root)
    # Three of five at once would be suspicious, had their folders vanished.
    for video in ("b", "c", "d"):
        begin(at, video, 31)
    begin(at, "e", 29)
    assert finished.run().code == 0 and mapped(at) == {"a", "b", "c", "d", "e"}
    config = write_config(finished.config.parent, **KEPT)
    inputs = {path: path.read_bytes() for path in finished.root.glob("?/*") if "global" not in path.name}
    before = files_under(finished.root)
    dry = finished.run("--dry-run")
    assert dry.lines("Would be removed: all that was made of b: older than privacy.keep_days")
    assert not changed(before, finished.root)
    called = finished.run("--yes")
    assert called.code == 0, called.said
    assert called.lines("b: removed, older than privacy.keep_days")
    assert called.lines("1 videos have no clock and are kept: a."), called.said
    assert mapped(at) == {"a", "e"}
    left = [
        name
        for name in files_under(finished.root)
        if any(f"/{v}_" in name or f"/{v}/" in name for v in "bcd")
    ]
    assert not left
    assert {path: path.read_bytes() for path in inputs} == inputs, "your own files stay"
    assert b"zebra" not in at.database.read_bytes()
    for arguments in ((), ("--force",)):
        assert finished.run(*arguments).code == 0
        assert mapped(at) == {"a", "e"}, "they do not come back"
    assert finished("status").lines("Older than privacy.keep_days, and left alone: b, c, d")
    config.write_text(config.read_text().replace("30", "40"))
    assert finished.run().code == 0 and mapped(at) == {"a", "b", "c", "d", "e"}, "the limit is the setting"


@pytest.mark.long
def test_when_every_video_is_too_old_nothing_is_left(finished: Cli) -> None:
    at = Layout(finished.root)
    for video in "abcde":
        begin(at, video, 100)
    write_config(finished.config.parent, **KEPT)
    called = finished.run("--yes")
    assert called.code == 0, called.said
    assert len(pd.read_csv(at.global_id_map)) == 0 and not list(at.crops("a").parent.glob("*/*.jpg"))


def test_sensors_remove_what_has_become_too_old(ticking: Ticking) -> None:
    at = ticking.at
    ticking.configure(**KEPT)
    begin(at, "b", 31)
    asked = ticking.settled("new_videos").run_requests
    assert asked and asked[0].job_name == "tidy_up"


def test_only_clocks_that_somebody_stated_count(finished: Cli) -> None:
    at, now = Layout(finished.root), datetime(2026, 6, 1, tzinfo=UTC)
    for video, start in (
        ("a", "2026-05-01T00:00:00Z"),
        ("b", "2026-05-03T00:00:00Z"),
        ("c", "soon"),
        ("d", "2030-01-01"),
    ):
        at.summary(video).write_text(json.dumps({"fps": 10, "start_time": start}))
    cameras = CameraSettings()
    assert expired_videos(at, cameras, 30, now) == {"a"}
    assert expired_videos(at, cameras, 0.5, now) == {"a", "b"}
    assert expired_videos(at, cameras, None, now) == frozenset()
