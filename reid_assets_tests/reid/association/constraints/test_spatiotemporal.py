"""Nobody is in two places at once, nor faster than the way allows; clocks that guess forbid nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from reid_assets.reid.association.constraints.spatiotemporal import travel_constraints
from reid_assets.reid.association.global_id_map import associate
from reid_assets.reid.association.identity_rules import violations
from reid_assets.reid.core.cameras import CameraSettings
from reid_assets.reid.core.clocks import Clocks, VideoClock
from reid_assets.reid.core.settings import AssociateSettings
from reid_assets_tests.support.synthetic_tracks import one_video

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
FPS = 10.0


def known(starts: dict[str, float | None], cameras: dict[str, str] | None = None, **said: Any) -> Clocks:
    """Videos that began so many seconds after noon (None: nobody knows)."""
    videos = {}
    for video, seconds in starts.items():
        start = None if seconds is None else NOON + timedelta(seconds=seconds)
        source = "none" if start is None else "summary.json"
        videos[video] = VideoClock((cameras or {}).get(video, video), "summary.json", start, source, FPS)
    return Clocks(videos, CameraSettings.model_validate({"clock_tolerance_s": 0.0, **said}))


def never(clocks: Clocks, one: tuple[int, int] = (0, 99), other: tuple[int, int] = (0, 99)) -> bool:
    """Whether a track of `a` and a track of `b` with these frames are forbidden; symmetric."""
    meta = pd.DataFrame({"video": ["a", "b"], "f_min": [one[0], other[0]], "f_max": [one[1], other[1]]})
    travel = travel_constraints(meta, clocks)
    if travel is None:
        return False
    table = travel.forbidden(np.arange(2), np.arange(2))
    assert table[0, 1] == table[1, 0]
    return bool(table[0, 1])


def test_without_two_clocks_there_is_nothing_to_compare() -> None:
    assert travel_constraints(pd.DataFrame({"video": [], "f_min": [], "f_max": []}), Clocks()) is None
    assert not never(known({"a": 0.0, "b": None}))
    assert not never(known({}))


def test_one_moment_in_two_cameras_is_impossible_and_one_after_the_other_is_not() -> None:
    assert never(known({"a": 0.0, "b": 5.0}))
    assert not never(known({"a": 0.0, "b": 10.0}))
    assert not never(known({"a": 3600.0, "b": 0.0}))


def test_frame_numbers_alone_say_nothing() -> None:
    assert not never(known({"a": 0.0, "b": 60.0}), (0, 99), (0, 99))
    assert never(known({"a": 0.0, "b": 60.0}), (600, 699), (0, 99))


def test_a_guessed_clock_forbids_nothing() -> None:
    clocks = known({"a": 0.0, "b": 0.0})
    guessed = VideoClock("b", "video", NOON, "creation time", FPS)
    assert not never(Clocks({**clocks.videos, "b": guessed}, clocks.settings))


def test_cameras_that_see_a_common_place_and_videos_of_one_camera_are_exempt() -> None:
    assert not never(known({"a": 0.0, "b": 0.0}, overlaps=[["a", "b"]]))
    assert not never(known({"a": 0.0, "b": 0.0}, cameras={"a": "x", "b": "x"}))


def test_what_clocks_that_are_a_little_off_could_explain_is_not_forbidden() -> None:
    assert never(known({"a": 0.0, "b": 8.5}, clock_tolerance_s=1.0))
    assert not never(known({"a": 0.0, "b": 9.0}, clock_tolerance_s=1.0))


@pytest.mark.parametrize(("gap", "forbidden"), [(5.0, True), (19.0, True), (21.0, False)])
def test_nobody_is_faster_than_the_way_allows(gap: float, forbidden: bool) -> None:
    clocks = known({"a": 0.0, "b": 9.9 + gap}, transitions=[{"from": "b", "to": "a", "min_s": 20}])
    assert never(clocks) is forbidden


def test_a_way_may_be_quick_in_one_direction_alone() -> None:
    way = {"from": "a", "to": "b", "min_s": 20, "both_ways": False}
    assert never(known({"a": 0.0, "b": 15.0}, transitions=[way]))
    assert not never(known({"a": 15.0, "b": 0.0}, transitions=[way]))


def test_a_long_time_forbids_nothing_since_people_stay_and_return() -> None:
    clocks = known({"a": 0.0, "b": 7200.0}, transitions=[{"from": "a", "to": "b", "max_s": 60}])
    assert not never(clocks)


def test_thousands_of_cameras_need_no_table_of_all_pairs() -> None:
    names = [f"v{i}" for i in range(3000)]
    clocks = known(dict.fromkeys(names, 0.0), transitions=[{"from": "v1", "to": "v2", "min_s": 3}])
    travel = travel_constraints(pd.DataFrame({"video": names, "f_min": 0, "f_max": 9}), clocks)
    assert travel is not None and travel.min_travel_s.shape == (3, 3)
    assert travel.forbidden_pairs(np.arange(2999), np.arange(1, 3000)).all()
    assert travel.max_travel_s == 3.0


@pytest.mark.parametrize("method", ["threshold", "auto"])
def test_the_same_looks_at_one_moment_elsewhere_are_somebody_else(method: str) -> None:
    videos = {name: one_video(name, np.eye(4)[:1], spans=[(0, 99)]) for name in "ab"}
    settings = AssociateSettings(method=method, allow_merge_same_video=True)
    for clocks, people in ((None, 1), (known({"a": 0.0, "b": 3.0}), 2), (known({"a": 0.0, "b": 30.0}), 1)):
        id_map = associate(videos, settings, clocks=clocks).id_map
        assert id_map["global_id"].nunique() == people


def brute_force(id_map: pd.DataFrame, clocks: Clocks) -> set[int]:
    """Rows that are in any forbidden pair of one identity."""
    travel = travel_constraints(id_map, clocks)
    if travel is None:
        return set()
    same = np.equal.outer(id_map["global_id"].to_numpy(), id_map["global_id"].to_numpy())
    bad = travel.forbidden(np.arange(len(id_map)), np.arange(len(id_map))) & same
    return {int(row) for row in np.flatnonzero(bad.any(axis=1))}


@pytest.mark.parametrize("seed", range(40))
def test_the_check_finds_an_identity_in_two_places_exactly_where_there_is_one(seed: int) -> None:
    draw = np.random.default_rng(seed)
    starts = {f"v{i}": float(draw.integers(0, 300)) if draw.random() < 0.8 else None for i in range(6)}
    cameras = {video: f"c{draw.integers(4)}" for video in starts}
    ways = [{"from": "c0", "to": "c1", "min_s": float(draw.integers(0, 40)), "both_ways": bool(seed % 2)}]
    clocks = known(starts, cameras, overlaps=[["c2", "c3"]], transitions=ways, clock_tolerance_s=seed % 3)
    n = int(draw.integers(2, 60))
    f_min = draw.integers(0, 900, n)
    id_map = pd.DataFrame(
        {
            "video": draw.choice(list(starts), n),
            "track_id": np.arange(n),
            "class_id": 0,
            "class_name": "person",
            "n_samples": 1,
            "f_min": f_min,
            "f_max": f_min + draw.integers(0, 200, n),
            "global_id": draw.integers(0, max(1, n // 3), n),
        }
    )
    found = violations(id_map, AssociateSettings(allow_merge_same_video=True), clocks)
    found = found[found["rule"] == "clock"]
    expected = brute_force(id_map, clocks)
    involved = {*found["track_id"], *found["other_track_id"]}
    assert involved <= expected
    assert bool(involved) == bool(expected)
    broken = set(id_map["global_id"].iloc[sorted(expected)])
    assert set(found["global_id"]) == broken
