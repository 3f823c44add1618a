import numpy as np
import pytest

from reid_assets.reid.association.linkage import average_linkage as build_tree
from reid_assets.reid.association.linkage import canonical_labels
from reid_assets_tests.support.reference_clustering import plain_average_linkage


def average_linkage(similarity, forbidden, threshold):
    return build_tree(similarity, forbidden).cut(threshold)


def test_no_track_and_one_track_need_no_clustering():
    assert average_linkage(np.empty((0, 0)), np.empty((0, 0), bool), 0.5).tolist() == []
    assert average_linkage(np.ones((1, 1)), np.zeros((1, 1), bool), 0.5).tolist() == [0]


@pytest.mark.parametrize("seed", range(300))
def test_the_partition_is_that_of_the_plain_reading(seed):
    draw = np.random.default_rng(seed)
    n = int(draw.integers(2, 13))
    vectors = draw.normal(size=(n, 3)) + 0.5
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    forbidden = np.triu(draw.random((n, n)) < draw.choice([0.0, 0.2, 0.6]), 1)
    forbidden |= forbidden.T
    threshold = float(draw.choice([-1.0, 0.0, 0.5, 0.9]))
    similarity = vectors @ vectors.T
    found = average_linkage(similarity, forbidden, threshold)
    assert found.tolist() == plain_average_linkage(similarity, forbidden, threshold).tolist()


def test_one_accidental_pair_does_not_chain_two_identities():
    similarity = np.full((6, 6), 0.2)
    similarity[:3, :3] = similarity[3:, 3:] = 0.9
    similarity[2, 3] = similarity[3, 2] = 0.99
    labels = average_linkage(similarity, np.zeros((6, 6), bool), 0.5)
    assert labels[0] != labels[5], "the ends of the chain are different identities"


def test_a_cannot_link_holds_through_a_middleman():
    similarity = np.full((3, 3), 0.9)
    forbidden = np.zeros((3, 3), bool)
    forbidden[0, 2] = forbidden[2, 0] = True
    labels = average_linkage(similarity, forbidden, 0.5)
    assert labels[0] != labels[2]


def test_clusters_are_numbered_by_their_first_rows():
    assert canonical_labels(np.array([7, 3, 7, 9, 3])).tolist() == [0, 1, 0, 2, 1]
