import numpy as np
import pytest

from reid_assets.reid.association.null_model import _gaussian_like, null_transitivity
from reid_assets_tests.support.synthetic_vectors import identity_vectors, one_camera


def test_the_null_model_is_the_same_every_time():
    vectors, _ = identity_vectors(80, 3)
    one, other = (null_transitivity(vectors, one_camera(vectors), 30) for _ in range(2))
    assert one == other


def test_it_knows_the_shape_of_the_vectors_and_not_who_is_who():
    vectors, _ = identity_vectors(100, 4, noise=0.2)
    shuffled = np.random.default_rng(0).permutation(vectors)
    camera = one_camera(vectors)
    assert null_transitivity(shuffled, camera, 30) == pytest.approx(
        null_transitivity(vectors, camera, 30), abs=0.1
    )


def test_two_nearest_are_nearer_to_each_other_where_there_are_few_directions():
    few, many = (
        null_transitivity(vectors, one_camera(vectors), 30)
        for vectors, _ in (identity_vectors(400, 1, dim=dim) for dim in (3, 100))
    )
    assert few > many + 0.5


def test_the_null_sample_has_the_mean_and_the_covariance_of_the_footage():
    vectors, _ = identity_vectors(3000, 1, dim=32)
    vectors = vectors * np.linspace(1.0, 0.1, 32, dtype=np.float32) + np.linspace(
        0.3, 0.0, 32, dtype=np.float32
    )
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    null = _gaussian_like(vectors)
    assert np.linalg.norm(vectors.mean(axis=0)) > 0.5, "a mean that matters"
    np.testing.assert_allclose(null.mean(axis=0), vectors.mean(axis=0), atol=0.03)
    assert np.corrcoef(np.cov(null.T).ravel(), np.cov(vectors.T).ravel())[0, 1] > 0.97
