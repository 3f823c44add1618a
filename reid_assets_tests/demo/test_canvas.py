"""The brush fills what it should, and pasting never leaves the picture."""

import numpy as np
import pytest

from reid_assets.demo.canvas import blob, empty_canvas, paste, patterned_blob, scaled


def test_a_blob_is_where_its_circles_are() -> None:
    canvas = empty_canvas(100, 80)
    assert not canvas.any()
    blob(canvas, [(30.0, 40.0, 10.0), (60.0, 40.0, 10.0)], (10, 20, 200))
    rows, columns = np.nonzero(canvas[:, :, 3])
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (30, 50, 20, 70)
    assert canvas[40, 45].tolist() == [10, 20, 200, 255]


def test_the_side_away_from_the_light_is_darker() -> None:
    canvas = empty_canvas(100, 100)
    blob(canvas, [(50.0, 50.0, 30.0)], (100, 100, 100))
    assert canvas[65, 72, 0] < canvas[50, 50, 0] == 100


def test_cloth_is_cut_to_the_shape_and_may_leave_the_canvas() -> None:
    cloth = np.full((200, 200, 3), 90, np.uint8)
    canvas = empty_canvas(60, 60)
    patterned_blob(canvas, [(5.0, 30.0, 20.0)], cloth)
    assert canvas[30, 5].tolist() == [90, 90, 90, 255]
    assert not canvas[:, 40:].any()
    assert not canvas[0, 40].any()


@pytest.mark.parametrize(("left", "top"), [(-50, 0), (0, -50), (99, 0), (0, 99), (1000, 1000)])
def test_pasting_outside_changes_nothing(left: int, top: int) -> None:
    frame = np.full((40, 40, 3), 7, np.uint8)
    alpha, _ = paste(frame, np.full((10, 10, 4), 255, np.uint8), left, top)
    assert alpha.size == 0
    assert (frame == 7).all()


def test_pasting_over_an_edge_shows_the_part_inside() -> None:
    frame = np.full((40, 40, 3), 7, np.uint8)
    alpha, corner = paste(frame, np.full((10, 10, 4), 255, np.uint8), -4, 35)
    assert (alpha.shape, corner) == ((5, 6), (0, 35))
    assert (frame[35:, :6] == 255).all()
    assert (frame == 7).sum() == frame.size - 5 * 6 * 3


def test_a_transparent_sprite_leaves_the_picture_as_it_is() -> None:
    frame = np.arange(40 * 40 * 3, dtype=np.uint64).astype(np.uint8).reshape(40, 40, 3)
    before = frame.copy()
    paste(frame, np.zeros((10, 10, 4), np.uint8), 3, 3)
    assert (frame == before).all()


def test_scaling_keeps_at_least_one_pixel_and_makes_edges_soft() -> None:
    sprite = np.zeros((30, 30, 4), np.uint8)
    sprite[:, :16] = 255
    assert scaled(sprite, 0.001).shape == (1, 1, 4)
    assert 0 < scaled(sprite, 0.25)[4, 4, 3] < 255 or 0 < scaled(sprite, 0.1)[1, 1, 3] < 255
