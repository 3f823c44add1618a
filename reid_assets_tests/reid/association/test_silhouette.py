import numpy as np
import pytest
from scipy.sparse import csr_array

from reid_assets.reid.association.silhouette import silhouette_terms


@pytest.mark.parametrize("seed", range(30))
def test_margins_are_those_of_a_plain_loop_over_clusters(seed):
    draw = np.random.default_rng(seed)
    n = int(draw.integers(2, 30))
    dense = np.triu(draw.random((n, n)) * (draw.random((n, n)) < 0.4), 1)
    dense += dense.T
    labels = np.unique(draw.integers(0, 6, n), return_inverse=True)[1]
    own, other, clustered = silhouette_terms(csr_array(dense), labels)
    for row in range(n):
        mine = (labels == labels[row]) & (np.arange(n) != row)
        means = [dense[row, labels == one].mean() for one in set(labels) - {labels[row]}]
        assert own[row] == pytest.approx(dense[row, mine].mean() if mine.any() else 0.0)
        assert other[row] == pytest.approx(max(means, default=0.0))
        assert clustered[row] == mine.any()
    some = silhouette_terms(csr_array(dense), labels, step=3)
    np.testing.assert_array_equal(some[0], own[::3])
