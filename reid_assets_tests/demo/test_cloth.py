"""Every pattern shows both colours, and no two are alike."""

from typing import get_args

import numpy as np
import pytest

from reid_assets.demo.cloth import Pattern, cloth

PATTERNS = get_args(Pattern)
GROUND, FIGURE = (200, 10, 10), (10, 10, 200)


def test_plain_cloth_has_one_colour() -> None:
    assert (cloth("plain", GROUND, FIGURE) == GROUND).all()


@pytest.mark.parametrize("pattern", [name for name in PATTERNS if name != "plain"])
def test_patterned_cloth_shows_both_colours_in_its_middle(pattern: Pattern) -> None:
    middle = cloth(pattern, GROUND, FIGURE)[110:210, 110:210]
    for colour in (GROUND, FIGURE):
        assert (middle == colour).all(axis=2).mean() > 0.1


def test_no_two_patterns_are_alike() -> None:
    pictures = {cloth(pattern, GROUND, FIGURE).tobytes() for pattern in PATTERNS}
    assert len(pictures) == len(PATTERNS)
    assert np.all([len(picture) == 320 * 320 * 3 for picture in pictures])
