import sys

import numpy as np
import pytest

from reid_assets.reid.association.camera_pair_norm import CameraPairNorm
from reid_assets.reid.association.neighbors import block_search, search
from reid_assets.reid.association.neighbors.search import nearest_tracks
from reid_assets.reid.core.errors import InputError
from reid_assets_tests.reid.association.test_camera_pair_norm import random_units


def footage(n, cameras, seed=0):
    """Identities of four tracks: real neighbours among different identities."""
    draw = np.random.default_rng(seed)
    vectors = np.repeat(random_units(draw, n // 4, 64), 4, axis=0) + 0.5 * random_units(draw, n // 4 * 4, 64)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32), draw.integers(0, cameras, len(vectors))


def plainly(vectors, pairs, row, count):
    everybody = np.arange(len(vectors))
    score = pairs.score(vectors @ vectors[row], np.full(len(vectors), row), everybody)
    score[row] = -np.inf
    return np.lexsort((everybody, -score))[:count], score


@pytest.mark.parametrize("cameras", [1, 5, 200])
def test_the_nearest_of_small_footage_are_those_of_a_plain_comparison(cameras):
    vectors, camera = footage(400, cameras)
    pairs = CameraPairNorm.fit(vectors, camera)
    index, score = nearest_tracks(vectors, pairs, 12)
    for row in range(0, 400, 7):
        expected, exact = plainly(vectors, pairs, row, 12)
        np.testing.assert_allclose(score[row], exact[expected], atol=1e-4)
        assert set(index[row]) == set(expected)


@pytest.mark.parametrize(
    ("how", "cameras"),
    [
        ("exact", 1),
        ("exact", 5),
        ("exact", 200),
        ("pca", 5),
        ("sketch", 5),
        ("ivf", 5),
        ("ivfpq", 5),
        ("hnsw", 5),
    ],
)
def test_every_search_of_many_tracks_finds_the_neighbours_and_scores_them_exactly(monkeypatch, how, cameras):
    monkeypatch.setattr(search, "_BLOCKS_FROM", 100)
    vectors, camera = footage(3000, cameras)
    pairs = CameraPairNorm.fit(vectors, camera)
    index, score = nearest_tracks(vectors, pairs, 10, how)
    found = wanted = 0
    for row in range(0, 3000, 29):
        expected, exact = plainly(vectors, pairs, row, 3)
        found, wanted = found + len(set(expected) & set(index[row])), wanted + 3
        np.testing.assert_allclose(score[row], exact[index[row]], atol=1e-4)
        assert row not in index[row]
        assert len(set(index[row])) == 10
        assert (np.diff(score[row]) <= 0).all()
    assert found / wanted >= (1.0 if how in ("exact", "pca", "sketch") else 0.9)


def test_an_index_that_is_not_installed_says_what_to_install(monkeypatch):
    monkeypatch.setattr(search, "_BLOCKS_FROM", 100)
    monkeypatch.setitem(sys.modules, "faiss", None)
    vectors, camera = footage(400, 1)
    with pytest.raises(InputError, match="pip install faiss-cpu"):
        nearest_tracks(vectors, CameraPairNorm.fit(vectors, camera), 5, "hnsw")


def test_rows_for_which_a_part_of_the_rows_promised_too_much_are_searched_again(monkeypatch):
    monkeypatch.setattr(search, "_BLOCKS_FROM", 100)
    vectors, camera = footage(3000, 3)
    pairs = CameraPairNorm.fit(vectors, camera)
    expected = nearest_tracks(vectors, pairs, 10, "exact")
    first_levels = block_search._first_levels

    def too_high(by_camera, count):
        level = first_levels(by_camera, count)
        level[::500] = 1e9
        return level

    monkeypatch.setattr(block_search, "_first_levels", too_high)
    for found, wanted in zip(nearest_tracks(vectors, pairs, 10, "exact"), expected, strict=True):
        np.testing.assert_array_equal(found, wanted)
