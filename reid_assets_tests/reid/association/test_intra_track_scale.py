import numpy as np
import pytest

from reid_assets.reid.association.auto_parameters import DEFAULT_PARAMETERS
from reid_assets.reid.association.intra_track_scale import (
    IntraTrackScale,
    fit_intra_track_scale,
    mean_crop_cosine,
)
from reid_assets_tests.support.synthetic_vectors import identity_vectors


def test_crops_of_one_track_are_the_unit_of_distance():
    crops, owner = identity_vectors(8, 6, noise=0.3, dim=64)
    scale = fit_intra_track_scale(crops, owner)
    assert scale is not None
    cosine = crops @ crops.T
    left, right = np.triu_indices(len(crops), 1)
    same = owner[left] == owner[right]
    within, across = (np.median(1 - cosine[left, right][which]) for which in (same, ~same))
    assert 1 - scale.intra_track_cosine == pytest.approx(within, rel=1e-3)
    assert scale.inter_track_distance == pytest.approx(across / within, rel=1e-3)


def test_tracks_that_are_hardly_further_apart_than_their_crops_show_a_single_identity():
    alike, owner = identity_vectors(1, 48, noise=0.3, dim=64)[0], np.repeat(np.arange(8), 6)
    one = fit_intra_track_scale(alike, owner)
    many = fit_intra_track_scale(*identity_vectors(8, 6, noise=0.3, dim=64))
    assert one is not None and one.single_identity()
    assert many is not None and not many.single_identity()


def test_caution_raises_the_cosine_asked_and_a_single_identity_asks_for_less():
    many, single = (IntraTrackScale(0.8, distance) for distance in (4.0, 1.5))
    thresholds = [many.cosine_threshold(caution) for caution in (0.0, 0.5, 1.0)]
    assert thresholds == sorted(thresholds) and thresholds[0] < thresholds[2]
    assert thresholds[1] == pytest.approx(1 - DEFAULT_PARAMETERS.same_id_distance * 0.2)
    assert single.cosine_threshold(0.5) < many.cosine_threshold(0.5)


def test_single_crops_and_copies_of_one_crop_measure_nothing():
    crops, _ = identity_vectors(6, 1)
    assert fit_intra_track_scale(crops, np.arange(6)) is None
    assert fit_intra_track_scale(np.repeat(crops, 3, axis=0), np.repeat(np.arange(6), 3)) is None
    assert fit_intra_track_scale(crops, np.zeros(6, dtype=int)) is None, "one track has no other to compare"


def test_many_crops_are_sampled_by_whole_tracks_and_measure_the_same():
    crops, owner = identity_vectors(900, 6, noise=0.3, dim=16)
    all_of_them, some = fit_intra_track_scale(crops, owner), fit_intra_track_scale(crops[:3000], owner[:3000])
    assert all_of_them is not None and some is not None
    assert all_of_them.intra_track_cosine == pytest.approx(some.intra_track_cosine, abs=0.01)
    assert all_of_them.inter_track_distance == pytest.approx(some.inter_track_distance, rel=0.05)


def test_the_cosine_of_two_tracks_is_the_mean_over_their_crops():
    crops, owner = identity_vectors(5, 3)
    mean = mean_crop_cosine(crops, owner, 5)
    for a in range(5):
        for b in range(5):
            assert mean[a, b] == pytest.approx((crops[owner == a] @ crops[owner == b].T).mean(), abs=1e-5)
