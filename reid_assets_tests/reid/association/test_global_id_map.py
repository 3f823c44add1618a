import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reid_assets.reid.association.constraints.cannot_links import compile_constraints, count_violations
from reid_assets.reid.association.global_id_map import associate
from reid_assets.reid.core.errors import MixedBackbonesError
from reid_assets.reid.core.settings import AssociateSettings
from reid_assets_tests.support.synthetic_tracks import one_video, random_footage


def test_no_video_no_track_and_one_track_work():
    assert associate({}, AssociateSettings()).report["identities"] == 0
    assert len(associate({"a": one_video("a", np.empty((0, 2)))}, AssociateSettings()).id_map) == 0
    one = associate({"a": one_video("a", np.eye(1))}, AssociateSettings())
    assert one.id_map["global_id"].tolist() == [0]
    assert one.next_id == 1


def test_two_tracks_are_one_where_their_cosine_reaches_min_sim():
    videos = {"a": one_video("a", [[1.0, 0.0]]), "b": one_video("b", [[0.8, 0.6]])}
    assert associate(videos, AssociateSettings(min_sim=0.79)).report["identities"] == 1
    assert associate(videos, AssociateSettings(min_sim=0.81)).report["identities"] == 2


def test_vectors_of_two_backbones_are_refused():
    videos = {name: one_video(name, np.eye(1), backbone=name) for name in "ab"}
    with pytest.raises(MixedBackbonesError):
        associate(videos, AssociateSettings())


def test_the_report_is_plain_enough_for_json():
    json.dumps(associate(random_footage(0), AssociateSettings()).report)


@pytest.mark.parametrize(("method", "per_video"), [("threshold", 6), ("auto", 6), ("auto", 45)])
@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    min_sim=st.sampled_from([-1.0, 0.2, 0.6]),
    same_class_only=st.booleans(),
    returns=st.booleans(),
    overlap=st.integers(0, 20),
    groups=st.sampled_from([[], [["person", "car"]]]),
    caution=st.sampled_from([0.0, 0.5]),
)
def test_no_identity_ever_breaks_rule_one_and_order_never_matters(
    method, per_video, seed, min_sim, same_class_only, returns, overlap, groups, caution
):
    chosen = AssociateSettings(
        method=method,
        min_sim=min_sim,
        class_groups=groups,
        caution=caution,
        same_class_only=same_class_only,
        allow_merge_same_video=returns,
        max_same_video_time_overlap=overlap,
    )
    videos = random_footage(seed, per_video=per_video)
    id_map = associate(videos, chosen).id_map
    assert count_violations(compile_constraints(id_map, chosen), id_map["global_id"].to_numpy(int)) == 0
    pd.testing.assert_frame_equal(associate(shuffle(videos, seed), chosen).id_map, id_map)


def shuffle(videos, seed):
    """The same videos and tracks, in another order."""
    shuffled = {name: videos[name] for name in reversed(videos)}
    for name, video in shuffled.items():
        order = np.random.default_rng(seed).permutation(len(video.meta))
        place = np.argsort(order).astype(np.int32)
        meta = video.meta.iloc[order].reset_index(drop=True)
        shuffled[name] = type(video)(meta, video.emb[order], video.samples, place[video.sample_track], None)
    return shuffled
