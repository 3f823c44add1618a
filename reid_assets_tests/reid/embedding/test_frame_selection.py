from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reid_assets.reid.core.settings import EmbedSettings
from reid_assets.reid.embedding.frame_selection import (
    FIRST_SAMPLES,
    FrameSelection,
    select_frames,
    spread_samples,
)
from reid_assets.reid.embedding.sampling import Candidates
from reid_assets.reid.video.packet_index import VideoIndex

SETTINGS = EmbedSettings()


def _index(frames: int, group: int, counted: bool = False) -> VideoIndex:
    place = np.arange(frames)
    start = np.zeros(frames, np.int64) if counted else place // group * group
    return VideoIndex(Path("v.mp4"), frames, frames, counted, place * 512, place, start)


def _candidates(*lives: range, quality: float | np.ndarray = 0.8) -> Candidates:
    frame = np.concatenate([np.array(life, np.int64) for life in lives] or [np.empty(0, np.int64)])
    track = np.repeat(np.arange(len(lives)), [len(life) for life in lives])
    return Candidates(
        track, frame, np.zeros((len(frame), 4)), np.broadcast_to(quality, len(frame)).astype(float)
    )


def _frames(candidates: Candidates, made: FrameSelection, track: int = 0) -> list[int]:
    return candidates.frame[made.chosen[candidates.track[made.chosen] == track]].tolist()


def test_no_candidates_make_an_empty_plan() -> None:
    made = select_frames(_candidates(), _index(0, 12), 1, SETTINGS)
    assert len(made.chosen) == len(made.source_frame) == len(made.first) == 0


@pytest.mark.parametrize("group", [1, 12, 250])
def test_a_track_of_one_frame_gets_it_wherever_it_is(group: int) -> None:
    made = select_frames(_candidates(range(133, 134)), _index(300, group), 1, SETTINGS)
    assert made.source_frame.tolist() == [133]
    assert made.first.all()


@given(
    lives=st.lists(st.tuples(st.integers(0, 390), st.integers(1, 200)), min_size=1, max_size=8),
    group=st.sampled_from([1, 7, 12, 60, 400]),
    apart=st.integers(1, 20),
    most=st.integers(1, 15),
    keyframes=st.booleans(),
    seed=st.integers(0, 9),
)
def test_every_track_gets_samples_within_all_limits(
    lives: list[tuple[int, int]], group: int, apart: int, most: int, keyframes: bool, seed: int
) -> None:
    ranges = [range(first, min(400, first + length)) for first, length in lives]
    quality = np.random.default_rng(seed).random(sum(map(len, ranges)))
    candidates = _candidates(*ranges, quality=quality)
    settings = EmbedSettings(frame_stride=apart, per_track_max_samples=most, keyframes=keyframes)
    made = select_frames(candidates, _index(400, group), 1, settings)
    assert made.chosen.tolist() == sorted(set(made.chosen.tolist()))
    for track in range(len(lives)):
        frames = _frames(candidates, made, track)
        assert 1 <= len(frames) <= most
        assert len(frames) == 1 or min(np.diff(frames)) >= apart
        assert 1 <= made.first[candidates.track[made.chosen] == track].sum() <= FIRST_SAMPLES


def test_samples_are_spread_over_the_whole_life() -> None:
    candidates = _candidates(range(600))
    for keyframes in (True, False):
        frames = _frames(
            candidates, select_frames(candidates, _index(600, 12), 1, EmbedSettings(keyframes=keyframes))
        )
        assert len(frames) == 12
        assert max(np.diff([0, *frames, 599])) <= 2 * 600 / 12


def test_of_equal_places_the_better_crop_is_taken() -> None:
    quality = np.where(np.arange(120) % 10 == 7, 0.9, 0.4)
    candidates = _candidates(range(120), quality=quality)
    frames = _frames(
        candidates, select_frames(candidates, _index(120, 12), 1, EmbedSettings(keyframes=False))
    )
    assert all(frame % 10 == 7 for frame in frames)


def test_hopeless_crops_are_left_out_beside_good_ones_but_not_where_all_are_alike() -> None:
    mixed = _candidates(range(100), quality=np.where(np.arange(100) < 50, 0.9, 0.01))
    assert max(_frames(mixed, select_frames(mixed, _index(100, 12), 1, SETTINGS))) < 50
    poor = _candidates(range(100), quality=0.0)
    assert len(_frames(poor, select_frames(poor, _index(100, 12), 1, SETTINGS))) > 3


def test_long_tracks_are_served_by_keyframes_alone() -> None:
    candidates = _candidates(*(range(first, first + 400) for first in (0, 90, 200)))
    made = select_frames(candidates, _index(600, 12), 1, SETTINGS)
    assert (made.source_frame % 12 == 0).all()
    assert np.bincount(candidates.track[made.chosen]).tolist() == [12, 12, 12]


def test_where_keyframes_are_rare_the_stretches_behind_them_help_out() -> None:
    candidates = _candidates(range(10, 290), range(130, 180))
    made = select_frames(candidates, _index(300, 100), 1, SETTINGS)
    depth = made.source_frame % 100
    assert {100, 200} <= set(made.source_frame.tolist())
    assert len(_frames(candidates, made, 0)) >= FIRST_SAMPLES
    assert len(_frames(candidates, made, 1)) >= 2
    assert depth.max() < 60


def test_tracks_share_the_frames_that_are_decoded_anyway() -> None:
    candidates = _candidates(*(range(20, 80) for _ in range(10)))
    made = select_frames(candidates, _index(100, 100), 1, SETTINGS)
    assert len(made.chosen) >= 10 * FIRST_SAMPLES
    assert len(np.unique(made.source_frame)) <= 2 * FIRST_SAMPLES


def test_where_pictures_can_only_be_counted_none_is_preferred() -> None:
    quality = np.where(np.arange(300) == 287, 0.9, 0.5)
    candidates = _candidates(range(300), quality=quality)
    frames = _frames(candidates, select_frames(candidates, _index(300, 0, counted=True), 1, SETTINGS))
    assert len(frames) == 12
    assert 287 in frames


def test_frames_of_the_original_are_counted_with_its_stride() -> None:
    candidates = _candidates(range(40))
    made = select_frames(candidates, _index(120, 12), 3, SETTINGS)
    assert (made.source_frame == candidates.frame[made.chosen] * 3).all()


def test_without_adaptive_sampling_all_samples_are_first() -> None:
    made = select_frames(_candidates(range(600)), _index(600, 12), 1, EmbedSettings(adaptive=False))
    assert len(made.first) == 12
    assert made.first.all()


def test_the_first_few_are_the_best_of_each_part_of_the_life() -> None:
    quality = np.array([1, 9, 1, 1, 1, 9, 9, 1, 1, 1, 1, 9, 5.0])
    first = spread_samples(np.repeat([0, 3], [12, 1]), quality)
    assert np.flatnonzero(first).tolist() == [1, 5, 6, 11, 12]
    assert len(spread_samples(np.empty(0, np.int64), np.empty(0))) == 0
