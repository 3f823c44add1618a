"""Colours are counted where they are, softly."""

import numpy as np

from reid_assets.reid.backbones.lomo_colours import colour_histograms


def picture(top: tuple[int, int, int], bottom: tuple[int, int, int]) -> np.ndarray:
    image = np.full((1, 128, 48, 3), top, dtype=np.uint8)
    image[:, 64:] = bottom
    return image


def test_every_stripe_s_shares_sum_to_one() -> None:
    shares = colour_histograms(picture((0, 0, 255), (255, 0, 0))).reshape(8, 96)
    assert np.allclose(shares.sum(axis=1), 1, atol=1e-5)
    assert (shares >= 0).all()


def test_a_red_top_over_blue_legs_is_not_a_blue_top_over_red_legs() -> None:
    one, other = (
        colour_histograms(picture(*colours))
        for colours in (((0, 0, 255), (255, 0, 0)), ((255, 0, 0), (0, 0, 255)))
    )
    assert (one * other).sum() < 0.05 * (one * one).sum()


def test_a_slightly_other_shade_keeps_most_of_its_weight_even_across_a_border_of_bins() -> None:
    shades = [colour_histograms(picture((0, 0, value), (0, 0, value))) for value in range(100, 160, 4)]
    for one, next_one in zip(shades, shades[1:], strict=False):
        assert np.abs(one - next_one).sum() / one.sum() < 0.3


def test_hue_goes_round_so_that_two_reds_are_neighbours() -> None:
    orange_red, pink_red = (colour_histograms(picture(bgr, bgr)) for bgr in ((0, 20, 255), (20, 0, 255)))
    assert np.abs(orange_red - pink_red).sum() / 8 < 0.5
