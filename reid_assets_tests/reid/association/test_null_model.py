import numpy as np
import pytest

from reid_assets.reid.association.null_model import null_transitivity
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
