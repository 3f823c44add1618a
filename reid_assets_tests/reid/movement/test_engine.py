"""Who was where when: small footage against what must hold, the demo against its script."""

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reid_assets.demo.cameras import CAMERAS, FPS, WORLD_START
from reid_assets.demo.tracker import SimulatedTracker
from reid_assets.demo.visits import plan_visits
from reid_assets.reid.core.cameras import CameraSettings
from reid_assets.reid.core.clocks import Clocks, VideoClock
from reid_assets.reid.core.settings import FlowSettings
from reid_assets.reid.core.tables import FLOWS, GLOBAL_ID_MAP
from reid_assets.reid.movement.engine import MovementEngine, movement
from reid_assets.reid.movement.flows import CAMERA_FLOWS, OD_MATRIX, TRANSITIONS
from reid_assets.reid.movement.visits import IDENTITIES, OCCUPANCY, VISITS

MOVEMENT_TABLES = {
    table.name: table for table in (VISITS, IDENTITIES, OCCUPANCY, TRANSITIONS, OD_MATRIX, CAMERA_FLOWS)
}
NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
TEN = 10.0  # frames a second


@pytest.fixture
def ask():
    """Opens the movement over tracks `(video, global_id, f_min, f_max)`; `starts` are seconds after noon."""
    with ExitStack() as stack:

        def opened(
            *rows: tuple[str, int, int, int],
            starts: dict[str, float] | None = None,
            cameras: dict[str, str] | None = None,
            guessed: tuple[str, ...] = (),
            fps: float | None = TEN,
            said: dict | None = None,
            **flows: Any,
        ) -> MovementEngine:
            frame = pd.DataFrame(list(rows), columns=["video", "global_id", "f_min", "f_max"])
            frame = frame.assign(track_id=range(len(frame)), class_id=0, class_name="p", n_samples=1)
            id_map = GLOBAL_ID_MAP.conform(frame[GLOBAL_ID_MAP.header])
            clocks = {}
            for video in sorted({row[0] for row in rows}):
                start = NOON + timedelta(seconds=starts[video]) if video in (starts or {}) else None
                source = "none" if start is None else "creation time" if video in guessed else "summary.json"
                clocks[video] = VideoClock((cameras or {}).get(video, video), "video", start, source, fps)
            known = Clocks(clocks, CameraSettings.model_validate(said or {}))
            return stack.enter_context(movement(id_map, known, FlowSettings(**flows)))

        yield opened


def rows(moved: MovementEngine, question: str, *columns: str) -> list[tuple]:
    frame = moved.frame(question)
    return [tuple(row) for row in frame[list(columns) or list(frame.columns)].itertuples(index=False)]


def test_nobody_at_all_gives_empty_tables_with_their_columns(ask, tmp_path: Path) -> None:
    moved = ask()
    assert list(moved.frame("flows").columns) == FLOWS.header
    for name, table in MOVEMENT_TABLES.items():
        moved.write(name, tmp_path / name)
        assert (tmp_path / name).read_text() == ",".join(table.header) + "\n"
    assert moved.direction().note() is None


def test_the_columns_are_those_of_the_tables_and_moments_are_utc(ask, tmp_path: Path) -> None:
    moved = ask(("a", 1, 0, 9), ("b", 1, 0, 9), starts={"a": 0.08, "b": 60.0})
    for name, table in MOVEMENT_TABLES.items():
        moved.write(name, tmp_path / name)
        written = pd.read_csv(tmp_path / name, keep_default_na=False)
        assert list(written.columns) == table.header and len(written) > 0, name
    assert pd.read_csv(tmp_path / "visits")["enter"][0] == "2026-03-14T12:00:00.080Z"


def test_moves_follow_the_clock_and_not_the_frame_numbers(ask) -> None:
    tracks = [("a", 1, 900, 950), ("b", 1, 0, 50)]
    assert rows(ask(*tracks, starts={"a": 0.0, "b": 300.0}), "flows") == [("a", "b", 1)]
    assert rows(ask(*tracks), "flows") == [("b", "a", 1)], "the original meaning, without clocks"


def test_what_rests_on_no_clock_or_a_guess_is_said(ask) -> None:
    tracks = [("a", 1, 0, 9), ("b", 1, 50, 60), ("c", 2, 0, 9)]
    assert "1 of 1 moves are ordered by frame numbers" in ask(*tracks).direction().note()
    assert "no direction" in ask(*tracks, without_clock="undirected").direction().note()
    half = ask(*tracks, starts={"a": 0.0}).direction()
    assert half.assumed == 1, "one clock of two says nothing"
    guess = ask(*tracks, starts={"a": 0.0, "b": 60.0}, guessed=("b",)).direction()
    assert (guess.assumed, guess.guessed) == (0, 1) and "a guess" in guess.note()
    assert ask(*tracks, starts={"a": 0.0, "b": 60.0}).direction().note() is None


