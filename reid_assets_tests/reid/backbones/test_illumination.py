"""The light of a camera goes, the pattern of a crop stays."""

import numpy as np

from reid_assets.reid.backbones.illumination import normalize_illumination
from reid_assets_tests.support.small_networks import crops


def test_a_dimmer_and_yellower_lamp_changes_next_to_nothing() -> None:
    images = np.clip(crops(4), 40, 255).astype(np.uint8)
    lamp = (images * np.array([0.6, 0.8, 0.9])).astype(np.uint8)
    before, after = (normalize_illumination(pictures).astype(int) for pictures in (images, lamp))
    assert np.abs(after - before).mean() < 0.1 * np.abs(lamp.astype(int) - images).mean()


def test_a_crop_is_not_changed_by_its_neighbours() -> None:
    images = crops(3)
    assert np.array_equal(normalize_illumination(images[1:2])[0], normalize_illumination(images)[1])


def test_a_plain_crop_is_not_stretched_into_noise() -> None:
    images = np.full((1, 128, 48, 3), 100, dtype=np.uint8)
    images[0, 0, 0] = 101
    assert np.ptp(normalize_illumination(images)) < 10


def test_black_and_white_survive() -> None:
    for value in (0, 255):
        assert normalize_illumination(np.full((1, 8, 8, 3), value, dtype=np.uint8)).shape == (1, 8, 8, 3)
