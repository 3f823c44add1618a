"""A standard score means the same for every track, whatever the network's cosines are like."""

import numpy as np

from reid_assets.reid.accuracy.pair_scores import pair_scores
from reid_assets.reid.association.track_set import assemble
from reid_assets_tests.support.synthetic_tracks import crowd, one_video, unit


def test_strangers_lie_around_zero_and_the_same_far_above() -> None:
    videos, truth = crowd(40, 4)
    tracks = assemble(videos)
    score = pair_scores(tracks, np.arange(len(tracks))).between
    who = tracks.meta.merge(truth, on=["video", "track_id"], how="left")["identity"].to_numpy()
    left, right = np.triu_indices(len(who), 1)
    same = who[left] == who[right]
    strangers = score[left, right][~same]
    assert abs(np.median(strangers)) < 0.3
    assert 0.7 < strangers.std() < 1.4
    assert np.median(score[left, right][same]) > 3.0
    assert np.array_equal(score, score.T)


def test_cosines_that_are_all_high_give_the_same_scores() -> None:
    draw = np.random.default_rng(0)
    looks = unit(draw.normal(size=(60, 16)))
    spread, narrow = (
        assemble({"a": one_video("a", looks + offset * np.eye(16)[0])}) for offset in (0.0, 20.0)
    )
    rows = np.arange(60)
    assert narrow.vectors[0] @ narrow.vectors[1] > 0.98
    wide, close = (pair_scores(one, rows).between[np.triu_indices(60, 1)] for one in (spread, narrow))
    assert np.corrcoef(wide, close)[0, 1] > 0.8


def test_halves_of_a_track_are_compared_where_it_has_crops_enough() -> None:
    draw = np.random.default_rng(0)
    several = one_video("a", draw.normal(size=(30, 16)), crops=6, noise=0.1)
    single = one_video("b", draw.normal(size=(30, 16)), crops=3, noise=0.1)
    tracks = assemble({"a": several, "b": single})
    scores = pair_scores(tracks, np.arange(60))
    assert scores.within.shape == (30,)
    assert np.median(scores.within) > 2.0
    assert pair_scores(tracks, np.arange(30, 60)).within.shape == (0,)
