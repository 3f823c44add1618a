import numpy as np

from reid_assets.reid.association.wccn import within_class_whitening
from reid_assets_tests.support.synthetic_vectors import identity_vectors


def lit(people=80, each=5, dim=24):
    """Identities under a light that varies much along two directions and says nothing of who is who."""
    vectors, identity = identity_vectors(people, each, noise=0.3, dim=dim)
    draw = np.random.default_rng(1)
    light = draw.normal(size=(len(vectors), 2)) @ np.linalg.qr(draw.normal(size=(dim, 2)))[0].T
    vectors = vectors + 0.8 * light
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), identity


def separation(vectors, identity):
    """Distance of same-identity from different-identity cosines, in deviations of the latter."""
    left, right = np.triu_indices(len(vectors), 1)
    cosine, same = (vectors @ vectors.T)[left, right], identity[left] == identity[right]
    return (cosine[same].mean() - cosine[~same].mean()) / cosine[~same].std()


def test_directions_that_vary_within_identities_count_less_afterwards():
    vectors, identity = lit()
    whitened = within_class_whitening(vectors, identity)
    assert whitened is not None
    assert separation(whitened, identity) > 1.3 * separation(vectors, identity)


def test_a_clustering_with_a_tenth_of_the_tracks_astray_still_teaches():
    vectors, identity = lit()
    draw = np.random.default_rng(2)
    labels = np.where(draw.random(len(identity)) < 0.1, draw.integers(0, 80, len(identity)), identity)
    whitened = within_class_whitening(vectors, labels)
    assert whitened is not None
    assert separation(whitened, identity) > 1.2 * separation(vectors, identity)


def test_directions_in_which_identities_differ_keep_their_weight():
    draw = np.random.default_rng(0)
    identity = np.repeat(np.arange(80), 5)
    looks = np.zeros((80, 24))
    looks[:, :3] = draw.normal(size=(80, 3))
    vectors = looks[identity] + 0.2 * draw.normal(size=(400, 24))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    whitened = within_class_whitening(vectors, identity)
    assert whitened is not None
    assert separation(whitened, identity) > 0.9 * separation(vectors, identity)


def test_rows_stay_of_length_one():
    vectors, identity = lit()
    whitened = within_class_whitening(vectors, identity)
    assert whitened is not None and whitened.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(whitened, axis=1), 1.0, atol=1e-5)


def test_pairs_and_few_differences_teach_nothing():
    vectors, identity = lit()
    assert within_class_whitening(vectors, np.arange(len(vectors)) // 2) is None
    few = np.arange(len(vectors))
    few[:5] = 0  # four differences for 24 dimensions
    assert within_class_whitening(vectors, few) is None
