"""Few tracks: nobody is joined without reason, and whoever plainly comes back is found."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from benchmarks.accuracy.few_tracks import SmallRegime, measure_draw, small_draws
from benchmarks.accuracy.reliability import judged_tracks, reliability
from reid_assets.reid.association.constraints.cannot_links import compile_constraints, count_violations
from reid_assets.reid.association.global_id_map import associate
from reid_assets.reid.core.settings import AssociateSettings
from reid_assets_tests.support.labelled_tracks import labelled, needs_labelled
from reid_assets_tests.support.synthetic_tracks import crowd, one_video, pairwise_f1, random_footage

AUTO = AssociateSettings(method="auto", allow_merge_same_video=True)


def cautious(caution: float) -> AssociateSettings:
    return AUTO.model_copy(update={"caution": caution})


@pytest.mark.parametrize("people", [2, 3, 6, 12, 24, 49])
def test_few_people_who_are_seen_once_stay_alone(people):
    videos, _ = crowd(people, 1)
    assert associate(videos, AUTO).report["identities"] == people


@pytest.mark.parametrize(("people", "returns"), [(3, 4), (6, 3), (6, 6), (10, 4)])
def test_few_people_who_come_back_are_found_again(people, returns):
    videos, truth = crowd(people, returns, bias=0.3)
    assert pairwise_f1(associate(videos, AUTO).id_map, truth) > 0.85


@pytest.mark.parametrize("tracks", range(2, 9))
def test_the_order_of_videos_does_not_matter(tracks):
    videos, _ = crowd(tracks, 2)
    shuffled = {name: videos[name] for name in reversed(videos)}
    assert associate(videos, AUTO).id_map.equals(associate(shuffled, AUTO).id_map)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("caution", [0.0, 0.5])
def test_the_identity_rules_hold_however_few_tracks_there_are(seed, caution):
    videos = random_footage(seed, videos=1 + seed % 4, per_video=1 + seed % 5)
    id_map = associate(videos, cautious(caution)).id_map
    assert count_violations(compile_constraints(id_map, AUTO), id_map["global_id"].to_numpy(int)) == 0


@pytest.mark.parametrize("seed", range(5))
def test_more_caution_never_makes_fewer_identities(seed):
    videos, _ = crowd(6, 3, seed=seed)
    counts = [associate(videos, cautious(c)).report["identities"] for c in np.linspace(0, 1, 11)]
    assert counts == sorted(counts)


@needs_labelled
def test_full_caution_joins_only_pairs_that_are_almost_certain():
    data = labelled("good_model")
    videos, _ = data.take(next(small_draws(data, SmallRegime(8, 6, 6, None, 1), 0)))
    evidence = associate(videos, cautious(1.0)).evidence
    joined = evidence[evidence["similarity"] > 0]
    assert len(joined)
    assert joined["similarity"].min() > 0.9


def test_two_tracks_of_many_crops_that_are_far_apart_stay_apart():
    videos = {
        name: one_video(name, np.eye(64)[[i]], crops=4, noise=0.05) for i, name in enumerate(("a", "b"))
    }
    assert associate(videos, AUTO).report["identities"] == 2


def test_confidence_is_a_probability_and_little_footage_promises_no_precision():
    few, _ = crowd(3, 2)
    found = associate(few, AUTO)
    assert found.evidence["confidence"].between(0, 1).all()
    facts = found.report["groups"][0]
    assert facts["by"] == "prior" and not any(key.startswith("expected") for key in facts)


@needs_labelled
@pytest.mark.parametrize("model", ["weak_model", "good_model"])
def test_of_few_real_people_the_confidence_says_how_many_assignments_are_right(model):
    data = labelled(model)
    kinds = (SmallRegime(10, 1, 6, None, 6), SmallRegime(8, 6, 6, 2, 4), SmallRegime(6, 2, 2, None, 6))
    parts = [judged_tracks(data, rows) for kind in kinds for rows in small_draws(data, kind, 1)]
    assert reliability(pd.concat(parts))[1] < 0.12


def test_three_tracks_that_are_exactly_alike_are_not_certain_to_be_one():
    videos, _ = crowd(1, 3)
    found = associate(videos, AUTO)
    assert found.evidence["confidence"].max() < 0.9


def test_a_card_that_the_footage_contradicts_is_not_used():
    videos, _ = crowd(6, 3)
    label = "onnx@sha256:bb2267b23a64|anything"
    assert associate(videos, AUTO).report["groups"][0]["network_card"] == "unknown"
    named = {name: replace(one, backbone=label) for name, one in videos.items()}
    assert associate(named, AUTO).report["groups"][0]["network_card"] == "unknown"


@needs_labelled
@pytest.mark.parametrize(
    ("model", "least_f1", "least_precision"), [("weak_model", 0.6, 0.75), ("good_model", 0.8, 0.9)]
)
def test_few_real_people_are_found_again_and_seldom_joined_wrongly(model, least_f1, least_precision):
    data, scores, precisions = labelled(model), [], []
    for regime in (SmallRegime(6, 1, 6, None, 4), SmallRegime(10, 4, 4, 2, 4)):
        for rows in small_draws(data, regime, 0):
            row = measure_draw(data, rows, None, ())
            scores.append(row["F1"])
            precisions += [row["precision"]] if row["precision"] is not None else []
    assert np.mean(scores) > least_f1
    assert np.mean(precisions) > least_precision


@needs_labelled
@pytest.mark.parametrize("model", ["weak_model", "good_model"])
def test_real_people_who_are_seen_once_nearly_all_stay_alone(model):
    data = labelled(model)
    alone = [
        measure_draw(data, rows, None, ())["alone"]
        for regime in (SmallRegime(6, 1, 1, None, 4), SmallRegime(20, 1, 1, None, 4))
        for rows in small_draws(data, regime, 0)
    ]
    assert np.mean(alone) > 0.94
