import numpy as np
import pytest

from reid_assets.reid.association.neighbors.approximate import nearest_by_faiss, nearest_by_pca
from reid_assets_tests.support.synthetic_vectors import identity_vectors, one_camera


@pytest.mark.long
def test_principal_components_propose_every_neighbour_where_they_hold_all_of_the_variance():
    vectors, _ = identity_vectors(200, 3, dim=40)
    wide = vectors @ np.linalg.qr(np.random.default_rng(0).normal(size=(300, 40)))[0].T.astype(np.float32)
    found = nearest_by_pca(wide, one_camera(wide), 8)
    assert found.shape == (600, 12)
    cosine = wide @ wide.T
    np.fill_diagonal(cosine, -np.inf)
    wanted = np.argsort(-cosine, axis=1)[:, :5]
    kept = np.mean([len(set(found[row]) & set(wanted[row])) / 5 for row in range(600)])
    assert kept > 0.99
    assert all(row not in found[row] for row in range(600))


@pytest.mark.parametrize("kind", ["ivf", "ivfpq", "hnsw"])
def test_an_index_proposes_as_many_others_as_asked_and_never_the_row_itself(kind):
    pytest.importorskip("faiss")
    vectors, identity = identity_vectors(400, 4, noise=0.2, dim=32)
    found = nearest_by_faiss(vectors, kind, 6)
    assert found.shape == (1600, 6)
    assert all(row not in found[row] for row in range(1600))
    assert (identity[found[:, :3]] == identity[:, None]).mean() > 0.9


def test_where_an_index_finds_fewer_than_asked_the_rest_are_still_rows_and_others():
    pytest.importorskip("faiss")
    vectors, _ = identity_vectors(400, 4, noise=0.2, dim=32)
    found = nearest_by_faiss(vectors, "ivf", 900)
    assert found.min() >= 0 and found.max() < 1600
    assert not (found == np.arange(1600)[:, None]).any()