def test_without_clock_and_direction_shared_identities_are_counted_per_pair_in_name_order(ask) -> None:
    tracks = [
        ("c", 1, 0, 9),
        ("a", 1, 20, 30),
        ("b", 1, 40, 50),
        ("a", 1, 90, 99),
        ("b", 2, 0, 9),
        ("a", 2, 0, 9),
    ]
    moved = ask(*tracks, without_clock="undirected")
    assert rows(moved, "flows") == [("a", "b", 2), ("a", "c", 1), ("b", "c", 1)]
    assert rows(moved, "od_matrix") == []


def test_returning_to_the_same_place_is_no_flow_but_a_re_entry(ask) -> None:
    moved = ask(("a", 1, 0, 9), ("a", 1, 200, 210), starts={"a": 0.0})
    assert rows(moved, "flows") == []
    assert rows(moved, "visits", "visit", "re_entry", "dwell_s") == [(0, False, 0.9), (1, True, 1.0)]
    assert rows(moved, "identities", "visits", "re_entries", "dwell_s") == [(2, 1, 1.9)]


@pytest.mark.parametrize("starts", [{"a": 0.0}, None])
def test_a_tracker_s_gap_does_not_end_a_visit(ask, starts) -> None:
    moved = ask(("a", 1, 0, 9), ("a", 1, 59, 70), ("a", 1, 121, 130), starts=starts)
    assert rows(moved, "visits", "tracks", "f_enter", "f_leave") == [(2, 0, 70), (1, 121, 130)]


def test_a_short_visit_elsewhere_ends_a_visit_unless_both_see_a_common_place(ask) -> None:
    tracks, starts = [("a", 1, 0, 9), ("a", 1, 25, 40), ("b", 1, 0, 5)], {"a": 0.0, "b": 1.5}
    apart = ask(*tracks, starts=starts)
    assert rows(apart, "flows") == [("a", "b", 1), ("b", "a", 1)]
    assert rows(apart, "visits", "video", "re_entry") == [("a", False), ("b", False), ("a", True)]
    together = ask(*tracks, starts=starts, said={"overlaps": [["a", "b"]]})
    assert rows(together, "visits", "video", "tracks") == [("a", 2), ("b", 1)]


def test_two_files_of_one_camera_are_one_place_for_the_camera(ask) -> None:
    tracks = [("a1", 1, 0, 99), ("a2", 1, 0, 99), ("b", 1, 0, 9)]
    cameras, starts = {"a1": "a", "a2": "a"}, {"a1": 0.0, "a2": 10.0, "b": 60.0}
    moved = ask(*tracks, starts=starts, cameras=cameras)
    assert rows(moved, "camera_flows") == [("a", "b", 1)]
    assert rows(moved, "flows") == [("a1", "a2", 1), ("a2", "b", 1)]
    assert rows(moved, "identities", "re_entries", "cameras", "videos") == [(0, 2, 3)]


def test_gaps_are_seconds_from_leaving_to_entering_and_long_ones_are_no_direct_transition(ask) -> None:
    tracks = [("a", who, 0, 10) for who in range(4)] + [
        ("b", who, 100 * who, 100 * who + 5) for who in range(4)
    ]
    ways = {"transitions": [{"from": "a", "to": "b", "max_s": 25}]}
    moved = ask(*tracks, starts={"a": 0.0, "b": 2.0}, said=ways)
    assert rows(moved, "transitions") == [("a", "b", 4, 3, 1.0, 11.0, 19.0)]


def test_origin_and_destination_are_the_first_and_the_last_place(ask) -> None:
    tracks = [("b", 1, 0, 9), ("c", 1, 0, 9), ("a", 1, 0, 10), ("a", 2, 0, 20)]
    moved = ask(*tracks, starts={"a": 0.0, "b": 60.0, "c": 120.0})
    assert rows(moved, "od_matrix") == [("a", "a", 1, 2.0), ("a", "c", 1, 120.9)]
    found = moved.frame("identities").iloc[0]
    assert (found["first_video"], found["last_video"]) == ("a", "c")
    assert found["first_seen"] == pd.Timestamp(NOON)


def test_occupancy_changes_exactly_when_somebody_comes_or_goes(ask) -> None:
    tracks = [("a", 1, 0, 9), ("a", 2, 5, 14), ("a", 3, 10, 19), ("a", 4, 30, 39)]
    found = rows(ask(*tracks), "occupancy", "f_since", "f_until", "present")
    assert found == [(0, 5, 1), (5, 15, 2), (15, 20, 1), (20, 30, 0), (30, 40, 1)]


