"""What a told link says of the neighbours, dense and sparse; and what answers say of the cut."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from reid_assets.reid.association.constraints.told_links import carry_over, carry_over_graph
from reid_assets.reid.association.linkage import Dendrogram, average_linkage
from reid_assets.reid.association.taught_cut import joining_height, taught_cut


def random_affinity(seed: int, size: int = 24) -> np.ndarray:
    draw = np.random.default_rng(seed)
    square = np.where(draw.random((size, size)) < 0.3, draw.random((size, size)) + 0.1, 0.0)
    square = np.triu(square, 1)
    return square + square.T


@pytest.mark.parametrize("seed", range(8))
def test_dense_and_sparse_carry_over_the_same(seed: int) -> None:
    affinity, draw = random_affinity(seed), np.random.default_rng(seed)
    must = draw.choice(24, size=(4, 2), replace=False) if seed else np.array([[0, 1], [1, 2], [5, 6]])
    dense = carry_over(affinity, must)
    sparse = carry_over_graph(csr_array(affinity), must).toarray()
    np.fill_diagonal(dense, 0.0)
    np.testing.assert_allclose(sparse, dense)
    assert (dense >= affinity).all() and (dense == dense.T).all() and (dense > affinity).any()


def test_clusters_join_whole_where_the_linked_tracks_stand_firmly_in_them() -> None:
    affinity = np.zeros((7, 7))
    affinity[:4, :4], affinity[4:, 4:] = 2.0, 2.0
    links = np.array([[0, 4]])
    joined = average_linkage(carry_over(affinity, links), np.zeros((7, 7), bool), must=links).cut(1.0)
    assert len(set(joined.tolist())) == 1
    affinity[0, 1:4] = affinity[1:4, 0] = 0.4  # row 0 lies at the edge of its cluster
    parted = average_linkage(carry_over(affinity, links), np.zeros((7, 7), bool), must=links).cut(1.0)
    assert parted[0] == parted[4] == parted[6] != parted[1] == parted[3], "it leaves alone"


@pytest.mark.parametrize("seed", range(5))
def test_joining_height_is_the_cophenetic_similarity(seed: int) -> None:
    affinity, draw = random_affinity(seed), np.random.default_rng(100 + seed)
    tree = average_linkage(affinity, np.zeros_like(affinity, bool), threshold=1e-9)
    pairs = draw.integers(0, 24, (30, 2))
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    found = joining_height(tree, pairs)
    for (a, b), height in zip(pairs, found, strict=True):
        labels = [tree.cut(at)[[a, b]] for at in (height, height + 1e-9)]
        assert labels[0][0] == labels[0][1] and labels[1][0] != labels[1][1]


def chain(*heights: float) -> Dendrogram:
    """Pairs (0, 1), (2, 3), … joined at these heights."""
    left = np.arange(0, 2 * len(heights), 2)
    return Dendrogram(2 * len(heights), left, left + 1, np.array(heights))


def pairs_of(*numbers: int) -> np.ndarray:
    return np.array([[2 * n, 2 * n + 1] for n in numbers], dtype=np.int64).reshape(-1, 2)


def test_answers_move_the_cut_towards_them_and_never_beyond() -> None:
    tree = chain(1.6, 1.5, 1.4, 1.3, 1.2, 1.1)
    cut = 0.5  # 0.77 as an affinity
    unsaid = taught_cut(cut, tree, pairs_of(), pairs_of())
    raised = taught_cut(cut, tree, pairs_of(), pairs_of(2, 3, 4, 5))
    assert unsaid == cut < raised
    assert taught_cut(cut, tree, pairs_of(0, 1, 2), pairs_of()) == cut, "what is joined already moves nothing"
    assert taught_cut(2.0, tree, pairs_of(0, 1, 2, 3), pairs_of()) < 2.0
    far = chain(9.0, 9.5)
    assert taught_cut(cut, far, pairs_of(), pairs_of(0, 1)) - cut < 0.35, (
        "a mistake far from the cut is its own"
    )
