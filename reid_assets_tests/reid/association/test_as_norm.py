import numpy as np
import pytest

from reid_assets.reid.association.as_norm import CohortScores, affinity_graph, score_to_affinity
from reid_assets.reid.association.auto_parameters import DEFAULT_PARAMETERS
from reid_assets_tests.support.synthetic_vectors import identity_vectors, one_camera


def fitted(people=60, each=4, noise=0.5):
    vectors, identity = identity_vectors(people, each, noise)
    return vectors, identity, CohortScores.fit(vectors, one_camera(vectors))


def test_a_score_is_the_mean_of_how_far_both_tracks_see_it_above_their_cohorts():
    vectors, _, scores = fitted()
    left, right = np.array([0, 7]), np.array([1, 100])
    similarity = scores.camera_norm.score(np.einsum("ij,ij->i", vectors[left], vectors[right]), left, right)
    for pair, (a, b) in enumerate(zip(left, right, strict=True)):
        views = []
        for row in (a, b):
            cohort = scores.similarity[row, : scores.cohort]
            views.append(
                (similarity[pair] - cohort.mean()) / (cohort.std() + DEFAULT_PARAMETERS.cohort_softening)
            )
        assert scores.score(similarity, left, right)[pair] == pytest.approx(np.mean(views), rel=1e-4)
    np.testing.assert_array_equal(
        scores.score(similarity, left, right), scores.score(similarity, right, left)
    )


def test_same_identity_pairs_stand_out_from_the_nearest_different_ones():
    _, identity, scores = fitted(noise=0.4)
    row = np.repeat(np.arange(len(identity)), scores.index.shape[1])
    score = scores.score(scores.similarity.ravel(), row, scores.index.ravel())
    same = identity[row] == identity[scores.index.ravel()]
    assert np.quantile(score[same], 0.05) > np.quantile(score[~same], 0.95)


def test_affinities_are_symmetric_positive_and_without_a_diagonal():
    _, _, scores = fitted()
    graph = affinity_graph(scores).toarray()
    np.testing.assert_array_equal(graph, graph.T)
    assert not graph.diagonal().any()
    assert (graph >= 0).all() and (graph > 0).any()


def test_affinity_rises_with_the_score_from_zero_at_the_floor():
    floor = DEFAULT_PARAMETERS.affinity_floor
    assert score_to_affinity(floor) == 0.0
    heights = [score_to_affinity(floor + step) for step in (0.0, 0.5, 1.0, 3.0)]
    assert (np.diff(heights) > 0).all()


def test_refreshing_with_the_same_vectors_changes_nothing():
    vectors, _, scores = fitted()
    again = scores.refresh(vectors)
    np.testing.assert_array_equal(again.index, scores.index)
    np.testing.assert_array_equal(again.scale, scores.scale)


def test_large_footage_is_ranked_anew_among_its_earlier_neighbours(monkeypatch):
    vectors, _, scores = fitted()
    monkeypatch.setattr("reid_assets.reid.association.as_norm._SEARCH_AGAIN_UP_TO", 0)
    other = np.roll(vectors, 1, axis=1) + 0.3 * vectors
    other /= np.linalg.norm(other, axis=1, keepdims=True)
    again = scores.refresh(other.astype(np.float32))
    np.testing.assert_array_equal(np.sort(again.index, axis=1), np.sort(scores.index, axis=1))
    assert (np.diff(again.similarity, axis=1) <= 0).all()
