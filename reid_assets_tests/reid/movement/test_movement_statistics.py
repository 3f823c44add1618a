"""The figures of who was where when add up, can be written as JSON, and name what they rest on."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd

from reid_assets.reid.core.clocks import Clocks, VideoClock
from reid_assets.reid.core.settings import FlowSettings
from reid_assets.reid.core.tables import GLOBAL_ID_MAP
from reid_assets.reid.movement.engine import movement
from reid_assets.reid.movement.movement_statistics import movement_figures
from reid_assets.reid.presentation.merged_analytics import merge_analytics

TEN_TO = datetime(2026, 3, 14, 8, 50, tzinfo=UTC)


def figures(*rows: tuple[str, int, int, int], starts: dict[str, float] | None = None) -> dict:
    """Of tracks `(video, global_id, f_min, f_max)` at one frame a second; starts in seconds from 08:50."""
    frame = pd.DataFrame(list(rows), columns=["video", "global_id", "f_min", "f_max"])
    frame = frame.assign(track_id=range(len(frame)), class_id=0, class_name="p", n_samples=1)
    id_map = GLOBAL_ID_MAP.conform(frame[GLOBAL_ID_MAP.header])
    videos = {}
    for video in sorted({row[0] for row in rows}):
        start = TEN_TO + timedelta(seconds=starts[video]) if video in (starts or {}) else None
        videos[video] = VideoClock(video, "video", start, "summary.json" if start else "none", 1.0)
    clocks = Clocks(videos)
    with movement(id_map, clocks, FlowSettings()) as moved:
        found = movement_figures(moved.ask, moved.direction(), clocks.counts())
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    return found


def test_nobody_at_all_is_zeros_and_nulls() -> None:
    found = figures()
    assert found["dwell"] == {
        "visits": 0,
        "total_s": None,
        "mean_s": None,
        "median_s": None,
        "p90_s": None,
        "longest": None,
    }
    assert (found["co_visits"], found["by_camera"], found["first_seen"]) == ([], {}, None)
    assert found["flows"]["assumption"] is None


def test_a_visit_counts_in_every_hour_that_it_touches() -> None:
    found = figures(("a", 1, 0, 60), ("a", 2, 0, 8000), starts={"a": 0.0})
    hours = found["identities_by_camera_and_hour"]["a"]
    assert hours == {
        f"2026-03-14T{hour}:00:00Z": count for hour, count in (("08", 2), ("09", 1), ("10", 1), ("11", 1))
    }
    assert (found["first_seen"], found["last_seen"]) == ("2026-03-14T08:50:00Z", "2026-03-14T11:03:20Z")


def test_visits_of_centuries_are_not_counted_by_the_hour() -> None:
    found = figures(("a", 1, 0, 8_000_000_000), starts={"a": 0.0})
    assert found["identities_by_camera_and_hour"] is None
    assert found["dwell"]["visits"] == 1


def test_pairs_of_videos_count_identities_they_share() -> None:
    found = figures(("a", 1, 0, 9), ("b", 1, 0, 9), ("c", 1, 0, 9), ("b", 2, 0, 9), ("a", 2, 0, 9))
    assert found["co_visits"][0] == {"videos": ["a", "b"], "identities": 2}
    assert [pair["identities"] for pair in found["co_visits"]] == [2, 1, 1]
    assert found["co_visits_left_out"] == 0


def test_dwell_and_re_entries_are_told_per_camera_and_whole() -> None:
    found = figures(("a", 1, 0, 10), ("a", 1, 100, 130), ("b", 2, 0, 5), starts={"a": 0.0, "b": 0.0})
    assert found["dwell"]["longest"] == {"global_id": 1, "video": "a", "dwell_s": 30.0}
    assert found["dwell"]["total_s"] == 45.0
    assert found["by_camera"]["a"]["re_entries"] == found["re_entries"] == 1


def test_an_unknown_order_is_named() -> None:
    found = figures(("a", 1, 0, 10), ("b", 1, 100, 130))
    assert found["flows"]["without_known_order"] == 1
    assert "as if all videos had started together" in found["flows"]["assumption"]
    assert found["identities_without_known_order"] == 1
    assert found["clocks"] == {"none": 2}


def test_every_key_is_documented_and_every_documented_key_exists() -> None:
    text = (Path(__file__).parents[3] / "docs" / "merged_analytics.md").read_text("utf-8")
    documented = set(re.findall(r"^\| `([a-z_]+)` \|", text, re.MULTILINE))
    keys = {*merge_analytics(GLOBAL_ID_MAP.empty(), [], {}), *figures()}
    assert documented == keys
