"""Views of still cameras: painted corridors and rooms, and what light, noise and compression do to them."""

from collections.abc import Callable

import cv2
import numpy as np

from reid_assets.reid.cameras.background import Background, BackgroundBuilder

Change = Callable[[np.ndarray], np.ndarray]
WIDTH, HEIGHT = 640, 360
NO_BOXES = np.empty((0, 4))


def corridor(seed: int) -> np.ndarray:
    """uint8 BGR: a corridor. All have one shape; doors, colours and things on the floor differ."""
    draw = np.random.default_rng(seed)
    image = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    wall = draw.integers(90, 180, 3)
    left, right, top, bottom = 269, 371, 115, 187
    corners = [(0, 0), (WIDTH, 0), (WIDTH, HEIGHT), (0, HEIGHT)]
    inner = [(left, top), (right, top), (right, bottom), (left, bottom)]
    for side, shade in enumerate((40, -15, -50, 0)):
        after = (side + 1) % 4
        _fill(image, [corners[side], corners[after], inner[after], inner[side]], wall + shade)
    cv2.rectangle(image, (left, top), (right, bottom), _colour(wall + 20), -1)
    for outer, near in ((0, left), (WIDTH, right)):
        for _ in range(draw.integers(2, 5)):
            start = draw.uniform(0.1, 0.8)
            edges = [start, start + draw.uniform(0.05, 0.15)]
            points = [(outer + (near - outer) * t, top * t, HEIGHT + (bottom - HEIGHT) * t) for t in edges]
            (x1, t1, b1), (x2, t2, b2) = points
            door = [(x1, t1 + 0.25 * (b1 - t1)), (x2, t2 + 0.25 * (b2 - t2)), (x2, b2), (x1, b1)]
            _fill(image, door, draw.integers(30, 220, 3))
    for _ in range(draw.integers(1, 4)):
        x, y = int(draw.uniform(0.3, 0.7) * WIDTH), int(draw.uniform(0.7, 0.9) * HEIGHT)
        width, height = draw.integers(15, 60, 2)
        cv2.rectangle(image, (x, y), (x + width, y + height), _colour(draw.integers(0, 255, 3)), -1)
    return cv2.GaussianBlur(image, (3, 3), 0)


def room(seed: int) -> np.ndarray:
    """uint8 BGR: a view with things everywhere, unlike any other."""
    draw = np.random.default_rng(seed)
    image = np.full((HEIGHT, WIDTH, 3), 128, np.uint8)
    for _ in range(250):
        at = (int(draw.integers(WIDTH)), int(draw.integers(HEIGHT)))
        cv2.circle(
            image, at, int(np.clip(10 / draw.uniform(0.05, 1), 6, 150)), _colour(draw.integers(0, 255, 3)), -1
        )
    return image


def background(view: np.ndarray, change: Change = lambda image: image, frames: int = 6) -> Background:
    """The background of a video that shows a view for a while, with the noise of a camera."""
    draw, builder = np.random.default_rng(len(view)), BackgroundBuilder(np.arange(frames))
    for _ in range(frames):
        noisy = np.clip(view + draw.normal(0, 3, view.shape), 0, 255).astype(np.uint8)
        builder.add(change(noisy), NO_BOXES)
    return builder.background()


def brightness(gain: float, noise: float = 0.0) -> Change:
    """Less light (below 1) or more, and the noise that goes with little."""
    draw = np.random.default_rng(5)
    return lambda image: np.clip(image * gain + draw.normal(0, noise, image.shape), 0, 255).astype(np.uint8)


def gamma(power: float) -> Change:
    """Another tone curve."""
    return lambda image: (255 * (image / 255.0) ** power).astype(np.uint8)


def compressed(quality: int) -> Change:
    """What JPEG leaves of it."""
    return lambda image: cv2.imdecode(cv2.imencode(".jpg", image, [1, quality])[1], cv2.IMREAD_COLOR)


def moved(x: float, y: float) -> Change:
    """The camera turned by so many pixels of the original."""
    by = np.array([[1, 0, x], [0, 1, y]], np.float32)
    return lambda image: cv2.warpAffine(image, by, image.shape[1::-1], borderMode=cv2.BORDER_REFLECT)


def lit_from_the_side(image: np.ndarray) -> np.ndarray:
    """Dark on the left, bright on the right."""
    return np.clip(image * np.linspace(0.4, 1.6, image.shape[1])[None, :, None], 0, 255).astype(np.uint8)


def overlaid(image: np.ndarray) -> np.ndarray:
    """With the clock and the logo that a recorder writes into every camera's picture."""
    image = image.copy()
    height, width = image.shape[:2]
    cv2.rectangle(image, (0, 0), (width // 2, height // 10), (0, 0, 0), -1)
    cv2.putText(image, "2026-05-01 10:00:00", (5, height // 13), 0, height / 400, (255, 255, 255), 2)
    cv2.putText(image, "RECORDER 7", (width * 6 // 10, height - 10), 0, height / 300, (255, 255, 255), 2)
    return image


def _fill(image: np.ndarray, corners: list[tuple[float, float]], colour: np.ndarray) -> None:
    cv2.fillPoly(image, [np.array(corners).astype(np.int32)], _colour(colour))


def _colour(values: np.ndarray) -> tuple[int, int, int]:
    blue, green, red = (int(np.clip(value, 0, 255)) for value in values)
    return blue, green, red
