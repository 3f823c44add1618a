from pathlib import Path

import numpy as np

from reid_assets.reid.backbones.class_networks import ClassNetworks
from reid_assets.reid.core.errors import InputError
from reid_assets.reid.embedding.batching import CropBatcher
from reid_assets.reid.embedding.crop_reading import EndOfVideo, Sample, SamplePlan, VideoJob
from reid_assets_tests.support.synthetic_video import RED, MeanColours, rows_of, tracks_from

END = EndOfVideo([], {}, [], {}, 0.0)


def _job(folder: Path, video: str) -> VideoJob:
    return VideoJob(tracks_from(folder, rows_of([RED]), video), ())


def _planned(samples: int) -> SamplePlan:
    return SamplePlan(np.zeros(samples, np.int64), np.arange(samples) * 5, np.ones(samples, bool))


def _sample(place: int) -> Sample:
    return Sample(place, np.full((32, 16, 3), 40 + place, np.uint8), 0.5)


def _feed(batching: CropBatcher, job: VideoJob, samples: int) -> list[str]:
    """All events of a video; returns the videos that were completed on the way."""
    events = [_planned(samples), *map(_sample, range(samples)), END]
    done = []
    for event in events:
        batching.handle(job, event)
        done += [vectors.job.tracks.video for vectors, _ in batching.completed()]
    return done


def test_no_events_need_no_batch() -> None:
    network = MeanColours()
    batching = CropBatcher(ClassNetworks.of_one(network), 4)
    batching.flush()
    assert list(batching.completed()) == []
    assert network.batches == []


def test_batches_are_full_across_videos_and_only_the_last_is_not(tmp_path: Path) -> None:
    network = MeanColours()
    batching = CropBatcher(ClassNetworks.of_one(network), 4)
    done = [_feed(batching, _job(tmp_path, video), 3) for video in "abc"]
    assert done == [[], ["a"], ["b"]]
    batching.flush()
    assert [vectors.job.tracks.video for vectors, _ in batching.completed()] == ["c"]
    assert network.batches == [4, 4, 1]


def test_a_failed_video_keeps_its_place_in_the_line(tmp_path: Path) -> None:
    batching = CropBatcher(ClassNetworks.of_one(MeanColours()), 100)
    error = InputError("broken")
    _feed(batching, _job(tmp_path, "a"), 2)
    batching.handle(_job(tmp_path, "b"), error)
    _feed(batching, _job(tmp_path, "c"), 2)
    assert list(batching.completed()) == []
    batching.flush()
    ends = [(vectors.job.tracks.video, end) for vectors, end in batching.completed()]
    assert ends == [("a", END), ("b", error), ("c", END)]


def test_a_video_that_fails_half_way_through_is_failed(tmp_path: Path) -> None:
    batching = CropBatcher(ClassNetworks.of_one(MeanColours()), 2)
    job = _job(tmp_path, "a")
    for event in (_planned(4), _sample(0), InputError("broken")):
        batching.handle(job, event)
    ((_, end),) = batching.completed()
    assert isinstance(end, InputError)
    assert _feed(batching, _job(tmp_path, "b"), 3) == ["b"]


def test_progress_counts_all_videos_begun_so_far(tmp_path: Path) -> None:
    batching = CropBatcher(ClassNetworks.of_one(MeanColours()), 4)
    _feed(batching, _job(tmp_path, "a"), 3)
    _feed(batching, _job(tmp_path, "b"), 3)
    progress = batching.progress(1.5)
    assert (progress.video, progress.seconds, progress.videos_done) == ("b", 1.5, 1)
    assert (progress.crops_planned, progress.crops_done) == (6, 4)
