"""Heads of the demo's walkers: face, hair and headwear.

The head is a ball with a face in front and hair behind; the view determines which of the two hides the
other. Bodies are drawn in `walker.py`.
"""

from collections.abc import Callable

import numpy as np

from reid_assets.demo import figure
from reid_assets.demo.canvas import Circle, blob, shaded
from reid_assets.demo.figure import Pose
from reid_assets.demo.looks import BLACK, Look

ToCanvas = Callable[[tuple[float, float, float], float], Circle]
_RADIUS = 0.098


def draw_hair_behind(canvas: np.ndarray, look: Look, body: Pose, to_canvas: ToCanvas) -> None:
    """Draw long hair and tails that fall behind the shoulders of someone who faces the camera.

    Args:
        canvas: BGRA, changed in place.
        look: clothes and hair.
        body: the pose.
        to_canvas: see `walker.to_canvas`.
    """
    _falling_hair(canvas, look, body, to_canvas)


def draw_head(canvas: np.ndarray, look: Look, body: Pose, to_canvas: ToCanvas) -> None:
    """Draw the head, after the trunk; see `draw_hair_behind` for the arguments."""
    away = body.view.near < -0.2
    skull = _spot(body, to_canvas, 0.0, 0.01, -0.02, _RADIUS * 1.04)
    face = _spot(body, to_canvas, 0.0, -0.012, 0.028, _RADIUS * 0.92)
    covered = look.head == "scarf"
    back = look.head_colour if covered else look.hair_colour if look.hair != "bald" else look.skin
    if away:
        blob(canvas, [face], look.skin)
    blob(canvas, [skull], back)
    if covered:
        wrap = _spot(body, to_canvas, 0.0, -0.09, -0.01, 0.055)
        blob(canvas, [skull, wrap], back)
    _hair_top(canvas, look, body, to_canvas)
    if away:
        _falling_hair(canvas, look, body, to_canvas)
    else:
        blob(canvas, [face], look.skin)
        _features(canvas, look, body, to_canvas)
        if look.hair != "bald" and not covered:
            fringe = [_spot(body, to_canvas, side, 0.062, 0.045, 0.034) for side in (-0.05, 0.05)]
            blob(canvas, [*fringe, _spot(body, to_canvas, 0.0, 0.07, 0.0, 0.04)], look.hair_colour)
    _headwear(canvas, look, body, to_canvas)


def _spot(body: Pose, to_canvas: ToCanvas, side: float, up: float, front: float, radius: float) -> Circle:
    """A circle on the head, relative to its centre."""
    return to_canvas(body.view.project(side, figure.HEAD + body.bob + up, front), radius)


def _features(canvas: np.ndarray, look: Look, body: Pose, to_canvas: ToCanvas) -> None:
    for side in (-0.036, 0.036):
        eye = body.view.project(side, figure.HEAD + body.bob - 0.002, 0.10)
        if eye[2] > 0.0:
            blob(canvas, [to_canvas(eye, 0.012)], BLACK, flat=True)
        cheek = body.view.project(side * 1.45, figure.HEAD + body.bob - 0.038, 0.088)
        if cheek[2] > 0.02:
            blob(canvas, [to_canvas(cheek, 0.014)], _blush(look.skin), flat=True)
    nose = _spot(body, to_canvas, 0.0, -0.022, 0.118, 0.013)
    blob(canvas, [nose], shaded(look.skin, 0.9), flat=True)
    mouth = [_spot(body, to_canvas, side, -0.055, 0.102, 0.006) for side in (-0.018, 0.018)]
    if body.view.near > -0.05:
        blob(canvas, mouth, shaded(look.skin, 0.5), flat=True)


def _blush(skin: tuple[int, int, int]) -> tuple[int, int, int]:
    return int(skin[0] * 0.86), int(skin[1] * 0.84), min(255, int(skin[2] * 1.02))


def _hair_top(canvas: np.ndarray, look: Look, body: Pose, to_canvas: ToCanvas) -> None:
    if look.head == "scarf":
        return
    if look.hair == "bun":
        blob(canvas, [_spot(body, to_canvas, 0.0, 0.115, -0.05, 0.045)], look.hair_colour)
    if look.hair == "bob":
        sides = [_spot(body, to_canvas, side, -0.05, -0.01, 0.05) for side in (-0.062, 0.062)]
        blob(canvas, [*sides, _spot(body, to_canvas, 0.0, 0.02, -0.02, _RADIUS * 1.06)], look.hair_colour)
    if look.hair == "curly":
        for side, up, front in ((-0.07, 0.05, 0.0), (0.07, 0.05, 0.0), (0.0, 0.085, 0.0), (0.0, 0.03, -0.08)):
            blob(canvas, [_spot(body, to_canvas, side, up, front, 0.06)], look.hair_colour)


def _falling_hair(canvas: np.ndarray, look: Look, body: Pose, to_canvas: ToCanvas) -> None:
    if look.head == "scarf":
        return
    if look.hair == "long":
        ends = [_spot(body, to_canvas, side, -0.20, -0.06, 0.045) for side in (-0.06, 0.06)]
        blob(canvas, [_spot(body, to_canvas, 0.0, 0.0, -0.03, _RADIUS), *ends], look.hair_colour)
    if look.hair == "tail":
        blob(
            canvas,
            [
                _spot(body, to_canvas, 0.0, 0.04, -0.10, 0.035),
                _spot(body, to_canvas, 0.0, -0.15, -0.14, 0.022),
            ],
            look.hair_colour,
        )


def _headwear(canvas: np.ndarray, look: Look, body: Pose, to_canvas: ToCanvas) -> None:
    colour = look.head_colour
    if look.head == "cap":
        crown = [_spot(body, to_canvas, side, 0.06, -0.005, 0.062) for side in (-0.045, 0.045)]
        blob(canvas, [*crown, _spot(body, to_canvas, 0.0, 0.075, -0.03, 0.05)], colour)
        brim = [_spot(body, to_canvas, side, 0.042, 0.10, 0.018) for side in (-0.06, 0.06)]
        brim.append(_spot(body, to_canvas, 0.0, 0.035, 0.16, 0.018))
        if body.view.near > -0.3:
            blob(canvas, brim, shaded(colour, 0.85))
    if look.head == "beanie":
        band = [_spot(body, to_canvas, side, 0.035, -0.01, 0.045) for side in (-0.07, 0.07)]
        blob(canvas, [*band, _spot(body, to_canvas, 0.0, 0.095, -0.02, 0.05)], colour)
        blob(canvas, [_spot(body, to_canvas, 0.0, 0.15, -0.025, 0.03)], shaded(colour, 1.3))
    if look.head == "sunhat":
        brim = [
            _spot(body, to_canvas, side, 0.05, front, 0.016)
            for side in (-0.13, 0.13)
            for front in (-0.13, 0.13)
        ]
        blob(canvas, brim, shaded(colour, 0.92))
        blob(canvas, [_spot(body, to_canvas, side, 0.09, 0.0, 0.05) for side in (-0.045, 0.045)], colour)
        blob(
            canvas,
            [_spot(body, to_canvas, side, 0.062, 0.02, 0.02) for side in (-0.075, 0.075)],
            (60, 60, 200),
        )
    if look.head == "headband":
        blob(canvas, [_spot(body, to_canvas, side, 0.048, 0.03, 0.02) for side in (-0.08, 0.08)], colour)
