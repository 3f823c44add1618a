import pytest

from reid_assets.reid.association.auto_parameters import DEFAULT_PARAMETERS
from reid_assets.reid.association.camera_pair_norm import CameraPairNorm
from reid_assets.reid.association.cohort import cohort_size
from reid_assets_tests.support.synthetic_vectors import identity_vectors, one_camera


def size(people, each):
    vectors, _ = identity_vectors(people, each)
    return cohort_size(vectors, CameraPairNorm.fit(vectors, one_camera(vectors)))


@pytest.mark.parametrize(("people", "each"), [(500, 1), (100, 5)])
def test_small_identities_need_the_smallest_cohort(people, each):
    assert size(people, each) == DEFAULT_PARAMETERS.min_cohort


def test_the_cohort_outgrows_identities_of_many_tracks():
    assert size(12, 60) >= 120


@pytest.mark.parametrize("tracks", [3, 4, 31, 32, 33, 50])
def test_the_cohort_leaves_a_track_to_compare_with_however_few_there_are(tracks):
    assert 1 <= size(tracks, 1) <= tracks - 2
    assert size(1, tracks) <= tracks - 2
