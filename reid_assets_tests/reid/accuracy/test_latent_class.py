"""Three judges who err independently tell how often each is right."""

import numpy as np
import pandas as pd
import pytest

from reid_assets.reid.accuracy.latent_class import (
    N_RATERS,
    match_posterior,
    random_subspace,
    rater_identities,
)
from reid_assets_tests.support.synthetic_tracks import one_video, random_footage


@pytest.mark.parametrize("share", [0.01, 0.3])
@pytest.mark.parametrize("hit", [0.5, 0.9])
def test_the_probability_of_each_count_of_votes_is_found_without_labels(share: float, hit: float) -> None:
    draw = np.random.default_rng(0)
    same = draw.random(200_000) < share
    votes = (draw.random((N_RATERS, len(same))) < np.where(same, hit, 0.002)).sum(axis=0)
    told = match_posterior(np.bincount(votes, minlength=N_RATERS + 1))
    for count in range(N_RATERS + 1):
        assert told[count] == pytest.approx(same[votes == count].mean(), abs=0.08)


def test_no_pair_and_no_vote_give_figures_all_the_same() -> None:
    assert np.isfinite(match_posterior(np.zeros(N_RATERS + 1))).all()
    nobody = match_posterior(np.array([1000, 0, 0, 0]))
    assert nobody[0] < 0.01


def test_judges_see_parts_that_share_nothing_and_together_see_all() -> None:
    video = {"a": one_video("a", np.random.default_rng(0).normal(size=(5, 30)), crops=2)}
    parts = [random_subspace(video, rater)["a"] for rater in range(N_RATERS)]
    assert [part.emb.shape for part in parts] == [(5, 10)] * 3
    assert all(np.allclose(np.linalg.norm(part.emb, axis=1), 1.0, atol=1e-5) for part in parts)
    assert sum(np.allclose(parts[0].emb, part.emb) for part in parts) == 1
    assert parts[0].meta.equals(video["a"].meta)


def test_a_judge_sees_the_same_every_time_and_no_video_without_tracks() -> None:
    videos = random_footage(0, dim=24) | {"empty": one_video("empty", np.empty((0, 2)))}
    one, other = random_subspace(videos, 1), random_subspace(videos, 1)
    assert list(one) == ["v0", "v1", "v2"]
    assert all(np.array_equal(one[name].emb, other[name].emb) for name in one)


def test_votes_are_read_by_video_and_track_never_by_position() -> None:
    meta = pd.DataFrame({"video": ["a", "a", "b"], "track_id": [1, 2, 1]})
    judged = meta.assign(global_id=[7, 8, 9])
    assert rater_identities([judged, judged.iloc[::-1]], meta).tolist() == [[7, 8, 9], [7, 8, 9]]
