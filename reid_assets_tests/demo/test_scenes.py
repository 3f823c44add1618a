"""Four places that do not look alike, and cameras whose clocks tell when they were seen."""

from datetime import datetime

import numpy as np
import pytest

from reid_assets.demo.cameras import CAMERAS, FPS, HEIGHT, WIDTH, Camera
from reid_assets.demo.scenes import paint_background


@pytest.mark.parametrize("camera", CAMERAS, ids=lambda camera: camera.name)
def test_a_scene_fills_the_picture_and_is_the_same_every_time(camera: Camera) -> None:
    picture = paint_background(camera)
    assert (picture.shape, picture.dtype) == ((HEIGHT, WIDTH, 3), np.uint8)
    assert (picture == paint_background(camera)).all()
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 50


def test_no_two_places_look_alike() -> None:
    scenes = [paint_background(camera).astype(int) for camera in CAMERAS]
    for number, one in enumerate(scenes):
        for other in scenes[:number]:
            assert np.abs(one - other).mean() > 5


@pytest.mark.parametrize("camera", CAMERAS, ids=lambda camera: camera.name)
def test_who_is_nearer_is_taller(camera: Camera) -> None:
    heights = [camera.height_at(feet) for feet in range(camera.far, camera.near + 1)]
    assert np.all(np.diff(heights) > 0)
    assert heights[-1] == pytest.approx(camera.tall)
    assert heights[0] > 60, "too small to be told apart"


def test_each_recording_begins_at_a_time_of_its_own_that_names_its_zone() -> None:
    starts = [datetime.fromisoformat(camera.start_time) for camera in CAMERAS]
    assert len(set(starts)) == len(CAMERAS)
    assert all(start.tzinfo is not None for start in starts)
    first = min(starts)
    for camera, start in zip(CAMERAS, starts, strict=True):
        assert (start - first).total_seconds() == camera.start
        assert camera.frames == camera.seconds * FPS
