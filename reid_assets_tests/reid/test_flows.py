"""A flow is one identity going from one video to another, and nothing else."""

import pandas as pd

from reid_assets.reid.flows import count_flows
from reid_assets.reid.tables import GLOBAL_ID_MAP


def flows(*rows: tuple[str, int, int]) -> list[tuple[str, str, int]]:
    frame = pd.DataFrame(list(rows), columns=["video", "global_id", "f_min"])
    frame = frame.assign(track_id=range(len(frame)), class_id=0, class_name="p", n_samples=1)
    frame["f_max"] = frame["f_min"] + 5
    id_map = GLOBAL_ID_MAP.conform(frame) if rows else GLOBAL_ID_MAP.empty()
    return [tuple(row) for row in count_flows(id_map).itertuples(index=False)]


def test_nobody_goes_nowhere() -> None:
    assert flows() == []
    assert flows(("a", 1, 0)) == []
    assert list(count_flows(GLOBAL_ID_MAP.empty()).columns) == ["from", "to", "count"]


def test_moves_follow_first_frames_and_are_counted() -> None:
    assert flows(("b", 1, 9), ("a", 1, 0), ("a", 2, 0), ("b", 2, 3), ("c", 2, 8)) == [
        ("a", "b", 2),
        ("b", "c", 1),
    ]


def test_returning_to_the_same_video_is_no_flow() -> None:
    assert flows(("a", 1, 0), ("a", 1, 9), ("b", 1, 20), ("a", 1, 30)) == [("a", "b", 1), ("b", "a", 1)]


def test_two_identities_in_a_row_are_no_move() -> None:
    assert flows(("a", 1, 0), ("b", 2, 9)) == []
