import numpy as np
import pytest

from reid_assets.reid.association.constraints.cannot_links import compile_constraints, count_violations
from reid_assets.reid.association.global_id_map import associate
from reid_assets.reid.core.settings import AssociateSettings
from reid_assets_tests.support.synthetic_tracks import crowd, one_video, pairwise_f1, random_footage

AUTO = AssociateSettings(method="auto", allow_merge_same_video=True)


def test_nothing_one_track_and_two_tracks_work():
    assert associate({}, AUTO).report["identities"] == 0
    assert associate({"a": one_video("a", np.eye(1))}, AUTO).report["identities"] == 1
    assert len(associate({"a": one_video("a", np.eye(2), crops=3, noise=0.1)}, AUTO).id_map) == 2


@pytest.mark.parametrize("bias", [0.0, 0.7, 2.0], ids=["no camera bias", "some", "strong"])
def test_people_are_found_again_whatever_the_bias_of_the_cameras(bias):
    videos, truth = crowd(50, 5, bias=bias)
    assert pairwise_f1(associate(videos, AUTO).id_map, truth) > 0.9


def test_a_few_people_with_many_tracks_are_found_again():
    videos, truth = crowd(20, 30)
    assert pairwise_f1(associate(videos, AUTO).id_map, truth) > 0.85


@pytest.mark.parametrize("people", [60, 400])
def test_where_everybody_is_seen_once_nearly_all_stay_alone(people):
    videos, _ = crowd(people, 1)
    assert associate(videos, AUTO).report["identities"] >= 0.95 * people


@pytest.mark.parametrize("seed", range(20))
def test_rule_one_holds_with_a_cohort_and_in_small_sets(seed):
    videos = random_footage(seed, videos=4, per_video=40 if seed % 2 else 6, dim=8)
    id_map = associate(videos, AUTO).id_map
    assert count_violations(compile_constraints(id_map, AUTO), id_map["global_id"].to_numpy(int)) == 0


def test_more_caution_never_makes_fewer_identities():
    videos, _ = crowd(50, 5)
    counts = [
        associate(videos, AUTO.model_copy(update={"caution": c})).report["identities"]
        for c in (0.0, 0.5, 1.0)
    ]
    assert counts == sorted(counts)


def test_the_order_of_videos_does_not_matter():
    videos, _ = crowd(20, 4)
    shuffled = {name: videos[name] for name in reversed(videos)}
    assert associate(videos, AUTO).id_map.equals(associate(shuffled, AUTO).id_map)


def test_few_tracks_of_one_crop_each_fall_back_on_min_sim_and_say_so():
    videos = {"a": one_video("a", [[1.0, 0.0]]), "b": one_video("b", [[0.8, 0.6]])}
    found = associate(videos, AUTO)
    assert found.report["groups"][0]["by"] == "min_sim"
    assert found.report["identities"] == 1
