"""Walkers are whole, stand on the ground, and are told apart by their clothes from any side."""

import cv2
import numpy as np
import pytest

from reid_assets.demo.figure import View
from reid_assets.demo.looks import ROSTER
from reid_assets.demo.walker import FOOT_Y, SCALE, draw_walker

SIDES = [View(1.0, 0.0), View(-1.0, 0.0), View(0.0, 1.0), View(0.0, -1.0), View(0.97, 0.25)]


def drawn(name: str, view: View, phase: float = 1.2, swing: float = 0.8) -> np.ndarray:
    return draw_walker(ROSTER[name], view, phase, swing)


def clothes(sprite: np.ndarray) -> np.ndarray:
    """Colours from top to bottom: a histogram in each of six stripes of the body."""
    left, top, width, height = cv2.boundingRect(sprite[:, :, 3])
    stripes = np.array_split(sprite[top : top + height, left : left + width], 6)
    parts = []
    for stripe in stripes:
        mask = stripe[:, :, 3]
        counts = cv2.calcHist([stripe[:, :, :3]], [0, 1, 2], mask, [6, 6, 6], [0, 256] * 3).ravel()
        parts.append(np.sqrt(counts / max(counts.sum(), 1)))
    return np.concatenate(parts)


@pytest.mark.parametrize("name", ROSTER)
@pytest.mark.parametrize("view", SIDES)
def test_a_walker_is_whole_and_stands_on_the_ground(name: str, view: View) -> None:
    for phase in (0.0, 1.5, 3.0, 4.5):
        alpha = drawn(name, view, phase)[:, :, 3]
        _, top, _, height = cv2.boundingRect(alpha)
        assert not alpha[0].any(), "the head is cut off"
        assert not alpha[:, 0].any(), "an arm is cut off"
        assert not alpha[:, -1].any(), "an arm is cut off"
        assert abs(top + height - FOOT_Y) < 0.1 * SCALE
        assert 0.9 * SCALE < height < 1.2 * SCALE


def test_what_is_not_body_is_transparent_and_black() -> None:
    sprite = drawn("ada", SIDES[0])
    assert set(np.unique(sprite[:, :, 3])) == {0, 255}
    assert not sprite[sprite[:, :, 3] == 0].any()


def test_steps_move_the_legs_and_standing_does_not() -> None:
    walking = [drawn("ben", SIDES[0], phase) for phase in (0.3, 1.8)]
    standing = [drawn("ben", SIDES[0], phase, swing=0.0) for phase in (0.3, 1.8)]
    assert (walking[0] != walking[1]).any()
    assert (standing[0] == standing[1]).all()


@pytest.mark.parametrize("seen_from", SIDES[1:])
def test_everybody_is_most_like_themselves_from_another_side(seen_from: View) -> None:
    known = np.stack([clothes(drawn(name, SIDES[0])) for name in ROSTER])
    for number, name in enumerate(ROSTER):
        alike = known @ clothes(drawn(name, seen_from, phase=2.6))
        assert alike.argmax() == number, f"{name} looks like {list(ROSTER)[int(alike.argmax())]}"
