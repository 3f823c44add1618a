"""Where the pictures say somebody is, there somebody is."""

from itertools import islice

import numpy as np
import pytest

from reid_assets.demo.cameras import CAMERAS, FPS, HEIGHT, WIDTH
from reid_assets.demo.render import render_video
from reid_assets.demo.visits import Visit

CAMERA = CAMERAS[1]
CROSSING = 40  # frame in which a walk of `walk()` is about the middle of the picture


def walk(identity: str, feet: float = 320.0, start: float = 0.0) -> Visit:
    return Visit(identity, CAMERA, CAMERA.start + start, 125.0, (feet, feet), 0.0)


def frame(
    number: int, *visits: Visit
) -> tuple[np.ndarray, list[tuple[int, tuple[float, ...], float, float]]]:
    picture, seen = next(islice(render_video(CAMERA, list(visits), 1), number, None))
    return picture, [(one.visit, one.box, one.visible, one.inside) for one in seen]


def test_an_empty_scene_has_nobody() -> None:
    picture, seen = frame(0)
    assert (picture.shape, picture.dtype) == ((HEIGHT, WIDTH, 3), np.uint8)
    assert seen == []


@pytest.mark.parametrize("identity", ["ada", "leo", "rex"])
def test_the_box_holds_all_that_differs_from_the_empty_scene(identity: str) -> None:
    empty, _ = frame(CROSSING)
    picture, [(_, (x1, y1, x2, y2), visible, inside)] = frame(CROSSING, walk(identity))
    body = np.abs(picture.astype(int) - empty).max(axis=2) > 60  # more than a shadow
    rows, columns = np.flatnonzero(body.any(axis=1)), np.flatnonzero(body.any(axis=0))
    found = (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)
    assert np.abs(np.subtract(found, (x1, y1, x2, y2))).max() <= 4
    assert (visible, inside) == (1.0, 1.0)


def test_the_nearer_hides_the_farther() -> None:
    _, seen = frame(CROSSING, walk("hugo", 300.0), walk("dan", 325.0))
    visible = {visit: share for visit, _, share, _ in seen}
    assert visible[1] == 1.0
    assert visible[0] < 0.6


def test_who_enters_is_partly_inside() -> None:
    _, [(_, box, _, inside)] = frame(round(70 / 125 * FPS), walk("ada"))
    assert box[0] == 0.0
    assert 0.1 < inside < 0.9


def test_nearer_walkers_are_taller() -> None:
    heights = []
    for feet in (CAMERA.far, CAMERA.near):
        _, [(_, box, _, _)] = frame(CROSSING, walk("ada", float(feet)))
        heights.append(box[3] - box[1])
    assert heights[1] > 1.3 * heights[0]


def test_the_same_walk_is_filmed_the_same_way_twice() -> None:
    assert (frame(CROSSING, walk("emi"))[0] == frame(CROSSING, walk("emi"))[0]).all()
