"""What tombstones leave out."""

import pandas as pd

from reid_assets.reid.core.forgotten import FORGOTTEN, Forgotten


def forgotten(*rows: tuple[str, int, int | None]) -> Forgotten:
    table = pd.DataFrame(list(rows), columns=["video", "track_id", "global_id"])
    return Forgotten(FORGOTTEN.conform(table.assign(at="2026-01-01", reason=None, tracks_csv="one")))


def test_nothing_forgotten_leaves_nothing_out() -> None:
    table = pd.DataFrame({"video": ["a"], "track_id": [1]})
    assert Forgotten().without(table) is table and Forgotten().version("a") is None
    assert not Forgotten().tracks() and not list(Forgotten().identities())
    assert len(forgotten(("a", 1, 0)).without(table.iloc[:0])) == 0


def test_only_the_forgotten_track_of_its_video_is_left_out() -> None:
    table = pd.DataFrame({"video": ["a", "a", "b", "aa"], "track_id": [1, 11, 1, 1]})
    left = forgotten(("a", 1, 0), ("c", 4, None)).without(table)
    assert left.to_numpy().tolist() == [["a", 11], ["b", 1], ["aa", 1]]


def test_an_empty_cell_names_no_track() -> None:
    table = pd.DataFrame(
        {"witness_video": ["a", None, "a"], "witness_track_id": pd.array([1, None, None], "Int64")}
    )
    mask = forgotten(("a", 1, 0)).mask(table, "witness_video", "witness_track_id")
    assert mask.tolist() == [True, False, False]


def test_the_version_of_a_video_depends_on_its_own_tracks_alone() -> None:
    one = forgotten(("a", 1, 0), ("a", 2, 0))
    assert one.version("a") == forgotten(("b", 1, 4), ("a", 2, 5), ("a", 1, 5)).version("a")
    assert one.version("a") != forgotten(("a", 1, 0)).version("a") and one.version("b") is None
    assert one.retracked(lambda video: "two") == ["a"] and one.retracked(lambda video: "one") == []
