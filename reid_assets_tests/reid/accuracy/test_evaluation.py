"""The figures are those that counting by hand gives."""

from itertools import combinations, permutations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from reid_assets.reid.accuracy.evaluation import evaluate, read_truth
from reid_assets.reid.core.errors import InputError
from reid_assets.reid.core.settings import AssociateSettings
from reid_assets.reid.core.tables import GLOBAL_ID_MAP

OPEN = AssociateSettings(allow_merge_same_video=True)


def figures(found: list[int], true: list[int]) -> dict[str, float]:
    frame = pd.DataFrame({"video": "a", "track_id": range(len(found)), "global_id": found})
    spans = {"f_min": frame["track_id"] * 10, "f_max": frame["track_id"] * 10 + 5}
    frame = frame.assign(class_id=0, class_name="p", n_samples=1, **spans)
    truth = pd.DataFrame({"video": "a", "track_id": range(len(true)), "identity": [str(t) for t in true]})
    return evaluate(GLOBAL_ID_MAP.conform(frame.astype({"video": str})), truth, OPEN)


def test_nothing_found_of_nothing_is_right() -> None:
    assert figures([], [])["pairwise_f1"] == 1
    assert figures([], [])["idf1"] == 1


def test_a_perfect_map_has_ones_whatever_its_ids_are_called() -> None:
    got = figures([7, 7, 3, 9], [0, 0, 1, 2])
    assert {got[name] for name in ("pairwise_f1", "bcubed_f1", "idf1")} == {1.0}
    assert got["violations"] == 0


def test_everybody_in_one_identity_has_full_recall_and_little_precision() -> None:
    got = figures([1, 1, 1, 1], [0, 0, 1, 1])
    assert got["pairwise_recall"] == 1
    assert got["pairwise_precision"] == pytest.approx(2 / 6)
    assert got["idf1"] == 0.5


@pytest.mark.parametrize("seed", range(10))
def test_the_tables_agree_with_counting_pairs_and_tracks_one_by_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    found, true = rng.integers(0, 6, 25).tolist(), rng.integers(0, 6, 25).tolist()
    got = figures(found, true)
    pairs = list(combinations(range(25), 2))
    right = sum(found[i] == found[j] and true[i] == true[j] for i, j in pairs)
    assert got["pairwise_precision"] == pytest.approx(right / sum(found[i] == found[j] for i, j in pairs))
    assert got["pairwise_recall"] == pytest.approx(right / sum(true[i] == true[j] for i, j in pairs))
    together = [[found[i] == found[j] and true[i] == true[j] for j in range(25)] for i in range(25)]
    precision = np.mean([sum(together[i]) / found.count(found[i]) for i in range(25)])
    assert got["bcubed_precision"] == pytest.approx(precision)
    agree = np.zeros((6, 6))
    np.add.at(agree, (found, true), 1)
    best = max(sum(agree[i, p] for i, p in enumerate(order)) for order in permutations(range(6)))
    assert got["idf1"] == pytest.approx(best / 25)


def test_tracks_that_the_map_lacks_are_counted_and_cost_idf1() -> None:
    got = figures([1, 1], [0, 0, 0, 0])
    assert (got["tracks"], got["tracks_not_in_map"]) == (2, 2)
    assert got["idp"] == 1
    assert got["idf1"] == pytest.approx(4 / 6)


def test_tracks_that_the_truth_does_not_name_are_counted_and_cost_nothing() -> None:
    got = figures([1, 1, 1, 5], [0, 0])
    assert (got["tracks"], got["tracks_not_in_truth"]) == (2, 2)
    assert {got[name] for name in ("pairwise_f1", "bcubed_f1", "idf1")} == {1.0}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("video,track_id\na,1\n", "identity is missing"),
        ("video,track_id,identity\na,1,x\na,1,y\n", "a track 1 is listed twice"),
        ("video,track_id,identity\na,x,x\n", "whole numbers"),
    ],
)
def test_a_bad_truth_is_refused_by_name(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "truth.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=said):
        read_truth(path)
    with pytest.raises(InputError, match="no such file"):
        read_truth(tmp_path / "none.csv")
