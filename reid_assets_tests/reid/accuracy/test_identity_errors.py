"""Errors of a map: identities that hold several true ones, and true ones that are split."""

import pandas as pd

from reid_assets.reid.accuracy.identity_errors import identity_errors

MAP = pd.DataFrame(
    [("a", 0, 0), ("b", 0, 0), ("c", 0, 0), ("a", 1, 1), ("b", 1, 2), ("c", 9, 2)],
    columns=["video", "track_id", "global_id"],
)


def truth(*identities: str) -> pd.DataFrame:
    return MAP[["video", "track_id"]].assign(identity=identities)


def test_a_perfect_map_has_no_errors() -> None:
    assert identity_errors(MAP, truth("x", "x", "x", "y", "z", "z")).as_json() == {"merged": [], "split": []}


def test_a_merge_and_a_split_are_listed_with_their_pairs() -> None:
    found = identity_errors(MAP, truth("x", "x", "y", "y", "z", "z"))
    assert found.as_json() == {
        "merged": [
            {
                "global_id": 0,
                "pairs": 2,
                "parts": [
                    {"identity": "x", "tracks": ["a:0", "b:0"]},
                    {"identity": "y", "tracks": ["c:0"]},
                ],
            }
        ],
        "split": [
            {
                "identity": "y",
                "pairs": 1,
                "parts": [{"global_id": 0, "tracks": ["c:0"]}, {"global_id": 1, "tracks": ["a:1"]}],
            }
        ],
    }


def test_tracks_that_only_one_side_knows_are_not_judged() -> None:
    known = pd.DataFrame({"video": ["a", "z"], "track_id": [0, 0], "identity": ["x", "y"]})
    assert identity_errors(MAP, known).as_json() == {"merged": [], "split": []}
    assert identity_errors(MAP.iloc[:0], known.iloc[:0]).as_json() == {"merged": [], "split": []}
