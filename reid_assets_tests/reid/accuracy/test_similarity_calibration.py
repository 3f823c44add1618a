"""What the calibration expects comes true, and where it cannot tell it says so."""

import numpy as np
import pandas as pd
import pytest

from benchmarks.accuracy.regimes import REGIMES, Regime, draws
from reid_assets.reid.accuracy import similarity_calibration
from reid_assets.reid.accuracy.similarity_calibration import Calibration, calibrate
from reid_assets.reid.association.global_id_map import associate
from reid_assets.reid.core.embeddings import TrackEmbeddings
from reid_assets.reid.core.settings import AssociateSettings
from reid_assets_tests.support.labelled_tracks import labelled, needs_labelled
from reid_assets_tests.support.synthetic_tracks import crowd, one_video

AUTO = AssociateSettings(method="auto", allow_merge_same_video=True)


def judged(
    videos: dict[str, TrackEmbeddings], chosen: AssociateSettings = AUTO, cameras: dict | None = None
) -> tuple[pd.DataFrame, Calibration]:
    """The map, and what the calibration says of it."""
    found = associate(videos, chosen, cameras=cameras)
    regroup = lambda part: associate(part, chosen, cameras=cameras).id_map  # noqa: E731
    return found.id_map, calibrate(videos, found.id_map, found.report, chosen, regroup, cameras)


def real(id_map: pd.DataFrame, truth: pd.DataFrame) -> tuple[float, float]:
    """Pairwise precision and recall."""
    both = id_map.merge(truth, on=["video", "track_id"])
    made, true, right = (
        float((sizes * (sizes - 1) / 2).sum())
        for sizes in (
            both.groupby(k).size() for k in (["global_id"], ["identity"], ["global_id", "identity"])
        )
    )
    return right / made, right / true


def test_people_who_are_easy_to_tell_apart_give_high_expectations_that_hold() -> None:
    videos, truth = crowd(30, 5, dim=192)
    id_map, found = judged(videos)
    row = found.accuracy.iloc[0]
    precision, recall = real(id_map, truth)
    assert precision > 0.9 and row["supported"]
    assert row["expected_precision"] == pytest.approx(precision, abs=0.1)
    assert row["expected_recall"] == pytest.approx(recall, abs=0.15)


def test_a_threshold_that_joins_strangers_is_found_out() -> None:
    videos, truth = crowd(30, 5, bias=0.3, dim=192)
    chosen = AssociateSettings(min_sim=0.07, allow_merge_same_video=True)
    id_map, found = judged(videos, chosen)
    assert real(id_map, truth)[0] < 0.5
    row = found.accuracy.iloc[0]
    assert not row["supported"] and "overlap" in row["why"]


def test_bins_count_every_allowed_pair_once_and_probability_never_falls() -> None:
    videos, _ = crowd(30, 4, dim=192)
    id_map, found = judged(videos)
    pairs = len(id_map) * (len(id_map) - 1) // 2
    bins = found.bins
    assert bins["pairs"].sum() == pairs
    assert bins["joined"].sum() == found.accuracy["joined"].sum()
    assert (bins["joined"] <= bins["pairs"]).all()
    assert bins["probability"].is_monotonic_increasing
    assert bins["probability"].between(0, 1).all()


def test_nothing_and_too_little_are_said_and_not_guessed() -> None:
    _, nothing = judged({})
    assert nothing.accuracy.empty and nothing.bins.empty
    _, one = judged({"a": one_video("a", np.eye(30)[:1])})
    assert one.accuracy["supported"][0] and one.accuracy["expected_precision"].isna().all()
    _, few = judged({"a": one_video("a", np.eye(30)[:5])})
    assert few.accuracy["expected_precision"].isna().all()
    assert few.bins["probability"].isna().all()


def test_vectors_of_few_dimensions_cannot_be_divided_and_that_is_said() -> None:
    videos, _ = crowd(40, 3, dim=12)
    _, found = judged(videos)
    assert "24 dimensions" in found.accuracy["why"][0]


def test_classes_are_judged_apart() -> None:
    people, _ = crowd(20, 3, dim=192)
    cars = {f"c{n}": one_video(f"c{n}", np.eye(192)[:3], classes=["car"] * 3) for n in range(2)}
    _, found = judged(people | cars)
    by_class = found.accuracy.set_index("class_group")
    assert by_class.loc["car", "tracks"] == 6 and not by_class.loc["car", "supported"]
    assert by_class.loc["person", "expected_precision"] > 0.8


def test_two_boxes_on_one_body_are_no_known_strangers() -> None:
    draw = np.random.default_rng(0)
    looks = draw.normal(size=(40, 48))
    doubled = np.vstack([looks, looks[:4]])
    spans = [(100 * i, 100 * i + 50) for i in range(40)]
    videos = {"a": one_video("a", doubled, spans + spans[:4], crops=6, noise=1.0)}
    _, found = judged(videos)
    assert found.accuracy["doubles"][0] >= 3
    assert found.bins["seen_together"].sum() <= 1


def test_of_many_tracks_whole_identities_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    videos, truth = crowd(40, 5, dim=192)
    monkeypatch.setattr(similarity_calibration, "MAX_COMPARED_TRACKS", 100)
    id_map, found = judged(videos)
    row = found.accuracy.iloc[0]
    assert (row["tracks"], row["compared"]) == (len(id_map), 100)
    assert row["expected_precision"] == pytest.approx(real(id_map, truth)[0], abs=0.15)


def test_the_order_of_videos_does_not_matter() -> None:
    videos, _ = crowd(20, 4, dim=48)
    _, one = judged(videos)
    _, other = judged({name: videos[name] for name in reversed(videos)})
    pd.testing.assert_frame_equal(one.accuracy, other.accuracy)
    pd.testing.assert_frame_equal(one.bins, other.bins)


@needs_labelled
@pytest.mark.parametrize("regime", REGIMES[2:], ids=lambda regime: regime.name)
def test_on_real_people_and_a_good_network_the_expectations_hold(regime: Regime) -> None:
    data = labelled("good_model")
    tracks, rows = next(draws(data, regime, 1))
    videos, truth = tracks.take(rows)
    id_map, found = judged(videos, cameras={video: video[:2] for video in videos})
    precision, recall = real(id_map, truth)
    row = found.accuracy.iloc[0]
    # Among a dozen people one wrong merge is a fifth of the pairs.
    assert row["expected_precision"] == pytest.approx(precision, abs=0.25 if regime.people < 40 else 0.1)
    assert row["expected_recall"] == pytest.approx(recall, abs=0.25)


@needs_labelled
def test_on_real_people_and_a_weak_network_precision_is_told_within_a_quarter() -> None:
    data = labelled("weak_model")
    for regime in REGIMES[3:4]:
        tracks, rows = next(draws(data, regime, 1))
        videos, truth = tracks.take(rows)
        id_map, found = judged(videos, cameras={video: video[:2] for video in videos})
        expected = found.accuracy["expected_precision"][0]
        assert expected == pytest.approx(real(id_map, truth)[0], abs=0.25)
