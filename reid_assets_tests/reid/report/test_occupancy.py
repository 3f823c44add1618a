"""Occupancy in few points: no peak is lost, whatever the length of the footage."""

import pandas as pd

from reid_assets.reid.core.tables import GLOBAL_ID_MAP
from reid_assets.reid.report.occupancy import BUCKETS, MAX_PLACES, occupancy_charts
from reid_assets_tests.support.generated_report import clocks_of, generated_contents, generated_map


def tracks(*rows: tuple[str, int, int, int]) -> pd.DataFrame:
    full = [
        (video, number, 0, "person", 1, begin, end, number)
        for number, (video, _, begin, end) in enumerate(rows)
    ]
    return GLOBAL_ID_MAP.conform(pd.DataFrame(full, columns=GLOBAL_ID_MAP.header))


def test_nobody_gives_no_chart() -> None:
    assert occupancy_charts(generated_contents(generated_map(0, ["a"])).occupancy) == []


def test_a_peak_of_one_frame_in_hours_is_kept() -> None:
    crowd = [("a", 0, 501_000, 501_000)] * 7
    told = generated_contents(tracks(("a", 0, 0, 10), *crowd, ("a", 0, 999_990, 1_000_000)), clocks_of(["a"]))
    (chart,) = occupancy_charts(told.occupancy)
    (place,) = chart["places"]
    assert (max(place["present"]), place["present"][0], place["present"][-1]) == (7, 1, 1)
    assert len(place["present"]) == BUCKETS
    assert sum(place["present"]) == 9


def test_videos_without_a_clock_stand_on_their_own_seconds() -> None:
    told = generated_contents(tracks(("a", 0, 0, 100), ("b", 0, 0, 250)), clocks_of(["a"]))
    timed, own = occupancy_charts(told.occupancy)
    assert [p["name"] for p in timed["places"]] == ["a"]
    assert [p["name"] for p in own["places"]] == ["b"]
    assert own["low"] == 0


def test_the_least_busy_places_are_left_out_and_counted() -> None:
    many = tracks(*((f"v{n:02}", 0, 0, 10 + n) for n in range(MAX_PLACES + 3)))
    (chart,) = occupancy_charts(generated_contents(many).occupancy)
    assert (len(chart["places"]), chart["left_out"]) == (MAX_PLACES, 3)
    assert "v00" not in {place["name"] for place in chart["places"]}
