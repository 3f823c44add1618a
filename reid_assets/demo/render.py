"""Pictures of the demo world, and where everybody really is in them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from reid_assets.demo import dogs, walker
from reid_assets.demo.cameras import FPS, HEIGHT, WIDTH, Camera
from reid_assets.demo.canvas import paste, scaled
from reid_assets.demo.figure import View
from reid_assets.demo.looks import ROSTER
from reid_assets.demo.scenes import paint
from reid_assets.demo.visits import Visit

_STEPS = 14  # phases of a step that are drawn
_STEPS_A_SECOND = 0.95
_NOISES = 6


@dataclass(frozen=True)
class Seen:
    """One being in one picture.

    Attributes:
        visit: index into the camera's visits.
        box: x1, y1, x2, y2 in pixels of what lies inside the picture, covered parts included.
        visible: share of it that nobody nearer covers, 0..1.
        inside: share of the whole body that lies inside the picture, 0..1.
    """

    visit: int
    box: tuple[float, float, float, float]
    visible: float
    inside: float


def film(camera: Camera, visits: list[Visit], seed: int) -> Iterator[tuple[np.ndarray, list[Seen]]]:
    """Each picture of a camera's recording (uint8 (360, 640, 3) BGR) and who is where in it."""
    ground = paint(camera)
    rng = np.random.default_rng(seed)
    grains = np.abs(rng.normal(0.0, 2.0, (_NOISES, HEIGHT, WIDTH, 1))).astype(np.uint8).repeat(3, axis=3)
    levels = np.arange(256, dtype=np.float64)[None, :, None] * np.asarray(camera.gain)
    for frame in range(camera.frames):
        picture = ground.copy()
        seen = _draw(picture, camera, visits, frame)
        bright = 1.0 + 0.025 * np.sin(frame / 40.0)
        lit = cv2.LUT(picture, np.clip(levels * bright, 0, 255).astype(np.uint8))
        yield cv2.add(lit, grains[frame % _NOISES]), seen


def _draw(picture: np.ndarray, camera: Camera, visits: list[Visit], frame: int) -> list[Seen]:
    """Everybody, the farthest first; `owner` keeps who is in front at each pixel."""
    owner = np.full((HEIGHT, WIDTH), -1, np.int16)
    places = [(index, place) for index, visit in enumerate(visits) if (place := visit.at(frame))]
    drawn: list[tuple[int, tuple[int, int, int, int], int, float]] = []
    for index, (x, y) in sorted(places, key=lambda item: item[1][1]):
        visit = visits[index]
        sprite, foot = _sprite(visit, camera, frame, y)
        _shadow(picture, x, y, camera.height_at(y))
        whole = int(np.count_nonzero(sprite[:, :, 3] > 128))
        alpha, (left, top) = paste(picture, sprite, round(x - foot[0]), round(y - foot[1]))
        solid = alpha > 128
        if not solid.any():
            continue
        rows, columns = np.flatnonzero(solid.any(axis=1)), np.flatnonzero(solid.any(axis=0))
        box = (left + columns[0], top + rows[0], left + columns[-1] + 1, top + rows[-1] + 1)
        area = int(np.count_nonzero(solid))
        owner[top : top + solid.shape[0], left : left + solid.shape[1]][solid] = index
        drawn.append((index, box, area, area / max(whole, 1)))
    counts = np.bincount(owner[owner >= 0].ravel(), minlength=len(visits))
    return [Seen(i, tuple(map(float, box)), counts[i] / area, inside) for i, box, area, inside in drawn]  # type: ignore[arg-type]


def _shadow(picture: np.ndarray, x: float, y: float, tall: float) -> None:
    """Darken the ground under somebody's feet, softly towards the edge."""
    wide, flat = max(1, round(0.27 * tall)), max(1, round(0.055 * tall))
    left, top = round(x) - wide, round(y) - flat
    across = np.linspace(-1.0, 1.0, 2 * wide)[None] ** 2 + np.linspace(-1.0, 1.0, 2 * flat)[:, None] ** 2
    veil = np.zeros((2 * flat, 2 * wide, 4), np.uint8)
    veil[:, :, 3] = 80.0 * np.clip(1.0 - across, 0.0, 1.0) ** 0.7
    paste(picture, veil, left, top)


def _sprite(
    visit: Visit, camera: Camera, frame: int, feet_y: float
) -> tuple[np.ndarray, tuple[float, float]]:
    """The being at its size and step, and where on it the feet are."""
    seconds = camera.start + frame / FPS - visit.start
    step = round((visit.phase / (2 * np.pi) + seconds * _STEPS_A_SECOND) * _STEPS) % _STEPS
    rise = (visit.feet[1] - visit.feet[0]) * (1 if visit.speed > 0 else -1)
    near = 0.25 if rise > 0 else -0.1
    if visit.being in dogs.DOGS:
        sprite, foot = _dog(visit.being, visit.speed > 0, step)
        factor = camera.height_at(feet_y) / dogs.SCALE
    else:
        sprite, foot = _walker(visit.being, visit.speed > 0, near, step)
        factor = camera.height_at(feet_y) * ROSTER[visit.being].height / walker.SCALE
    return scaled(sprite, factor), (foot[0] * factor, foot[1] * factor)


@lru_cache(maxsize=2048)
def _walker(name: str, right: bool, near: float, step: int) -> tuple[np.ndarray, tuple[int, int]]:
    along = float(np.sqrt(1 - near**2)) * (1 if right else -1)
    sprite = walker.draw_walker(ROSTER[name], View(along, near), 2 * np.pi * step / _STEPS, 0.8)
    return _trimmed(sprite, walker.FOOT_X, walker.FOOT_Y)


@lru_cache(maxsize=256)
def _dog(name: str, right: bool, step: int) -> tuple[np.ndarray, tuple[int, int]]:
    sprite = dogs.draw_dog(name, 1.0 if right else -1.0, 2 * np.pi * step / _STEPS)
    return _trimmed(sprite, dogs.FOOT_X if right else dogs.WIDTH - dogs.FOOT_X, dogs.FOOT_Y)


def _trimmed(sprite: np.ndarray, foot_x: int, foot_y: int) -> tuple[np.ndarray, tuple[int, int]]:
    """The sprite without its empty margins, and the feet on it."""
    left, top, width, height = cv2.boundingRect(sprite[:, :, 3])
    return np.ascontiguousarray(sprite[top : top + height, left : left + width]), (
        foot_x - left,
        foot_y - top,
    )
