"""Colours of identities: the same for ever, clearly different for neighbours, with text that can be read."""

from itertools import combinations

import numpy as np

from reid_assets.reid.presentation.identity_colours import hex_colour, identity_colour, text_colour


def test_the_colour_of_an_id_never_changes() -> None:
    assert [hex_colour(identity_colour(n)) for n in (0, 1, 12)] == ["#f22424", "#24f260", "#5798d9"]


def test_ids_that_follow_each_other_differ_clearly() -> None:
    colours = np.array([identity_colour(number) for number in range(200)], float)
    for first in range(190):
        some = colours[first : first + 8]
        assert min(np.abs(a - b).max() for a, b in combinations(some, 2)) > 35, first


def test_no_two_of_many_ids_have_the_same_colour() -> None:
    assert len({identity_colour(number) for number in range(300)}) > 290


def test_text_on_every_colour_can_be_read() -> None:
    def luminance(colour: tuple[int, int, int]) -> float:
        shares = [share / 255 for share in colour]
        linear = [s / 12.92 if s <= 0.03928 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for number in range(300):
        colour = identity_colour(number)
        light, dark = sorted((luminance(colour), luminance(text_colour(colour))), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, number
