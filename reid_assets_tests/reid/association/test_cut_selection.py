"""The cut is found without labels, and follows how many tracks an identity has."""

import numpy as np
import pytest

from reid_assets.reid.association.as_norm import CohortScores, affinity_graph, score_to_affinity
from reid_assets.reid.association.auto_parameters import DEFAULT_PARAMETERS
from reid_assets.reid.association.cut_selection import FootageStatistics, choose_cut, measure_footage
from reid_assets.reid.association.linkage import average_linkage
from reid_assets_tests.support.synthetic_vectors import identity_vectors, one_camera


def measured(people, each, noise=0.5, dim=24):
    vectors, identity = identity_vectors(people, each, noise, dim)
    scores = CohortScores.fit(vectors, one_camera(vectors))
    return scores, measure_footage(scores, vectors), identity


@pytest.mark.parametrize("people", [60, 500])
def test_neighbours_of_people_seen_once_are_no_more_transitive_than_the_null_model(people):
    _, footage, _ = measured(people, 1)
    assert footage.transitivity < 0.3
    assert footage.multi_track_weight() < 0.05


@pytest.mark.parametrize(("people", "each"), [(100, 5), (40, 3), (12, 60)])
def test_neighbours_of_people_seen_often_are_transitive(people, each):
    assert measured(people, each)[1].multi_track_weight() > 0.95


def cut(people, each, caution=0.5, noise=0.3, dim=24):
    scores, footage, identity = measured(people, each, noise, dim)
    graph = affinity_graph(scores)
    n = len(identity)
    dendrogram = average_linkage(graph.toarray(), np.zeros((n, n), bool), threshold=1e-9)
    return dendrogram, choose_cut(dendrogram, graph, footage, caution), identity


@pytest.mark.parametrize("each", [3, 5])
def test_clearly_separated_identities_are_recovered_exactly(each):
    dendrogram, choice, identity = cut(60, each, dim=96)
    assert choice.returns
    assert dendrogram.cut(score_to_affinity(choice.score)).tolist() == identity.tolist()


def test_where_nobody_comes_back_a_pair_must_stand_out_by_itself_and_the_footage_decides_nothing():
    _, choice, _ = cut(400, 1)
    assert not choice.returns
    assert choice.score == pytest.approx(choice.singleton_cut, abs=0.2)


def test_caution_moves_the_cut_by_its_range():
    scores = [cut(60, 4, caution)[1].score for caution in (0.0, 0.5, 1.0)]
    assert np.diff(scores) == pytest.approx([DEFAULT_PARAMETERS.caution_range / 2] * 2)


def test_more_tracks_an_identity_never_raise_the_cut_that_their_number_suggests():
    dendrogram, _, _ = cut(30, 3)
    scores, _, _ = measured(30, 3, 0.3)
    graph = affinity_graph(scores)
    footage = [FootageStatistics(n, n, 2.0, 1.0, 2.0, 0.0) for n in (1.0, 2.0, 3.0, 5.0, 8.0, 20.0)]
    cuts = [choose_cut(dendrogram, graph, one, 0.5).by_model for one in footage]
    assert cuts == sorted(cuts, reverse=True)
    assert cuts[0] > cuts[-1]
