import cv2
import numpy as np
import pytest

from reid_assets.reid.embedding.crops import BestCrops, crop_box, sharpness
from reid_assets_tests.support.synthetic_video import natural_texture

PICTURE = np.arange(40 * 60 * 3, dtype=np.uint32).reshape(40, 60, 3).astype(np.uint8)


def test_a_crop_is_the_whole_box_and_not_resized() -> None:
    assert np.array_equal(crop_box(PICTURE, np.array([10.0, 5.0, 30.0, 25.0])), PICTURE[5:25, 10:30])


def test_a_box_between_pixels_is_widened_to_whole_ones() -> None:
    assert crop_box(PICTURE, np.array([10.4, 5.4, 29.6, 24.6])).shape == (20, 20, 3)


def test_a_box_past_the_border_ends_at_the_border() -> None:
    assert crop_box(PICTURE, np.array([-9.0, -9.0, 10.0, 99.0])).shape == (40, 10, 3)


def test_a_box_outside_the_picture_is_empty() -> None:
    assert crop_box(PICTURE, np.array([70.0, 5.0, 80.0, 20.0])).size == 0


def test_an_inset_leaves_out_the_line_of_a_drawn_box_but_never_much_of_a_small_one() -> None:
    assert np.array_equal(crop_box(PICTURE, np.array([0.0, 0.0, 60.0, 40.0]), 4), PICTURE[4:36, 4:56])
    assert crop_box(PICTURE, np.array([10.0, 10.0, 16.0, 22.0]), 4).shape == (8, 4, 3)


@pytest.mark.parametrize("kernel", [(9, 9), (15, 1), (1, 15)], ids=["out of focus", "across", "down"])
def test_blur_of_every_kind_costs_sharpness(kernel: tuple[int, int]) -> None:
    assert sharpness(cv2.blur(natural_texture(120, 50), kernel)) < 0.7 * sharpness(natural_texture(120, 50))


def test_sharpness_depends_little_on_size_and_contrast() -> None:
    sharp = sharpness(natural_texture(120, 50))
    assert sharpness((natural_texture(120, 50) // 2 + 40).astype(np.uint8)) == pytest.approx(sharp, abs=0.1)
    assert sharpness(cv2.resize(natural_texture(120, 50), None, fx=2, fy=2)) == pytest.approx(sharp, abs=0.2)


@pytest.mark.parametrize("shape", [(1, 1), (1, 200), (300, 1), (80, 40)])
def test_any_shape_and_even_a_plain_colour_has_a_sharpness(shape: tuple[int, int]) -> None:
    assert 0.0 <= sharpness(np.full((*shape, 3), 90, np.uint8)) <= 1.0


def test_an_empty_shelf_holds_nothing() -> None:
    assert BestCrops(3).crops() == []


def test_the_shelf_keeps_the_best_of_each_track_in_the_order_of_time() -> None:
    shelf = BestCrops(2)
    for frame, quality in ((3, 0.2), (9, 0.9), (5, 0.5), (7, 0.1)):
        shelf.add(4, frame, quality, natural_texture(120, 50))
    shelf.add(1, 8, 0.0, natural_texture(120, 50))
    assert [(crop.track_id, crop.frame, crop.quality) for crop in shelf.crops()] == [
        (1, 8, 0.0),
        (4, 5, 0.5),
        (4, 9, 0.9),
    ]


def test_of_equal_crops_the_earlier_stays_in_whatever_order_they_come() -> None:
    for order in ([1, 2, 3], [3, 2, 1]):
        shelf = BestCrops(2)
        for frame in order:
            shelf.add(0, frame, 0.5, natural_texture(120, 50))
        assert [crop.frame for crop in shelf.crops()] == [1, 2]


@pytest.mark.parametrize(
    ("shape", "stored"), [((90, 40), (90, 40)), ((640, 300), (320, 150)), ((1, 900), (1, 320))]
)
def test_pictures_are_made_smaller_but_never_larger(shape: tuple[int, int], stored: tuple[int, int]) -> None:
    shelf = BestCrops(1)
    shelf.add(0, 0, 1.0, np.zeros((*shape, 3), np.uint8))
    picture = cv2.imdecode(np.frombuffer(shelf.crops()[0].jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape[:2] == stored
