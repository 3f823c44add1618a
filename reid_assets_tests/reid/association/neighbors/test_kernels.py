import numpy as np
import pytest

from reid_assets.reid.association.neighbors.block_search import _VALUE_OF_BITS
from reid_assets.reid.association.neighbors.kernels import neighbour_cosines, trim, update_top_k
from reid_assets_tests.support.synthetic_vectors import identity_vectors


def test_cosines_of_listed_pairs_are_those_of_a_product():
    vectors, _ = identity_vectors(30, 2)
    index = np.random.default_rng(0).integers(0, 60, (60, 7)).astype(np.int32)
    np.testing.assert_allclose(
        neighbour_cosines(vectors, index), np.take_along_axis(vectors @ vectors.T, index, axis=1), atol=1e-6
    )


def empty_lists(rows, room):
    found, score = np.full((rows, room), -1, np.int32), np.zeros((rows, room), np.float32)
    return found, score, np.zeros(rows, np.int64), np.full(rows, -np.inf, np.float32)


@pytest.mark.parametrize("cameras", [1, 4])
def test_the_lists_of_a_block_hold_the_best_scores_of_each_row_and_never_the_row_itself(cameras):
    draw = np.random.default_rng(cameras)
    n, count = 150, 9
    camera = np.sort(draw.integers(0, cameras, n))
    centre = draw.uniform(0.0, 0.2, (cameras, cameras)).astype(np.float32)
    centre, spread = np.maximum(centre, centre.T), np.full((cameras, cameras), 0.1, np.float32)
    # Distinct positive bfloat16 numbers, so that the best are the same in any order of looking.
    bits = (0x3E00 + draw.permuted(np.tile(np.arange(n), (n, 1)), axis=1)).astype(np.int16)
    rows, run_last = np.arange(n), np.searchsorted(camera, camera, "right")
    lists = empty_lists(n, 2 * count)
    hits = np.empty((n, n), np.int16)
    sides = rows, 0, camera, rows, 0, camera, run_last
    update_top_k(bits, *sides, centre, spread, _VALUE_OF_BITS, *lists, count, False, hits)
    trim(*lists, count)
    found, score, filled, _ = lists
    exact = (_VALUE_OF_BITS[bits.astype(np.uint16)] - centre[np.ix_(camera, camera)]) / 0.1
    np.fill_diagonal(exact, -np.inf)
    assert (filled == count).all()
    for row in range(n):
        best = np.sort(exact[row])[-count:]
        assert row not in found[row, :count]
        np.testing.assert_allclose(np.sort(score[row, :count]), best, atol=1e-5)
        np.testing.assert_allclose(exact[row, found[row, :count]], score[row, :count], atol=1e-5)


def test_of_equal_scores_the_earlier_stay():
    found, score, filled, level = empty_lists(1, 6)
    found[0], score[0], filled[0] = [5, 6, 7, 8, 9, 4], [1.0, 2.0, 1.0, 3.0, 1.0, 0.0], 6
    trim(found, score, filled, level, 4)
    assert found[0, :4].tolist() == [5, 6, 7, 8]
    assert (filled[0], level[0]) == (4, 1.0)
