"""The two dogs of the demo, its second class, drawn like the walkers they accompany."""

import numpy as np

from reid_assets.demo.canvas import Colour, blob, empty_canvas, shaded
from reid_assets.demo.looks import BLACK, BROWN, ORANGE, SAND, WHITE

WIDTH, HEIGHT = 320, 240
FOOT_X, FOOT_Y = 150, 215
# Canvas pixels per body height of an adult, the same scale as a walker's canvas.
SCALE = 420.0

DOGS: dict[str, tuple[Colour, Colour]] = {"rex": (BROWN, BLACK), "luna": (WHITE, ORANGE)}


def draw_dog(name: str, right: float, phase: float) -> np.ndarray:
    """Draw one dog in profile.

    Args:
        name: key of `DOGS`.
        right: positive if the dog walks to the right.
        phase: of the step, radians.

    Returns:
        uint8 (240, 320, 4) BGRA, premultiplied, standing on (FOOT_X, FOOT_Y); mirrored to the left.
    """
    coat, mark = DOGS[name]
    canvas = empty_canvas(WIDTH, HEIGHT)
    for shift, x, colour in (
        (np.pi, -58, shaded(coat)),
        (0.0, 42, shaded(coat)),
        (0.0, -50, coat),
        (np.pi, 50, coat),
    ):
        foot = x + 22 * np.sin(phase + shift)
        blob(canvas, [(FOOT_X + x, FOOT_Y - 62, 13), (FOOT_X + foot, FOOT_Y - 7, 8)], colour)
    wag = 16 * np.sin(2 * phase)
    blob(canvas, [(FOOT_X - 66, FOOT_Y - 92, 9), (FOOT_X - 96, FOOT_Y - 132 + wag, 6)], mark)
    blob(canvas, [(FOOT_X - 52, FOOT_Y - 82, 29), (FOOT_X + 48, FOOT_Y - 86, 32)], coat)
    blob(canvas, [(FOOT_X - 18, FOOT_Y - 100, 17), (FOOT_X + 10, FOOT_Y - 102, 15)], mark)
    blob(canvas, [(FOOT_X + 60, FOOT_Y - 100, 20), (FOOT_X + 82, FOOT_Y - 132, 25)], coat)
    blob(canvas, [(FOOT_X + 96, FOOT_Y - 124, 14), (FOOT_X + 116, FOOT_Y - 118, 11)], coat)
    blob(canvas, [(FOOT_X + 124, FOOT_Y - 122, 6)], BLACK, flat=True)
    blob(canvas, [(FOOT_X + 74, FOOT_Y - 148, 9), (FOOT_X + 66, FOOT_Y - 118, 10)], mark)
    blob(canvas, [(FOOT_X + 92, FOOT_Y - 137, 4)], BLACK, flat=True)
    blob(
        canvas,
        [(FOOT_X + 62, FOOT_Y - 110, 9), (FOOT_X + 74, FOOT_Y - 96, 9)],
        SAND if coat == BROWN else mark,
    )
    return canvas if right > 0 else np.ascontiguousarray(canvas[:, ::-1])
