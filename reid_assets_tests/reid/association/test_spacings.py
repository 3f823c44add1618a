import numpy as np
import pytest

from reid_assets.reid.association.as_norm import CohortScores
from reid_assets.reid.association.auto_parameters import DEFAULT_PARAMETERS
from reid_assets.reid.association.camera_pair_norm import CameraPairNorm
from reid_assets.reid.association.cohort import cohort_size
from reid_assets.reid.association.cut_selection import measure_footage
from reid_assets.reid.association.null_model import null_transitivity
from reid_assets.reid.association.spacings import estimate_same_id_count, neighbour_spacings


def footage(people, each, noise=0.5, dim=24, seed=0):
    draw = np.random.default_rng(seed)
    vectors = np.repeat(draw.normal(size=(people, dim)), each, axis=0)
    vectors = vectors + noise * draw.normal(size=vectors.shape)
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return vectors, np.zeros(len(vectors), dtype=np.int64)


def spacings_of(vectors, camera):
    near = CohortScores.fit(vectors, camera)
    return neighbour_spacings(near.similarity[:, : near.cohort + 1], len(vectors))


@pytest.mark.parametrize("people", [60, 400, 1500])
def test_the_gaps_between_strangers_are_all_alike(people):
    assert spacings_of(*footage(people, 1)).mean() == pytest.approx(1.0, abs=0.12)


def test_the_gap_behind_mates_is_wide_and_tells_how_many_they_are():
    for each in (2, 4, 6):
        spacings = spacings_of(*footage(200, each, noise=0.3))
        assert spacings[: each - 1].max() > 1.5
        assert estimate_same_id_count(spacings) == pytest.approx(each - 1, abs=1.0)


def test_large_identities_get_a_larger_cohort_and_strangers_the_least():
    def size(vectors, camera):
        return cohort_size(vectors, CameraPairNorm.fit(vectors, camera))

    assert size(*footage(500, 1)) == DEFAULT_PARAMETERS.min_cohort
    assert size(*footage(100, 5)) == DEFAULT_PARAMETERS.min_cohort
    assert size(*footage(12, 60)) >= 120


def test_strangers_keep_no_company_and_mates_do():
    for vectors, camera in (footage(60, 1), footage(500, 1)):
        assert measure_footage(CohortScores.fit(vectors, camera), vectors).multi_track_weight() < 0.05
    for vectors, camera in (footage(100, 5), footage(40, 3), footage(12, 60)):
        assert measure_footage(CohortScores.fit(vectors, camera), vectors).multi_track_weight() > 0.95


def test_the_made_crowd_is_the_same_every_time():
    vectors, camera = footage(80, 3)
    assert null_transitivity(vectors, camera, 30) == null_transitivity(vectors, camera, 30)
