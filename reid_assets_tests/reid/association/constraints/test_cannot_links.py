import numpy as np

from reid_assets.reid.association.constraints.cannot_links import compile_constraints, count_violations
from reid_assets.reid.association.track_set import assemble
from reid_assets.reid.core.settings import AssociateSettings
from reid_assets_tests.support.synthetic_tracks import one_video

RETURNS = AssociateSettings(allow_merge_same_video=True)


def forbidden(videos, settings):
    meta = assemble({v.meta["video"][0]: v for v in videos}).meta
    rows = np.arange(len(meta))
    return compile_constraints(meta, settings).forbidden(rows, rows)


def test_no_tracks_have_no_links_and_no_blocks():
    compiled = compile_constraints(assemble({}).meta, AssociateSettings())
    assert compiled.blocks() == []
    assert count_violations(compiled, np.empty(0, int)) == 0


def test_two_tracks_of_one_video_are_never_one_unless_returns_are_allowed():
    video = one_video("a", np.eye(2), spans=[(0, 9), (20, 29)])
    assert forbidden([video], AssociateSettings())[0, 1]
    assert not forbidden([video], RETURNS)[0, 1]


def test_tracks_that_share_one_frame_overlap_and_the_tolerance_counts_frames():
    video = one_video("a", np.eye(2), spans=[(0, 9), (9, 20)])
    assert forbidden([video], RETURNS)[0, 1]
    lenient = AssociateSettings(allow_merge_same_video=True, max_same_video_time_overlap=1)
    assert not forbidden([video], lenient)[0, 1]


def test_the_same_moment_in_two_videos_forbids_nothing():
    videos = [one_video(name, np.eye(1), spans=[(0, 9)]) for name in "ab"]
    assert not forbidden(videos, AssociateSettings())[0, 1]


def test_classes_never_mix_unless_allowed_or_grouped():
    videos = [one_video("a", np.eye(1), classes=["car"]), one_video("b", np.eye(1), classes=["truck"])]
    assert forbidden(videos, AssociateSettings())[0, 1]
    assert not forbidden(videos, AssociateSettings(same_class_only=False))[0, 1]
    assert not forbidden(videos, AssociateSettings(class_groups=[["car", "truck", "bus"]]))[0, 1]


def test_a_violation_is_counted_once_a_pair():
    video = one_video("a", np.eye(3), spans=[(0, 9), (5, 20), (30, 40)])
    compiled = compile_constraints(assemble({"a": video}).meta, RETURNS)
    assert count_violations(compiled, np.array([0, 0, 0])) == 1
    assert count_violations(compiled, np.array([0, 1, 0])) == 0
