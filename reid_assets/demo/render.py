"""Rendering of the demo's videos, with the true box of everyone in each frame.

Walkers and dogs are drawn once per step as sprites (`walker.py`, `dogs.py`) and pasted in front of the
painted background (`scenes.py`).
"""

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
from reid_assets.demo.scenes import paint_background
from reid_assets.demo.visits import Visit

_PHASES = 14  # sprites per step cycle
_CYCLES_PER_S = 0.95
_NOISE_FRAMES = 6


@dataclass(frozen=True)
class Sighting:
    """One identity in one frame.

    Attributes:
        visit: index into the camera's visits.
        box: x1, y1, x2, y2 in pixels, of the part inside the frame, including occluded pixels.
        visible: share of that part that is not occluded, 0..1.
        inside: share of the whole body that is inside the frame, 0..1.
    """

    visit: int
    box: tuple[float, float, float, float]
    visible: float
    inside: float


def render_video(
    camera: Camera, visits: list[Visit], seed: int
) -> Iterator[tuple[np.ndarray, list[Sighting]]]:
    """Yield each frame of a camera's recording, uint8 BGR (360, 640, 3), with everyone in it.

    Args:
        camera: the camera.
        visits: its visits.
        seed: of the image noise.
    """
    background = paint_background(camera)
    rng = np.random.default_rng(seed)
    grains = (
        np.abs(rng.normal(0.0, 2.0, (_NOISE_FRAMES, HEIGHT, WIDTH, 1))).astype(np.uint8).repeat(3, axis=3)
    )
    levels = np.arange(256, dtype=np.float64)[None, :, None] * np.asarray(camera.gain)
    for frame in range(camera.frames):
        image = background.copy()
        sightings = _draw(image, camera, visits, frame)
        brightness = 1.0 + 0.025 * np.sin(frame / 40.0)
        lit = cv2.LUT(image, np.clip(levels * brightness, 0, 255).astype(np.uint8))
        yield cv2.add(lit, grains[frame % _NOISE_FRAMES]), sightings


def _draw(image: np.ndarray, camera: Camera, visits: list[Visit], frame: int) -> list[Sighting]:
    """Draw everyone, the farthest first; `owner` is the nearest visit at each pixel."""
    owner = np.full((HEIGHT, WIDTH), -1, np.int16)
    present = [(index, feet) for index, visit in enumerate(visits) if (feet := visit.feet_at(frame))]
    drawn: list[tuple[int, tuple[int, int, int, int], int, float]] = []
    for index, (x, y) in sorted(present, key=lambda item: item[1][1]):
        visit = visits[index]
        sprite, foot = _sprite(visit, camera, frame, y)
        _shadow(image, x, y, camera.height_at(y))
        whole = int(np.count_nonzero(sprite[:, :, 3] > 128))
        alpha, (left, top) = paste(image, sprite, round(x - foot[0]), round(y - foot[1]))
        solid = alpha > 128
        if not solid.any():
            continue
        rows, columns = np.flatnonzero(solid.any(axis=1)), np.flatnonzero(solid.any(axis=0))
        box = (left + columns[0], top + rows[0], left + columns[-1] + 1, top + rows[-1] + 1)
        area = int(np.count_nonzero(solid))
        owner[top : top + solid.shape[0], left : left + solid.shape[1]][solid] = index
        drawn.append((index, box, area, area / max(whole, 1)))
    counts = np.bincount(owner[owner >= 0].ravel(), minlength=len(visits))
    return [Sighting(i, tuple(map(float, box)), counts[i] / area, inside) for i, box, area, inside in drawn]  # type: ignore[arg-type]


def _shadow(image: np.ndarray, x: float, y: float, height: float) -> None:
    """Draw a soft shadow on the ground under someone's feet."""
    half_width, half_height = max(1, round(0.27 * height)), max(1, round(0.055 * height))
    left, top = round(x) - half_width, round(y) - half_height
    horizontal = np.linspace(-1.0, 1.0, 2 * half_width)[None] ** 2
    radius = horizontal + np.linspace(-1.0, 1.0, 2 * half_height)[:, None] ** 2
    shadow = np.zeros((2 * half_height, 2 * half_width, 4), np.uint8)
    shadow[:, :, 3] = 80.0 * np.clip(1.0 - radius, 0.0, 1.0) ** 0.7
    paste(image, shadow, left, top)


def _sprite(
    visit: Visit, camera: Camera, frame: int, feet_y: float
) -> tuple[np.ndarray, tuple[float, float]]:
    """The sprite of a visit at its size and step, and the position of the feet on it."""
    seconds = camera.start + frame / FPS - visit.start
    step = round((visit.phase / (2 * np.pi) + seconds * _CYCLES_PER_S) * _PHASES) % _PHASES
    rise = (visit.feet[1] - visit.feet[0]) * (1 if visit.speed > 0 else -1)
    near = 0.25 if rise > 0 else -0.1
    if visit.identity in dogs.DOGS:
        sprite, foot = _dog(visit.identity, visit.speed > 0, step)
        factor = camera.height_at(feet_y) / dogs.SCALE
    else:
        sprite, foot = _walker(visit.identity, visit.speed > 0, near, step)
        factor = camera.height_at(feet_y) * ROSTER[visit.identity].height / walker.SCALE
    return scaled(sprite, factor), (foot[0] * factor, foot[1] * factor)


@lru_cache(maxsize=2048)
def _walker(name: str, right: bool, near: float, step: int) -> tuple[np.ndarray, tuple[int, int]]:
    along = float(np.sqrt(1 - near**2)) * (1 if right else -1)
    sprite = walker.draw_walker(ROSTER[name], View(along, near), 2 * np.pi * step / _PHASES, 0.8)
    return _trimmed(sprite, walker.FOOT_X, walker.FOOT_Y)


@lru_cache(maxsize=256)
def _dog(name: str, right: bool, step: int) -> tuple[np.ndarray, tuple[int, int]]:
    sprite = dogs.draw_dog(name, 1.0 if right else -1.0, 2 * np.pi * step / _PHASES)
    return _trimmed(sprite, dogs.FOOT_X if right else dogs.WIDTH - dogs.FOOT_X, dogs.FOOT_Y)


def _trimmed(sprite: np.ndarray, foot_x: int, foot_y: int) -> tuple[np.ndarray, tuple[int, int]]:
    """The sprite without its transparent margins, and the position of the feet on it."""
    left, top, width, height = cv2.boundingRect(sprite[:, :, 3])
    return np.ascontiguousarray(sprite[top : top + height, left : left + width]), (
        foot_x - left,
        foot_y - top,
    )
