import numpy as np
import pytest
from scipy.sparse import csr_array

from reid_assets.reid.association.constraints.cannot_links import Constraints
from reid_assets.reid.association.constraints.spatiotemporal import TravelConstraints
from reid_assets.reid.association.linkage import average_linkage
from reid_assets.reid.association.sparse_linkage import sparse_average_linkage


def random_travel(draw, n):
    """Short stays of some tracks under four cameras, with ways between them; others have no clock."""
    start = np.where(draw.random(n) < 0.8, draw.uniform(0, 30, n), np.nan)
    camera = draw.integers(0, 4, n)
    min_travel_s = draw.choice([-np.inf, -0.5, 0.0, 2.0, 6.0], (4, 4))
    return TravelConstraints(camera, start, start + draw.exponential(2.0, n), camera.copy(), min_travel_s)


def random_constraints(draw, n, tolerance=0, same_video=True, travel=None):
    start = draw.integers(0, 40, n)
    return Constraints(
        travel=travel,
        video=draw.integers(0, 3, n),
        group=np.zeros(n, dtype=np.int64),
        f_min=start,
        f_max=start + draw.integers(0, 12, n),
        tolerance=tolerance,
        same_video=same_video,
    )


def random_graph(draw, n, density):
    weight = np.triu(draw.random((n, n)) * (draw.random((n, n)) < density), 1)
    return csr_array(weight + weight.T)


def test_a_graph_without_edges_has_no_merges():
    draw = np.random.default_rng(0)
    dendrogram = sparse_average_linkage(random_graph(draw, 5, 0.0), random_constraints(draw, 5), np.arange(5))
    assert dendrogram.cut(0.0).tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("seed", range(300))
def test_the_partition_is_that_of_the_dense_clustering_at_every_cut(seed):
    draw = np.random.default_rng(seed)
    n = int(draw.integers(2, 40))
    graph = random_graph(draw, n, draw.choice([0.1, 0.4, 1.0]))
    travel = random_travel(draw, n) if seed % 2 else None
    constraints = random_constraints(draw, n, int(draw.integers(0, 4)), bool(seed % 5), travel)
    rows = np.arange(n)
    sparse = sparse_average_linkage(graph, constraints, rows)
    dense = average_linkage(graph.toarray(), constraints.forbidden(rows, rows), threshold=1e-9)
    for threshold in (1e-9, 0.05, 0.2, 0.5, 0.8):
        assert sparse.cut(threshold).tolist() == dense.cut(threshold).tolist()
