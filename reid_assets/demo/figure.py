"""Pose of a walker: the joints at one phase of its step, projected for a direction of view.

Joints are computed in body coordinates and then projected; nothing is drawn here. Lengths are relative to
the body height.
"""

from dataclasses import dataclass

import numpy as np

HEAD, NECK, SHOULDER, HIP = 0.885, 0.775, 0.735, 0.47
THIGH, SHIN, UPPER_ARM, LOWER_ARM = 0.225, 0.205, 0.165, 0.145
_ANKLE, _TILT = 0.04, 0.16


@dataclass(frozen=True)
class View:
    """Heading of the body on the ground relative to the camera, a unit vector.

    Attributes:
        right: component towards the right of the image.
        near: component towards the camera.
    """

    right: float
    near: float

    def project(self, side: float, up: float, front: float) -> tuple[float, float, float]:
        """Project a point of the body to image x (right), image y (down) and nearness to the camera.

        Args:
            side: towards the right hand of the body.
            up: above the ground.
            front: in the direction that the body faces.
        """
        near = side * self.right + front * self.near
        return -side * self.near + front * self.right, -up + near * _TILT, near


@dataclass(frozen=True)
class Limb:
    """A leg or an arm: its three joints (x, y, nearness), from the trunk outwards."""

    root: tuple[float, float, float]
    middle: tuple[float, float, float]
    end: tuple[float, float, float]


@dataclass(frozen=True)
class Pose:
    """A posed body.

    Attributes:
        view: direction of view.
        legs, arms: left and right.
        bob: how much the step lifts the trunk.
    """

    view: View
    legs: tuple[Limb, Limb]
    arms: tuple[Limb, Limb]
    bob: float


def pose(view: View, phase: float, swing: float, build: float) -> Pose:
    """Compute the pose at one phase of the step.

    Args:
        view: direction of view.
        phase: of the step, radians; two steps are one turn.
        swing: 0 standing .. 1 walking.
        build: width of the body, 1 is average.
    """
    angles = [(_leg_angles(phase + shift, swing), side) for shift, side in ((0.0, -1.0), (np.pi, 1.0))]
    reach = max(THIGH * np.cos(thigh) + SHIN * np.cos(shin) for (thigh, shin), _ in angles)
    hip = _ANKLE + reach
    legs = [
        _limb(view, (side * 0.052 * build, hip), (THIGH, thigh), (SHIN, shin))
        for (thigh, shin), side in angles
    ]
    bob = hip - HIP
    arms = []
    for shift, side in ((np.pi, -1.0), (0.0, 1.0)):
        lift = 0.5 * swing * np.sin(phase + shift)
        upper, lower = (UPPER_ARM, lift), (LOWER_ARM, lift + 0.12 + 0.25 * swing)
        arms.append(_limb(view, (side * 0.128 * build, SHOULDER + bob - 0.01), upper, lower))
    return Pose(view, (legs[0], legs[1]), (arms[0], arms[1]), bob)


def _leg_angles(phase: float, swing: float) -> tuple[float, float]:
    """Angles of thigh and shin to the vertical, radians, positive to the front."""
    thigh = 0.48 * swing * np.sin(phase)
    bend = swing * (0.12 + 0.62 * max(0.0, np.cos(phase + 0.35)) ** 2)
    return float(thigh), float(thigh - bend)


def _limb(
    view: View, root: tuple[float, float], upper: tuple[float, float], lower: tuple[float, float]
) -> Limb:
    side, top = root
    knee = (top - upper[0] * np.cos(upper[1]), upper[0] * np.sin(upper[1]))
    foot = (knee[0] - lower[0] * np.cos(lower[1]), knee[1] + lower[0] * np.sin(lower[1]))
    return Limb(view.project(side, top, 0.0), view.project(side, *knee), view.project(side, *foot))