def test_without_frames_a_second_order_and_counts_remain(ask) -> None:
    moved = ask(("a", 1, 0, 9), ("b", 1, 5, 20), fps=None)
    assert rows(moved, "flows") == [("a", "b", 1)]
    assert moved.frame("visits")["dwell_s"].isna().all()


@pytest.mark.parametrize("seed", range(25))
def test_whatever_the_footage_the_tables_agree_with_each_other(ask, seed: int) -> None:
    draw = np.random.default_rng(seed)
    names = list("abcde")
    starts = {name: float(draw.integers(0, 500)) for name in names if draw.random() < 0.7}
    tracks = []
    for _ in range(int(draw.integers(1, 80))):
        first = int(draw.integers(0, 2000))
        tracks.append(
            (str(draw.choice(names)), int(draw.integers(0, 12)), first, first + int(draw.integers(0, 90)))
        )
    cameras = {"a": "x", "b": "x"} if seed % 2 else {}
    moved = ask(*tracks, starts=starts, cameras=cameras)
    visits, people = moved.frame("visits"), moved.frame("identities")
    assert visits["tracks"].sum() == people["tracks"].sum() == len(tracks)
    assert len(visits) == people["visits"].sum()
    assert visits["re_entry"].sum() == people["re_entries"].sum()
    assert list(people["global_id"]) == sorted({who for _, who, _, _ in tracks})
    assert moved.frame("flows")["count"].sum() == moved.direction().moves
    assert moved.frame("od_matrix")["count"].sum() == len(people)
    occupancy = moved.frame("occupancy")
    inside = ((occupancy["f_until"] - occupancy["f_since"]) * occupancy["present"]).sum()
    assert inside == (visits["f_leave"] - visits["f_enter"] + 1).sum()
    timed = visits[visits["timed"]]
    assert all(part["enter"].is_monotonic_increasing for _, part in timed.groupby("global_id"))
    for name, table in MOVEMENT_TABLES.items():
        table.conform(moved.frame(name))


def test_a_video_without_clock_does_not_reverse_what_clocks_tell(ask) -> None:
    tracks, starts = [("a", 1, 900, 950), ("b", 1, 0, 50), ("c", 1, 100, 150)], {"a": 0.0, "b": 120.0}
    moved = ask(*tracks, starts=starts)
    assert rows(moved, "visits", "video", "clock") == [("c", "none"), ("a", "explicit"), ("b", "explicit")]
    assert rows(moved, "flows") == [("a", "b", 1), ("c", "a", 1)]
    assert rows(moved, "transitions", "from", "to", "count", "gap_median_s") == [("a", "b", 1, 25.0)]
    assert rows(moved, "od_matrix", "origin", "destination") == [("c", "b")], "c by assumption"
    assert moved.frame("od_matrix")["median_s"].isna().all(), "nobody knows how long before"
    assert "1 of 2 moves" in moved.direction().note()
    undirected = ask(*tracks, starts=starts, without_clock="undirected")
    assert rows(undirected, "flows") == [("a", "b", 1), ("a", "c", 1), ("b", "c", 1)]
    assert rows(ask(*tracks[::-1], starts=starts | {"b": -60.0}, without_clock="undirected"), "flows") == [
        ("a", "c", 1),
        ("b", "a", 1),
        ("b", "c", 1),
    ]


def test_a_visit_without_clock_between_two_timed_ones_leaves_their_move_in_one_piece(ask) -> None:
    tracks, starts = [("a", 1, 0, 9), ("c", 1, 40, 49), ("b", 1, 90, 99)], {"a": 0.0, "b": 60.0}
    moved = ask(*tracks, starts=starts)
    assert rows(moved, "visits", "video") == [("a",), ("c",), ("b",)]
    assert rows(moved, "flows") == [("a", "b", 1), ("a", "c", 1)], "one move less than visits"


timed_footage = st.lists(
    st.tuples(st.sampled_from("abcuv"), st.integers(0, 2), st.integers(0, 900), st.integers(0, 90)).map(
        lambda one: (one[0], one[1], one[2], one[2] + one[3])
    ),
    min_size=1,
    max_size=25,
)


