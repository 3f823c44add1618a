"""Joints hang together and follow the view."""

import numpy as np
import pytest

from reid_assets.demo.figure import HIP, LOWER_ARM, SHIN, THIGH, UPPER_ARM, Limb, View, pose

RIGHT, NEAR = View(1.0, 0.0), View(0.0, 1.0)


def length(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    return float(np.hypot(one[0] - other[0], one[1] - other[1]))


@pytest.mark.parametrize("phase", [0.0, 0.8, 1.9, 3.3, 5.0])
def test_bones_keep_their_length_in_profile(phase: float) -> None:
    body = pose(RIGHT, phase, 1.0, 1.0)
    for limbs, upper, lower in ((body.legs, THIGH, SHIN), (body.arms, UPPER_ARM, LOWER_ARM)):
        for limb in limbs:
            # The nearness of a side is drawn lower, equally for all joints of a limb.
            assert length(limb.root, limb.middle) == pytest.approx(upper)
            assert length(limb.middle, limb.end) == pytest.approx(lower)


@pytest.mark.parametrize("phase", np.linspace(0, 6, 13))
def test_one_foot_is_always_on_the_ground(phase: float) -> None:
    body = pose(RIGHT, float(phase), 1.0, 1.0)
    ankles = [-leg.end[1] + leg.end[2] * 0.16 for leg in body.legs]
    assert min(ankles) == pytest.approx(0.04)


def test_standing_is_straight() -> None:
    body = pose(RIGHT, 1.0, 0.0, 1.0)
    assert body.bob == pytest.approx(0.04 + THIGH + SHIN - HIP)
    assert all(leg.end[0] == pytest.approx(0.0, abs=1e-9) for leg in body.legs)


def test_who_turns_around_is_mirrored() -> None:
    def ends(limbs: tuple[Limb, Limb]) -> list[float]:
        return sorted(round(abs(limb.end[0]), 6) for limb in limbs)

    there, back = pose(RIGHT, 1.0, 1.0, 1.0), pose(View(-1.0, 0.0), 1.0, 1.0, 1.0)
    assert ends(there.legs) == ends(back.legs)
    assert there.legs[0].end[0] == pytest.approx(-back.legs[0].end[0])


def test_who_faces_the_camera_shows_the_right_hand_on_the_left() -> None:
    left, right = pose(NEAR, 0.0, 0.0, 1.0).arms
    assert right.root[0] < 0 < left.root[0]
