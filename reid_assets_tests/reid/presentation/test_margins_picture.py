import xml.etree.ElementTree as ElementTree

import numpy as np
import pandas as pd
import pytest

from reid_assets.reid.presentation.margins_picture import draw_margins


@pytest.mark.parametrize(
    "margins", [[], [0.0], [0.4] * 5, [-1.0, 2.0], list(np.random.default_rng(0).normal(1, 1, 10_000))]
)
def test_the_picture_is_svg_and_short_enough_to_stand_inline(margins: list[float]) -> None:
    svg = draw_margins(pd.Series(margins, dtype=float))
    assert ElementTree.fromstring(svg).tag.endswith("svg")
    assert len(svg) * 4 / 3 < 900


def test_tracks_nearer_to_others_stand_left_of_the_line() -> None:
    def zero(margins: list[float]) -> int:
        line = ElementTree.fromstring(draw_margins(pd.Series(margins)))[1]
        return int(line.attrib["d"].split()[0].removeprefix("M"))

    assert zero([-1.0, 1.0]) == pytest.approx(128, abs=8)
    assert zero([0.5, 1.0]) < 64
