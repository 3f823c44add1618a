import numpy as np
import pytest

from reid_assets.reid.association.as_norm import CohortScores
from reid_assets.reid.association.spacings import estimate_same_id_count, neighbour_spacings
from reid_assets_tests.support.synthetic_vectors import identity_vectors, one_camera


def spacings(people, each, noise=0.5):
    vectors, _ = identity_vectors(people, each, noise)
    scores = CohortScores.fit(vectors, one_camera(vectors))
    return neighbour_spacings(scores.similarity[:, : scores.cohort + 1], len(vectors))


@pytest.mark.parametrize("people", [60, 400, 1500])
def test_the_spacings_between_different_identities_are_all_alike(people):
    assert spacings(people, 1).mean() == pytest.approx(1.0, abs=0.12)


def test_the_spacing_behind_same_identity_tracks_is_wide_and_tells_how_many_they_are():
    for each in (2, 4, 6):
        measured = spacings(200, each, noise=0.3)
        assert measured[: each - 1].max() > 1.5
        assert estimate_same_id_count(measured) == pytest.approx(each - 1, abs=1.0)


def test_the_unit_of_similarity_does_not_matter():
    similarity = -np.sort(-np.random.default_rng(0).normal(size=(50, 31)), axis=1)
    np.testing.assert_allclose(
        neighbour_spacings(similarity, 500), neighbour_spacings(0.01 * similarity + 7, 500)
    )


def test_spacings_that_nowhere_exceed_one_show_no_same_identity_track():
    assert estimate_same_id_count(np.full(30, 0.9)) == 0.0
