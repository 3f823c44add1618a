"""Each rule is found broken where it is broken, and only there."""

import numpy as np
import pandas as pd
import pytest

from reid_assets.reid.association.identity_rules import identity_bounds, largest_share, violations
from reid_assets.reid.core.settings import AssociateSettings
from reid_assets.reid.core.tables import GLOBAL_ID_MAP

OPEN = AssociateSettings(allow_merge_same_video=True)


def id_map(*rows: tuple[str, int, str, int, int, int]) -> pd.DataFrame:
    columns = ["video", "track_id", "class_name", "f_min", "f_max", "global_id"]
    frame = pd.DataFrame(list(rows), columns=columns).assign(class_id=0, n_samples=1)
    return GLOBAL_ID_MAP.conform(frame) if rows else GLOBAL_ID_MAP.empty()


def rules(frame: pd.DataFrame, settings: AssociateSettings) -> list[str]:
    return violations(frame, settings)["rule"].tolist()


def test_no_track_breaks_no_rule() -> None:
    assert rules(id_map(), AssociateSettings()) == []
    assert identity_bounds(id_map(), AssociateSettings()).empty
    assert largest_share(id_map()) == 0


def test_one_frame_together_is_an_overlap() -> None:
    frame = id_map(("a", 0, "person", 0, 10, 5), ("a", 1, "person", 10, 20, 5))
    assert rules(frame, OPEN) == ["overlap"]
    assert rules(frame, OPEN.model_copy(update={"max_same_video_time_overlap": 1})) == []
    assert rules(id_map(("a", 0, "person", 0, 9, 5), ("a", 1, "person", 10, 20, 5)), OPEN) == []


def test_a_short_track_inside_a_long_one_is_found_behind_another_short_one() -> None:
    frame = id_map(("a", 0, "p", 0, 100, 5), ("a", 1, "p", 10, 12, 5), ("a", 2, "p", 50, 52, 5))
    assert sorted(violations(frame, OPEN)["track_id"]) == [1, 2]


def test_two_tracks_of_one_video_need_permission() -> None:
    frame = id_map(("a", 0, "p", 0, 9, 5), ("a", 1, "p", 20, 29, 5), ("b", 1, "p", 0, 29, 5))
    assert rules(frame, AssociateSettings()) == ["same_video"]
    assert rules(frame, OPEN) == []


def test_two_classes_need_permission_or_a_group() -> None:
    frame = id_map(("a", 0, "car", 0, 9, 5), ("b", 0, "truck", 0, 9, 5))
    assert rules(frame, AssociateSettings()) == ["class"]
    assert rules(frame, AssociateSettings(same_class_only=False)) == []
    assert rules(frame, AssociateSettings(class_groups=[["car", "truck"]])) == []


@pytest.mark.parametrize("seed", range(20))
def test_a_map_is_clean_exactly_when_no_pair_of_its_tracks_breaks_a_rule(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = [
        (
            str(rng.choice(["a", "b"])),
            i,
            str(rng.choice(["x", "y"], p=[0.9, 0.1])),
            int(s),
            int(s + rng.integers(0, 9)),
            int(rng.integers(0, 8)),
        )
        for i, s in enumerate(rng.integers(0, 60, 12))
    ]
    settings = AssociateSettings(
        allow_merge_same_video=bool(rng.integers(2)), max_same_video_time_overlap=int(rng.integers(3))
    )
    expected = set()
    for i, one in enumerate(rows):
        for other in rows[:i]:
            if one[5] != other[5]:
                continue
            if one[2] != other[2]:
                expected.add("class")
            if one[0] == other[0]:
                if not settings.allow_merge_same_video:
                    expected.add("same_video")
                if min(one[4], other[4]) - max(one[3], other[3]) + 1 > settings.max_same_video_time_overlap:
                    expected.add("overlap")
    assert set(rules(id_map(*rows), settings)) == expected


def test_fewer_identities_than_people_visible_together_are_out_of_bounds() -> None:
    rows = [("a", 0, "p", 0, 9, 1), ("a", 1, "p", 5, 9, 1), ("a", 2, "p", 20, 29, 1)]
    bounds = identity_bounds(id_map(*rows), OPEN).iloc[0]
    assert (bounds["identities"], bounds["at_least"], bounds["at_most"], bounds["ok"]) == (1, 2, 3, False)
    assert identity_bounds(id_map(*rows), AssociateSettings()).iloc[0]["at_least"] == 3


def test_tracks_too_short_to_overlap_hide_none_of_those_that_do() -> None:
    together = [("a", i, "p", 3, 10, i) for i in range(3)]
    short = [("a", 10 + i, "p", 5, 6, i) for i in range(3)]
    settings = OPEN.model_copy(update={"max_same_video_time_overlap": 6})
    assert identity_bounds(id_map(*short, *together), settings).iloc[0]["at_least"] == 3


def test_the_largest_share_is_that_of_one_class() -> None:
    rows = [("a", i, "p", 0, 9, i % 2) for i in range(20)] + [("a", i, "q", 0, 9, 7) for i in range(5)]
    assert largest_share(id_map(*rows)) == 0.5
