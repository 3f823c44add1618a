import numpy as np
import pytest

from reid_assets.reid.association.as_norm import CohortScores, affinity_graph, score_to_affinity
from reid_assets.reid.association.auto_parameters import DEFAULT_PARAMETERS
from reid_assets.reid.core.embeddings import unit_rows
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


def test_a_pair_of_two_cameras_is_judged_against_tracks_of_other_cameras():
    """Twins under one camera fill its cohort; a match under another camera must stand out all the same."""
    random = np.random.default_rng(2)
    looks = unit_rows(random.standard_normal((60, 32)))
    twins = np.repeat(looks, 12, axis=0) + 0.15 * random.standard_normal((720, 32))
    elsewhere = looks + 0.3 * random.standard_normal((60, 32))
    vectors = unit_rows(np.vstack([twins, elsewhere])).astype(np.float32)
    camera = np.repeat([0, 1], [720, 60])
    scores = CohortScores.fit(vectors, camera)
    first_twin, match = np.arange(60) * 12, 720 + np.arange(60)
    found = scores.index[first_twin] == match[:, None]
    near = found.any(axis=1)
    assert near.mean() > 0.9
    value = np.vstack([scores.neighbour_scores(slice(row, row + 1)) for row in first_twin])
    plain = scores.score(scores.similarity[first_twin], first_twin[:, None], scores.index[first_twin])
    assert value[found].mean() > plain[found].mean() + 0.1


def test_pairs_of_one_camera_are_judged_against_all():
    vectors, _ = identity_vectors(30, 4)
    camera = np.arange(len(vectors)) % 3
    scores = CohortScores.fit(vectors, camera)
    rows = np.arange(len(vectors))
    plain = scores.score(scores.similarity, rows[:, None], scores.index)
    same = camera[scores.index] == camera[:, None]
    np.testing.assert_allclose(scores.neighbour_scores(slice(None))[same], plain[same], rtol=1e-5)
