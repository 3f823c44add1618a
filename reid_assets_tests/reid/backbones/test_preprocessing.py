"""A crop is seen whole, from head to feet, whatever its shape."""

import numpy as np
import pytest

from reid_assets.reid.backbones.preprocessing import (
    IMAGENET,
    PixelNormalization,
    file_normalization,
    resize_to_input,
)
from reid_assets.reid.core.settings import BackboneSettings


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (500, 1), (64, 32), (300, 90), (20, 200)])
def test_any_size_becomes_the_size_wanted_and_a_plain_colour_stays_itself(size: tuple[int, int]) -> None:
    out = resize_to_input(np.full((*size, 3), (10, 120, 250), dtype=np.uint8), (64, 32))
    assert (out.shape, out.dtype) == ((64, 32, 3), np.uint8)
    assert (out == (10, 120, 250)).all()


def test_head_and_feet_of_a_tall_box_survive() -> None:
    crop = np.zeros((400, 80, 3), dtype=np.uint8)
    crop[:40], crop[-40:] = (0, 0, 255), (255, 0, 0)
    out = resize_to_input(crop, (224, 224))
    assert (out[:20] == (0, 0, 255)).all()
    assert (out[-20:] == (255, 0, 0)).all()


def test_fine_stripes_are_averaged_not_skipped_even_where_the_other_axis_grows() -> None:
    crop = np.zeros((400, 20, 3), dtype=np.uint8)
    crop[::2] = 200
    out = resize_to_input(crop, (100, 100))
    assert np.abs(out.astype(int) - 100).max() <= 1


def test_a_part_of_a_larger_picture_may_be_given() -> None:
    frame = np.random.default_rng(0).integers(0, 256, (90, 90, 3), dtype=np.uint8)
    part = frame[10:74, 20:52]
    assert (resize_to_input(part, (64, 32)) == part).all()


@pytest.mark.parametrize(
    "crop", [np.zeros((0, 5, 3), np.uint8), np.zeros((5, 5), np.uint8), np.zeros((5, 5, 3), np.float32)]
)
def test_what_is_no_picture_is_refused(crop: np.ndarray) -> None:
    with pytest.raises(ValueError, match="a crop is uint8"):
        resize_to_input(crop, (8, 8))


def test_scales_that_give_other_vectors_have_other_texts() -> None:
    blue_first = PixelNormalization(False, IMAGENET.mean, IMAGENET.std)
    brighter = file_normalization(BackboneSettings(mean=(0.5, 0.5, 0.5)), IMAGENET)
    assert len({IMAGENET.text(), blue_first.text(), brighter.text()}) == 3
    assert file_normalization(BackboneSettings(), IMAGENET) == IMAGENET
