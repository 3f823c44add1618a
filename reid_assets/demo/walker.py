"""Drawing of one walker as a sprite: clothes on a posed body, seen from one direction.

Clothes are defined in `looks.py`, the pose in `figure.py`; hair and hats are drawn in `heads.py`. Parts are
drawn from the farthest to the nearest.
"""

from functools import lru_cache

import numpy as np

from reid_assets.demo import figure, heads
from reid_assets.demo.canvas import Circle, Colour, blob, empty_canvas, patterned_blob, shaded
from reid_assets.demo.cloth import Pattern, cloth
from reid_assets.demo.figure import Limb, Pose, View
from reid_assets.demo.looks import Look

WIDTH, HEIGHT = 320, 520
SCALE = 420.0  # canvas pixels of a body of height 1
FOOT_X, FOOT_Y = 160, 475  # position of the feet on the canvas


def draw_walker(look: Look, view: View, phase: float, swing: float) -> np.ndarray:
    """Draw one walker.

    Args:
        look: clothes and hair.
        view: direction of view.
        phase: of the step, radians; two steps are one turn.
        swing: 0 standing .. 1 walking.

    Returns:
        uint8 (520, 320, 4) BGRA, standing on (FOOT_X, FOOT_Y), `SCALE` pixels per body height of 1.
    """
    canvas = empty_canvas(WIDTH, HEIGHT)
    body = figure.pose(view, phase, swing, look.build)
    facing = view.near > -0.2
    if facing:
        _backpack(canvas, look, body)
        heads.draw_hair_behind(canvas, look, body, to_canvas)
    far, near = _by_nearness(body.arms)
    if abs(view.right) > 0.3:
        _arm(canvas, look, far)
    for leg in _by_nearness(body.legs):
        _leg(canvas, look, leg, view)
    _trunk(canvas, look, body)
    if not facing:
        _backpack(canvas, look, body)
    if abs(view.right) <= 0.3:
        _arm(canvas, look, far)
    heads.draw_head(canvas, look, body, to_canvas)
    _bag(canvas, look, body, near)
    _arm(canvas, look, near)
    return canvas


def to_canvas(point: tuple[float, float, float], radius: float) -> Circle:
    """A circle on the canvas, in pixels, around a projected point (x, y, nearness) of the body.

    Point and `radius` are relative to the body height.
    """
    return FOOT_X + point[0] * SCALE, FOOT_Y + point[1] * SCALE, radius * SCALE


@lru_cache(maxsize=64)
def _woven(pattern: Pattern, first: Colour, second: Colour) -> np.ndarray:
    return cloth(pattern, first, second)


def _by_nearness(limbs: tuple[Limb, Limb]) -> list[Limb]:
    return sorted(limbs, key=lambda limb: limb.root[2] + limb.end[2])


def _leg(canvas: np.ndarray, look: Look, leg: Limb, view: View) -> None:
    thigh, calf = 0.064 * look.build, 0.047 * look.build
    bare = look.kind in ("skirt", "dress", "coat", "shorts")
    trousers = look.bottom_2 if look.kind == "coat" else look.bottom
    lower = look.skin if bare and look.kind != "coat" else trousers
    toe = leg.end[0] + 0.075 * view.right, leg.end[1] + 0.004 + 0.05 * max(view.near, 0.0), leg.end[2]
    blob(canvas, [to_canvas(leg.end, 0.033), to_canvas(toe, 0.026)], look.shoes)
    blob(canvas, [to_canvas(leg.middle, calf), to_canvas(leg.end, 0.030 * look.build)], lower)
    upper = look.skin if look.kind in ("skirt", "dress") else trousers
    if look.kind == "shorts":
        blob(canvas, [to_canvas(leg.root, thigh), to_canvas(leg.middle, thigh * 0.95)], look.bottom)
    else:
        blob(canvas, [to_canvas(leg.root, thigh), to_canvas(leg.middle, calf)], upper)


def _arm(canvas: np.ndarray, look: Look, arm: Limb) -> None:
    width = 0.040 * look.build
    sleeve = look.sleeve or look.skin
    blob(canvas, [to_canvas(arm.end, 0.031)], look.skin)
    long = look.kind == "coat" or look.pattern in ("plain", "zip", "knit", "pinstripe", "check")
    lower = sleeve if long else look.skin
    blob(canvas, [to_canvas(arm.middle, width * 0.86), to_canvas(arm.end, width * 0.72)], shaded(lower, 0.94))
    blob(canvas, [to_canvas(arm.root, width), to_canvas(arm.middle, width * 0.9)], shaded(sleeve, 0.94))