@given(
    timed_footage,
    st.fixed_dictionaries({video: st.integers(0, 300).map(float) for video in "abc"}),
    st.sampled_from(["common_start", "undirected"]),
    st.sampled_from([{}, {"a": "x", "b": "x"}, {"a": "x", "u": "x"}, {"u": "a", "v": "a"}]),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_timed_visits_are_the_same_with_and_without_clockless_videos(
    ask, tracks, starts, without_clock, cameras
) -> None:
    rest = [track for track in tracks if track[0] in "abc"]
    said = {"starts": starts, "cameras": cameras, "without_clock": without_clock}
    whole, alone = ask(*tracks, **said), ask(*rest, **said)
    visits = whole.frame("visits")
    assert (visits["visit"] == visits.groupby("global_id").cumcount()).all()
    timed = visits[visits["clock"] != "none"]
    for _, own in timed.groupby("global_id"):
        assert own["enter"].is_monotonic_increasing
    facts = ["global_id", "video", "enter", "leave", "tracks", "re_entry"]
    pd.testing.assert_frame_equal(
        timed[facts].reset_index(drop=True), alone.frame("visits")[facts], check_dtype=False
    )
    known = "SELECT global_id, video, next_video, gap_s FROM moves WHERE known ORDER BY ALL"
    pd.testing.assert_frame_equal(whole.ask(known), alone.ask(known), check_dtype=False)
    pd.testing.assert_frame_equal(whole.frame("transitions"), alone.frame("transitions"), check_dtype=False)
    steps = whole.ask("SELECT count(*) - count(DISTINCT global_id) AS links FROM steps")["links"][0]
    assert whole.direction().moves <= steps
    if without_clock == "common_start":
        people = visits["global_id"].nunique()
        assert whole.frame("od_matrix")["count"].sum() == people


def demo_footage(seed: int = 7) -> tuple[pd.DataFrame, pd.DataFrame, Clocks]:
    """The demo's map as it would be if everybody were recognised, its visits in world time, its clocks."""
    visits, tracks, known = plan_visits(seed), [], []
    names = sorted({visit.identity for visit in visits})
    for number, camera in enumerate(CAMERAS):
        tracker = SimulatedTracker(
            [v for v in visits if v.camera == camera], np.random.default_rng([seed, number])
        )
        for visit in tracker.visits:
            frames = [
                f for f in range(camera.frames) if (at := visit.feet_at(f)) is not None and 0 <= at[0] <= 640
            ]
            begin = WORLD_START + timedelta(seconds=camera.start + frames[0] / FPS)
            end = WORLD_START + timedelta(seconds=camera.start + frames[-1] / FPS)
            known.append((visit.identity, camera.name, begin, end))
            tracks.append((camera.name, names.index(visit.identity), frames[0], frames[-1]))
    frame = pd.DataFrame(tracks, columns=["video", "global_id", "f_min", "f_max"])
    frame = frame.assign(track_id=range(len(frame)), class_id=0, class_name="p", n_samples=1)
    clocks = Clocks(
        {
            camera.name: VideoClock(
                camera.name, "summary.json", datetime.fromisoformat(camera.start_time), "summary.json", FPS
            )
            for camera in CAMERAS
        }
    )
    truth = pd.DataFrame(known, columns=["being", "place", "enter", "leave"])
    return GLOBAL_ID_MAP.conform(frame[GLOBAL_ID_MAP.header]), truth, clocks


def test_the_demo_s_visits_flows_and_dwell_are_those_of_its_plan_visits() -> None:
    id_map, truth, clocks = demo_footage()
    truth = truth.sort_values(["being", "enter"], ignore_index=True)
    following = truth.groupby("being")["place"].shift(-1)
    moves = truth.assign(to=following)[following.notna() & (following != truth["place"])]
    with movement(id_map, clocks, FlowSettings()) as moved:
        visits, flows = moved.frame("visits"), moved.frame("flows")
        gaps = moved.frame("transitions").set_index(["from", "to"])
        assert moved.direction().note() is None
    assert list(visits["video"]) == list(truth["place"])
    assert np.allclose((visits["enter"] - truth["enter"]).dt.total_seconds(), 0, atol=1e-3)
    dwell = (truth["leave"] - truth["enter"]).dt.total_seconds()
    assert np.allclose(visits["dwell_s"], dwell, atol=2e-3)
    expected = moves.groupby(["place", "to"]).size()
    assert dict(zip(zip(flows["from"], flows["to"], strict=True), flows["count"], strict=True)) == dict(
        expected
    )
    later = truth.groupby("being")["enter"].shift(-1) - truth["leave"]
    seconds = later[moves.index].dt.total_seconds().groupby([moves["place"], moves["to"]])
    assert np.allclose(gaps["gap_median_s"].sort_index(), seconds.median().sort_index(), atol=2e-3)
    # The same world without its clocks: frame numbers lead back to the entrance.
    with movement(id_map, Clocks(), FlowSettings()) as moved:
        wrong = moved.frame("flows")
    backwards = wrong[wrong["to"] == "entrance"]["count"].sum()
    assert backwards > 5 and (flows["to"] != "entrance").all()
