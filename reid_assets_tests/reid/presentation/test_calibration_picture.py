"""The picture shows what there is, is small enough for an event, and fails on no edge."""

import io

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from reid_assets.reid.accuracy.calibration_pairs import EDGES
from reid_assets.reid.accuracy.calibration_tables import EXPECTED_ACCURACY, SIMILARITY_CALIBRATION
from reid_assets.reid.presentation.calibration_picture import draw_calibration


def group(name: str, tracks: int, told: bool = True) -> tuple[pd.DataFrame, dict[str, object]]:
    middle = (EDGES[:-1] + EDGES[1:]) / 2
    pairs = (1e5 * np.exp(-(middle**2) / 2)).astype(int) if tracks > 1 else np.zeros(len(middle), int)
    row = {"class_group": name, "tracks": tracks, "identities": 3, "fewest": 2, "most": 5}
    row |= {
        "decided_by": "crops",
        "even_odds": 2.0 if told else None,
        "compared": tracks,
        "joined": 9,
        "doubles": 0,
    }
    row |= {"expected_precision": 0.9 if told else None, "expected_recall": 0.8 if told else None}
    row |= {"supported": told, "why": None if told else "too few to tell"}
    bins = {"class_group": name, "low": EDGES[:-1], "high": EDGES[1:], "pairs": pairs, "joined": pairs // 50}
    bins |= {"halves": 0, "seen_together": 0, "probability": middle.clip(0, 4) / 4 if told else None}
    return pd.DataFrame(bins), row


def draw(*groups: tuple[pd.DataFrame, dict[str, object]]) -> Image.Image:
    bins = pd.concat([bins for bins, _ in groups])
    accuracy = EXPECTED_ACCURACY.conform(pd.DataFrame([row for _, row in groups]))
    png = draw_calibration(SIMILARITY_CALIBRATION.conform(bins), accuracy)
    assert len(png) < 60_000
    return Image.open(io.BytesIO(png)).convert("RGB")


def test_nothing_to_compare_is_said() -> None:
    png = draw_calibration(SIMILARITY_CALIBRATION.empty(), EXPECTED_ACCURACY.empty())
    assert Image.open(io.BytesIO(png)).size[0] > 100


@pytest.mark.parametrize("told", [True, False])
def test_the_probability_is_drawn_where_it_is_known(told: bool) -> None:
    colours = {colour for _, colour in draw(group("person", 50, told)).getcolors(1 << 20) or ()}
    orange = [c for c in colours if c[0] > 200 and 100 < c[1] < 180 and c[2] < 90]
    assert bool(orange) == told


def test_the_three_largest_groups_get_a_panel_each() -> None:
    one, four = draw(group("a", 50)), draw(*[group(name, 50) for name in "abcd"])
    assert four.size[1] == 3 * one.size[1]


def test_a_group_of_one_track_is_drawn_too() -> None:
    assert draw(group("person", 1, told=False)).size[1] > 100


def test_even_odds_are_marked_where_they_are_known() -> None:
    bins, row = group("person", 50)
    marked, bare = draw((bins, row)), draw((bins, row | {"even_odds": None}))
    assert marked.tobytes() != bare.tobytes()
