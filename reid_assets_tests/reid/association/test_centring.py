from dataclasses import replace

import numpy as np
import pytest

from reid_assets.reid.association.auto_parameters import DEFAULT_PARAMETERS
from reid_assets.reid.association.centring import centred_vectors, group_sums, select_crops
from reid_assets.reid.association.track_set import assemble
from reid_assets_tests.support.synthetic_tracks import crowd, one_video


def camera_gap(vectors, camera):
    """How much more alike two tracks of one camera are than two of different cameras."""
    cosine = vectors @ vectors.T
    same = np.equal.outer(camera, camera) & ~np.eye(len(camera), dtype=bool)
    return cosine[same].mean() - cosine[camera[:, None] != camera].mean()


@pytest.fixture(scope="module")
def tracks():
    return assemble(crowd(50, 5, bias=0.7)[0])


def test_tracks_of_one_camera_are_no_more_alike_than_others_once_they_are_centred(tracks):
    rows = np.arange(len(tracks))
    assert camera_gap(tracks.vectors, tracks.camera) > 0.15
    assert camera_gap(centred_vectors(tracks, rows, by_camera=False), tracks.camera) > 0.15
    assert abs(camera_gap(centred_vectors(tracks, rows), tracks.camera)) < 0.03


def test_a_camera_that_few_crops_tell_of_keeps_to_the_common_mean(tracks):
    rows = np.arange(len(tracks))
    untold = replace(DEFAULT_PARAMETERS, centring_shrinkage=1e12)
    np.testing.assert_allclose(
        centred_vectors(tracks, rows, parameters=untold), centred_vectors(tracks, rows, False), atol=1e-5
    )


def test_rows_are_of_length_one_and_only_the_asked_ones_count(tracks):
    rows = np.arange(0, len(tracks), 3)
    centred = centred_vectors(tracks, rows)
    np.testing.assert_allclose(np.linalg.norm(centred, axis=1), 1.0, atol=1e-5)
    assert len(centred) == len(rows)
    assert not np.allclose(centred, centred_vectors(tracks, np.arange(len(tracks)))[rows], atol=1e-3)


def test_a_track_without_crops_is_stood_for_by_its_pooled_vector():
    whole = assemble({"a": one_video("a", np.eye(3), crops=2)})
    kept = whole.sample_track != 1
    tracks = replace(whole, samples=whole.samples[kept], sample_track=whole.sample_track[kept])
    crops, owner = select_crops(tracks, np.array([1, 2]))
    assert owner.tolist() == [0, 1, 1]
    np.testing.assert_array_equal(crops, np.eye(3)[[1, 2, 2]].astype(np.float16))


def test_group_sums_are_those_of_a_plain_loop():
    draw = np.random.default_rng(0)
    vectors, group = draw.normal(size=(40, 5)).astype(np.float32), draw.integers(0, 6, 40)
    plain = np.array([vectors[group == number].sum(axis=0) for number in range(7)])
    np.testing.assert_allclose(group_sums(vectors, group, 7), plain, atol=1e-5)
