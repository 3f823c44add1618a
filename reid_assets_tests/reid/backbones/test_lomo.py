"""The built-in descriptor tells clothes apart, not lamps, places or sizes."""

import cv2
import numpy as np
import pytest

from reid_assets.reid.backbones.lomo import DIM, LomoBackbone

RED, BLUE, GREEN, WHITE, BLACK, SAND = (
    (40, 40, 200), (190, 70, 40), (60, 150, 60), (225, 225, 225), (35, 30, 30), (120, 170, 200),
)  # fmt: skip
OUTFITS = [
    (RED, BLACK),
    (BLUE, SAND),
    (GREEN, BLUE),
    (WHITE, BLACK),
    (BLACK, SAND),
    (SAND, GREEN),
    (BLUE, BLACK),
]


def person(
    top: tuple[int, ...], legs: tuple[int, ...], seed: int = 0, size: tuple[int, int] = (200, 80)
) -> np.ndarray:
    """A noisy figure before a wall and a floor of its own, uint8 BGR."""
    random = np.random.default_rng(seed)
    height, width = size
    picture = np.full((height, width, 3), random.uniform(90, 170), dtype=np.float64)
    picture[height // 2 :] *= random.uniform(0.7, 1.2)
    middle, half = width // 2 + int(random.integers(-3, 4)), int(width * 0.3)
    cv2.circle(picture, (middle, int(0.1 * height)), int(0.07 * height), (120, 150, 200), -1)
    cv2.rectangle(picture, (middle - half, int(0.18 * height)), (middle + half, int(0.52 * height)), top, -1)
    cv2.rectangle(
        picture, (middle - half + 5, int(0.52 * height)), (middle + half - 5, int(0.96 * height)), legs, -1
    )
    return np.clip(picture + random.normal(0, 6, picture.shape), 0, 255).astype(np.uint8)


def vectors(*crops: np.ndarray) -> np.ndarray:
    backbone = LomoBackbone()
    return backbone.embed(np.stack([backbone.prepare(crop) for crop in crops]))


def test_no_crop_gives_no_vector_and_one_gives_one() -> None:
    backbone = LomoBackbone()
    assert backbone.embed(np.zeros((0, 128, 48, 3), np.uint8)).shape == (0, DIM)
    assert vectors(person(RED, BLACK)).shape == (1, DIM)


@pytest.mark.parametrize("value", [0, 128, 255])
def test_a_plain_crop_still_gives_a_unit_vector(value: int) -> None:
    rows = vectors(np.full((50, 20, 3), value, np.uint8))
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_the_same_crop_gives_the_same_bytes_in_any_batch() -> None:
    backbone = LomoBackbone()
    images = np.stack([backbone.prepare(person(*outfit, seed=i)) for i, outfit in enumerate(OUTFITS * 6)])
    together = backbone.embed(images)
    assert np.array_equal(
        together, np.concatenate([backbone.embed(images[i : i + 1]) for i in range(len(images))])
    )
    assert np.array_equal(together, LomoBackbone().embed(images))


def test_the_same_outfit_is_nearer_than_any_other_in_another_place_and_size() -> None:
    here = vectors(*(person(*outfit, seed=i) for i, outfit in enumerate(OUTFITS)))
    there = vectors(*(person(*outfit, seed=100 + i, size=(120, 50)) for i, outfit in enumerate(OUTFITS)))
    cosines = here @ there.T
    same = np.eye(len(OUTFITS), dtype=bool)
    assert cosines[same].min() > cosines[~same].max()


def test_the_cosine_of_plainly_different_outfits_is_low_so_that_a_threshold_means_something() -> None:
    rows = vectors(*(person(*outfit, seed=i) for i, outfit in enumerate(OUTFITS)))
    others = (rows @ rows.T)[~np.eye(len(OUTFITS), dtype=bool)]
    assert np.median(others) < 0.35


def test_another_lamp_moves_a_vector_less_than_other_clothes_do() -> None:
    crops = [person(*outfit, seed=i) for i, outfit in enumerate(OUTFITS)]
    lamp = [np.clip(crop * np.array([0.75, 0.9, 1.1]) * 0.8, 0, 255).astype(np.uint8) for crop in crops]
    cosines = vectors(*crops) @ vectors(*lamp).T
    same = np.eye(len(OUTFITS), dtype=bool)
    assert cosines[same].min() > cosines[~same].max()


def test_a_mirrored_person_is_the_same_person() -> None:
    crop = person(RED, BLACK)
    one, other = vectors(crop, crop[:, ::-1])
    assert one @ other > 0.9
