"""A stripe shows what most of one window shows, wherever in the stripe it stands."""

import numpy as np

from reid_assets.reid.backbones.lomo_counts import center_weights, maximal_occurrence, split_cells


def test_a_cell_holds_its_own_pixels_and_no_others() -> None:
    pixels = np.arange(32 * 16).reshape(1, 32, 16)
    cells = split_cells(pixels, 16)
    assert cells.shape == (1, 2, 2, 128)
    assert set(cells[0, 1, 0]) == set(pixels[0, 16:, :8].ravel())


def test_pixels_at_the_edge_count_least() -> None:
    columns = center_weights(48, 1).ravel()
    assert np.allclose(columns, columns[::-1])
    assert columns.argmin() in (0, 47)
    assert columns.max() / columns.min() > 5


def test_what_moves_sideways_within_a_stripe_counts_the_same() -> None:
    left, right = (np.zeros((1, 1, 4, 2)) for _ in range(2))
    left[0, 0, 0], right[0, 0, 3] = (3, 1), (3, 1)
    assert np.array_equal(maximal_occurrence(left), maximal_occurrence(right))
    assert np.allclose(maximal_occurrence(left), [[[0.75, 0.25]]])


def test_a_stripe_without_anything_is_all_zero() -> None:
    assert (maximal_occurrence(np.zeros((2, 3, 4, 5))) == 0).all()