def _trunk(canvas: np.ndarray, look: Look, body: Pose) -> None:
    """Draw the upper garment, and skirt, dress or coat over the legs."""
    upper = _woven(look.pattern, look.top, look.top_2)
    view, bob = body.view, body.bob
    wide = float(np.hypot(view.near, 0.62 * view.right)) * look.build
    hips = view.project(0.0, figure.HIP + bob, 0.0)
    if look.kind in ("skirt", "dress", "coat"):
        lower = _woven(look.bottom_pattern, look.bottom, look.bottom_2)
        hem = view.project(0.0, {"skirt": 0.27, "dress": 0.25, "coat": 0.22}[look.kind] + bob, 0.0)
        flare = {"skirt": 0.125, "dress": 0.135, "coat": 0.115}[look.kind] * max(wide, 0.8)
        shape = [_shifted(hips, -0.05 * wide, 0.05), _shifted(hips, 0.05 * wide, 0.05)]
        shape += [_shifted(hem, -flare + 0.02, 0.02), _shifted(hem, flare - 0.02, 0.02)]
        patterned_blob(canvas, shape, upper if look.kind == "coat" else lower)
    else:
        blob(canvas, [_shifted(hips, -0.05 * wide, 0.062), _shifted(hips, 0.05 * wide, 0.062)], look.bottom)
    chest = view.project(0.0, figure.SHOULDER + bob - 0.015, 0.0)
    waist = view.project(0.0, figure.HIP + bob + 0.045, 0.0)
    shoulders = [_shifted(chest, -0.095 * wide, 0.052), _shifted(chest, 0.095 * wide, 0.052)]
    shoulders += [_shifted(waist, -0.066 * wide, 0.058), _shifted(waist, 0.066 * wide, 0.058)]
    patterned_blob(canvas, shoulders, upper)
    neck = view.project(0.0, figure.NECK + bob + 0.02, 0.0)
    blob(canvas, [_shifted(neck, 0.0, 0.042), _shifted(chest, 0.0, 0.03)], shaded(look.skin, 0.9), flat=True)


def _shifted(point: tuple[float, float, float], shift: float, radius: float) -> Circle:
    return to_canvas((point[0] + shift, point[1], point[2]), radius)


def _backpack(canvas: np.ndarray, look: Look, body: Pose) -> None:
    if look.bag != "backpack":
        return
    corners = [(side, up) for side in (-0.06, 0.06) for up in (0.53, 0.70)]
    circles = [to_canvas(body.view.project(side, up + body.bob, -0.10), 0.045) for side, up in corners]
    blob(canvas, circles, look.bag_colour)
    pocket = [to_canvas(body.view.project(side, 0.55 + body.bob, -0.135), 0.03) for side in (-0.04, 0.04)]
    blob(canvas, pocket, shaded(look.bag_colour, 0.72))


def _bag(canvas: np.ndarray, look: Look, body: Pose, near: Limb) -> None:
    if look.bag == "satchel":
        strap = [
            body.view.project(-0.09, 0.74 + body.bob, 0.03),
            body.view.project(0.13, 0.47 + body.bob, 0.03),
        ]
        blob(canvas, [to_canvas(point, 0.012) for point in strap], shaded(look.bag_colour, 0.8), flat=True)
        box = [
            body.view.project(0.14, up + body.bob, front) for up in (0.42, 0.49) for front in (-0.05, 0.05)
        ]
        blob(canvas, [to_canvas(point, 0.03) for point in box], look.bag_colour)
    if look.bag == "tote":
        hand = near.end
        blob(
            canvas,
            [to_canvas(hand, 0.02), to_canvas((hand[0], hand[1] + 0.06, 0.0), 0.012)],
            shaded(look.bag_colour, 0.7),
        )
        box = [(hand[0] + x, hand[1] + y, 0.0) for x in (-0.06, 0.06) for y in (0.07, 0.18)]
        blob(canvas, [to_canvas(point, 0.018) for point in box], look.bag_colour)
