import numpy as np
import pytest

from reid_assets.reid.embedding.pooling import pool

E1, E2 = np.array([1.0, 0.0, 0.0], np.float32), np.array([0.0, 1.0, 0.0], np.float32)


def test_one_sample_is_its_own_mean_whatever_its_weight() -> None:
    for weight in (0.0, 0.3):
        assert pool(E1[None], np.array([weight])).tolist() == E1.tolist()


def test_the_result_has_length_one_and_leans_to_the_heavier_sample() -> None:
    pooled = pool(np.stack([E1, E2]), np.array([3.0, 1.0]))
    assert pooled.dtype == np.float32
    assert np.linalg.norm(pooled) == pytest.approx(1.0)
    assert pooled[0] == pytest.approx(3 * pooled[1])


def test_no_weight_at_all_counts_as_equal_weights() -> None:
    assert pool(np.stack([E1, E2]), np.zeros(2)) == pytest.approx(pool(np.stack([E1, E2]), np.ones(2)))


def test_samples_that_cancel_out_leave_the_first() -> None:
    assert pool(np.stack([E1, -E1]), np.ones(2)).tolist() == E1.tolist()
