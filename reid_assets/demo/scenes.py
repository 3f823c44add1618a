"""Backgrounds of the demo: one painted scene per camera.

Painted from a few rectangles and a tiled floor in perspective; `render.py` applies the colour bias of the
camera to the whole frame.
"""

import cv2
import numpy as np

from reid_assets.demo.cameras import HEIGHT, WIDTH, Camera
from reid_assets.demo.canvas import Colour

_PALETTES: dict[str, tuple[Colour, Colour, Colour]] = {  # wall, floor, lines of the floor
    "entrance": ((196, 190, 178), (168, 172, 176), (150, 154, 160)),
    "hall": ((208, 214, 220), (150, 168, 182), (134, 152, 168)),
    "shop": ((178, 196, 190), (186, 190, 188), (166, 172, 170)),
    "exit": ((186, 176, 172), (140, 146, 150), (124, 130, 136)),
}


def paint_background(camera: Camera) -> np.ndarray:
    """The empty scene of a camera, uint8 BGR (360, 640, 3)."""
    wall, floor, lines = _PALETTES[camera.name]
    image = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    image[:] = wall
    edge = camera.far - 34
    for y in range(edge):
        image[y] = np.clip(np.asarray(wall) * (0.86 + 0.14 * y / edge), 0, 255)
    image[edge:] = floor
    _tiles(image, edge, lines)
    cv2.rectangle(image, (0, edge - 7), (WIDTH, edge), tuple(int(0.72 * c) for c in wall), -1)
    {"entrance": _entrance, "hall": _hall, "shop": _shop, "exit": _exit}[camera.name](image, edge)
    return image


def _box(image: np.ndarray, left: int, top: int, width: int, height: int, colour: Colour) -> None:
    cv2.rectangle(image, (left, top), (left + width, top + height), colour, -1, cv2.LINE_AA)
    shade = tuple(int(0.8 * c) for c in colour)
    cv2.rectangle(image, (left, top), (left + width, top + height), shade, 2, cv2.LINE_AA)


def _tiles(image: np.ndarray, edge: int, colour: Colour) -> None:
    for x in range(-1400, 2041, 110):
        far = (round(WIDTH / 2 + (x - WIDTH / 2) * 0.34), edge)
        cv2.line(image, far, (x, HEIGHT + 60), colour, 1, cv2.LINE_AA)
    y, step = float(edge), 9.0
    while y < HEIGHT:
        cv2.line(image, (0, round(y)), (WIDTH, round(y)), colour, 1, cv2.LINE_AA)
        y, step = y + step, step * 1.36


def _plant(image: np.ndarray, x: int, ground: int) -> None:
    for dx, dy, radius in ((-14, -52, 15), (0, -66, 18), (14, -50, 15), (2, -46, 16)):
        cv2.circle(image, (x + dx, ground + dy), radius, (84, 138 + 2 * dx, 74), -1, cv2.LINE_AA)
    _box(image, x - 13, ground - 32, 26, 32, (96, 128, 176))


def _entrance(image: np.ndarray, edge: int) -> None:
    for left in (214, 322):
        _box(image, left, edge - 142, 102, 140, (214, 206, 186))
        cv2.line(image, (left + 92, edge - 80), (left + 92, edge - 56), (120, 116, 110), 3, cv2.LINE_AA)
    _box(image, 236, edge - 176, 168, 24, (110, 92, 66))
    _plant(image, 130, edge + 6)
    _plant(image, 512, edge + 6)


def _hall(image: np.ndarray, edge: int) -> None:
    for left, colour in ((60, (150, 176, 206)), (260, (196, 168, 150)), (460, (160, 188, 164))):
        _box(image, left, edge - 130, 116, 78, colour)
        cv2.circle(image, (left + 58, edge - 92), 22, tuple(int(0.86 * c) for c in colour), -1, cv2.LINE_AA)
    _box(image, 214, edge - 26, 190, 14, (92, 126, 164))
    for left in (224, 384):
        _box(image, left, edge - 14, 8, 16, (80, 104, 140))
    _plant(image, 590, edge + 6)


def _shop(image: np.ndarray, edge: int) -> None:
    goods = ((120, 150, 205), (150, 190, 150), (200, 170, 130), (140, 140, 190), (120, 180, 200))
    for shelf, left in enumerate((28, 226, 424)):
        _box(image, left, edge - 150, 180, 148, (150, 166, 178))
        for level in range(3):
            for slot in range(7):
                colour = goods[(3 * shelf + 2 * level + slot) % len(goods)]
                height = 24 + 5 * ((slot + level) % 3)
                _box(image, left + 9 + slot * 24, edge - 16 - 46 * level - height, 18, height, colour)
            cv2.line(
                image,
                (left, edge - 14 - 46 * level),
                (left + 180, edge - 14 - 46 * level),
                (110, 126, 140),
                3,
            )


def _exit(image: np.ndarray, edge: int) -> None:
    _box(image, 262, edge - 150, 116, 148, (96, 98, 104))
    _box(image, 280, edge - 186, 80, 24, (92, 150, 60))
    cv2.putText(
        image, "EXIT", (292, edge - 168), cv2.FONT_HERSHEY_SIMPLEX, 0.55, (236, 244, 236), 2, cv2.LINE_AA
    )
    for left in (70, 480):
        _box(image, left, edge - 120, 90, 60, (168, 160, 150))
    _plant(image, 226, edge + 6)
