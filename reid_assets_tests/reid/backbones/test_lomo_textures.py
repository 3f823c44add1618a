"""Textures are told apart, whatever the brightness."""

import numpy as np

from reid_assets.reid.backbones.lomo_textures import texture_histograms


def striped(across: bool, low: int = 60, high: int = 120) -> np.ndarray:
    lines = np.where(np.arange(128) // 4 % 2 == 0, low, high)
    grey = np.broadcast_to(lines[:, None] if across else lines[None, :48], (128, 48))
    return np.repeat(grey[None, :, :, None], 3, axis=3).astype(np.uint8)


def test_a_smooth_surface_has_no_texture() -> None:
    assert (texture_histograms(np.full((1, 128, 48, 3), 90, dtype=np.uint8)) == 0).all()


def test_stripes_across_are_not_stripes_down() -> None:
    across, down = texture_histograms(striped(True)), texture_histograms(striped(False))
    assert (across * down).sum() < 0.2 * (across * across).sum()


def test_the_same_stripes_in_brighter_light_have_the_same_texture() -> None:
    dark, bright = texture_histograms(striped(True)), texture_histograms(striped(True, 90, 180))
    assert np.abs(dark - bright).sum() < 0.05 * dark.sum()


def test_noise_of_a_dark_picture_is_no_texture() -> None:
    noise = np.random.default_rng(0).integers(0, 3, (1, 128, 48, 3), dtype=np.uint8)
    assert (texture_histograms(noise) == 0).all()
