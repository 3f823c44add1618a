import numpy as np
import pytest

from reid_assets.reid.association.track_set import assemble
from reid_assets.reid.core.errors import InputError, MixedBackbonesError
from reid_assets_tests.support.synthetic_tracks import one_video


def test_no_video_and_videos_without_tracks_give_an_empty_table():
    assert len(assemble({})) == 0
    assert len(assemble({"a": one_video("a", np.empty((0, 3)))})) == 0


def test_the_order_in_which_videos_arrive_does_not_matter():
    one, two = one_video("a", np.eye(2)), one_video("b", np.eye(2)[::-1])
    first, second = assemble({"a": one, "b": two}), assemble({"b": two, "a": one})
    assert first.meta.equals(second.meta)
    assert np.array_equal(first.vectors, second.vectors)


def test_every_crop_keeps_its_track():
    stacked = assemble({"b": one_video("b", np.eye(3), crops=2), "a": one_video("a", np.eye(3)[:1])})
    assert stacked.sample_track.tolist() == [0, 1, 1, 2, 2, 3, 3]
    assert np.allclose(stacked.samples, stacked.vectors[stacked.sample_track])


def test_videos_without_a_named_camera_are_cameras_of_their_own():
    videos = {name: one_video(name, np.eye(1)) for name in "abc"}
    assert len(set(assemble(videos).camera)) == 3
    assert len(set(assemble(videos, {"a": "gate", "b": "gate"}).camera)) == 2


@pytest.mark.parametrize(
    "odd",
    [
        one_video("odd", np.eye(2), backbone="other"),
        one_video("odd", np.eye(2)),
        one_video("odd", np.eye(3), backbone="usual"),
    ],
    ids=["another label", "no label among labelled", "another dimension"],
)
def test_vectors_of_different_backbones_are_refused_naming_the_odd_one(odd):
    usual = {name: one_video(name, np.eye(2), backbone="usual") for name in "ab"}
    with pytest.raises(MixedBackbonesError, match="Rebuild the embeddings of: odd"):
        assemble({**usual, "odd": odd})


def test_unlabelled_vectors_are_fine_among_themselves():
    assert len(assemble({name: one_video(name, np.eye(2)) for name in "ab"})) == 4


def test_a_vector_that_is_no_number_names_its_video():
    with pytest.raises(InputError, match="^bad: "):
        assemble({"bad": one_video("bad", np.full((1, 2), np.nan))})
