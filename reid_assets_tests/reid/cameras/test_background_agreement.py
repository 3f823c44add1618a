"""One view is recognised in another light; different views never pass for one.

The thresholds were chosen on other pictures: real videos, and corridors of other seeds.
"""

import numpy as np
import pytest

from reid_assets.demo.cameras import CAMERAS
from reid_assets.demo.scenes import paint_background
from reid_assets.reid.cameras.background_agreement import Signature, agreement
from reid_assets.reid.cameras.views import OTHER_VIEW, SAME_VIEW
from reid_assets_tests.support.painted_views import (
    HEIGHT,
    WIDTH,
    Change,
    background,
    brightness,
    compressed,
    corridor,
    gamma,
    lit_from_the_side,
    moved,
    overlaid,
    room,
)

CHANGES = {
    "noise": brightness(1.0, 15),
    "compression": compressed(20),
    "dusk": brightness(0.3, 4),
    "glare": brightness(1.6),
    "dark tones": gamma(2.0),
    "light tones": gamma(0.5),
    "light from the side": lit_from_the_side,
    "nudged": moved(6, -4),
    "clock and logo": overlaid,
}
SEEDS = range(500, 512)


def signature(view: np.ndarray, change: Change = lambda image: image) -> Signature:
    return Signature.of(background(view, change))


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_view_agrees_with_itself_in_another_light(change: Change) -> None:
    for paint in (corridor, room):
        view = paint(500)
        agreed = agreement(signature(view), signature(view, change))
        assert agreed is not None and agreed >= SAME_VIEW


def test_corridors_of_one_shape_stay_apart() -> None:
    """The same walls, seen alike; only doors and things on the floor tell them apart."""
    found = [signature(corridor(seed)) for seed in SEEDS]
    values = [agreement(one, other) for n, one in enumerate(found) for other in found[:n]]
    assert len(values) == 66
    assert max(value for value in values if value is not None) < SAME_VIEW


def test_views_that_have_nothing_in_common_are_known_to_differ() -> None:
    found = [signature(room(seed)) for seed in SEEDS]
    values = [agreement(one, other) for n, one in enumerate(found) for other in found[:n]]
    assert all(value is not None and value < OTHER_VIEW for value in values)


def test_the_demos_four_cameras_differ() -> None:
    found = [signature(paint_background(camera)) for camera in CAMERAS]
    assert all(one.comparable for one in found)
    values = [agreement(one, other) for n, one in enumerate(found) for other in found[:n]]
    assert max(value for value in values if value is not None) < OTHER_VIEW


@pytest.mark.parametrize("change", [lit_from_the_side, brightness(0.3, 4), gamma(2.0)])
def test_one_light_does_not_make_two_views_one(change: Change) -> None:
    agreed = agreement(signature(room(500), change), signature(room(501), change))
    assert agreed is not None and agreed < OTHER_VIEW


def test_an_overlay_in_the_dark_does_not_make_two_cameras_one() -> None:
    night = brightness(0.03)
    one, other = (signature(view, lambda image: overlaid(night(image))) for view in (room(500), room(501)))
    agreed = agreement(one, other)
    assert agreed is None or agreed < OTHER_VIEW


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_a_plain_view_can_be_compared_with_nothing(grey: int) -> None:
    plain = signature(np.full((HEIGHT, WIDTH, 3), grey, np.uint8))
    assert not plain.comparable
    assert agreement(plain, plain) is None and agreement(plain, signature(room(500))) is None


def test_agreement_is_mutual() -> None:
    one, other = signature(corridor(500)), signature(corridor(501), lit_from_the_side)
    there, back = agreement(one, other), agreement(other, one)
    assert there is not None and back is not None
    assert abs(there - back) < 0.1
