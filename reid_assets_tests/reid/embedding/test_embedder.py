from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from reid_assets.reid.backbones.class_networks import ClassNetworks
from reid_assets.reid.core.settings import EmbedSettings
from reid_assets.reid.embedding.embedder import EmbeddedVideo, FailedVideo, Progress, VideoJob, embed_videos
from reid_assets_tests.support.synthetic_video import (
    BLUE,
    GREEN,
    RED,
    MeanColours,
    Walker,
    analysis,
    rows_of,
    tracks_from,
    write_walkers,
)

SETTINGS = EmbedSettings()


def _embed(jobs: list[VideoJob], settings: EmbedSettings = SETTINGS) -> list[EmbeddedVideo | FailedVideo]:
    return list(embed_videos(jobs, ClassNetworks.of_one(MeanColours()), settings))


def _one(job: VideoJob, settings: EmbedSettings = SETTINGS) -> EmbeddedVideo:
    (result,) = _embed([job], settings)
    assert isinstance(result, EmbeddedVideo), result
    return result


@pytest.fixture
def job(tmp_path: Path) -> VideoJob:
    walkers = [RED, GREEN, BLUE]
    video = write_walkers(tmp_path / "analysis.mp4", walkers)
    return VideoJob(tracks_from(tmp_path, rows_of(walkers)), analysis(video))


def test_no_videos_give_nothing() -> None:
    assert _embed([]) == []


def test_a_video_without_tracks_gives_an_empty_table_and_is_not_even_opened(tmp_path: Path) -> None:
    result = _one(VideoJob(tracks_from(tmp_path, []), analysis(tmp_path / "not there.mp4")))
    assert len(result.embeddings.meta) == 0
    assert result.embeddings.emb.shape == (0, 9)
    assert result.embeddings.samples.shape == (0, 9)
    assert result.crops == [] and result.warnings == []


def test_each_track_gets_the_vector_of_its_own_walker(job: VideoJob) -> None:
    result = _one(job)
    meta, emb = result.embeddings.meta, result.embeddings.emb
    assert meta["track_id"].tolist() == [1, 2, 7]
    assert meta[["f_min", "f_max"]].to_numpy().tolist() == [[0, 59], [10, 99], [90, 119]]
    for row, walker in enumerate([RED, GREEN, BLUE]):
        pure = np.tile(np.array(walker.colour) - 120.0, 3)
        assert emb[row] @ (pure / np.linalg.norm(pure)) > 0.98, walker
    assert np.allclose(np.linalg.norm(emb, axis=1), 1.0, atol=1e-6)
    assert np.bincount(result.embeddings.sample_track).tolist() == meta["n_samples"].tolist()


def test_a_bad_video_fails_alone_and_the_order_stays(job: VideoJob, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"")
    bad = VideoJob(job.tracks, analysis(broken))
    results = _embed([job, bad, job, bad])
    assert [type(result) for result in results] == [EmbeddedVideo, FailedVideo, EmbeddedVideo, FailedVideo]
    assert str(broken) in str(results[1].error)  # type: ignore[union-attr]


def test_jobs_are_taken_as_they_are_needed_and_videos_handed_out_as_they_end(job: VideoJob) -> None:
    taken = 0

    def endless() -> Iterator[VideoJob]:
        nonlocal taken
        while True:
            taken += 1
            yield job

    results = embed_videos(endless(), ClassNetworks.of_one(MeanColours()), SETTINGS)
    for handed_out in range(1, 6):
        next(results)
        assert taken < handed_out + 20
    results.close()  # type: ignore[attr-defined]


def test_batches_are_filled_across_videos(job: VideoJob) -> None:
    network = MeanColours()
    results = list(embed_videos([job] * 4, ClassNetworks.of_one(network), EmbedSettings(batch_size=16)))
    assert len(results) == 4
    assert all(size == 16 for size in network.batches[:-1])


@pytest.mark.parametrize("batch_size", [1, 7, 64])
def test_the_same_input_gives_the_same_bytes_whatever_the_batches_and_the_company(
    job: VideoJob, batch_size: int
) -> None:
    alone = _one(job)
    for result in _embed([job, job], EmbedSettings(batch_size=batch_size)):
        assert isinstance(result, EmbeddedVideo)
        assert result.embeddings.emb.tobytes() == alone.embeddings.emb.tobytes()
        assert result.embeddings.samples.tobytes() == alone.embeddings.samples.tobytes()
        assert result.crops == alone.crops
        assert {**result.facts, "timings": 0} == {**alone.facts, "timings": 0}


def test_tracks_without_a_sample_are_absent_and_counted_by_reason(tmp_path: Path) -> None:
    shown = [RED, Walker(3, (0, 200, 200), range(20, 60), top=150, class_id=5)]
    tiny = Walker(4, (200, 0, 200), range(20, 60), top=200, size=(12, 30))
    late = Walker(5, (200, 200, 0), range(300, 340))
    lines = rows_of([*shown, tiny, late]) + ["5,,9,0,thing0,nan,nan,nan,nan,,,0.5,,\n"]
    job = VideoJob(tracks_from(tmp_path, lines), analysis(write_walkers(tmp_path / "v.mp4", [*shown, tiny])))
    result = _one(job, EmbedSettings(class_filter=[0]))
    assert result.embeddings.meta["track_id"].tolist() == [1]
    assert result.facts["tracks_without_identity"] == {
        "filtered": 1,
        "no_box": 1,
        "too_small": 1,
        "unreadable": 1,
    }
    assert any("tracks.csv goes to frame 339" in warning for warning in result.warnings)


def test_progress_ends_with_everything_done(job: VideoJob) -> None:
    told: list[Progress] = []
    list(embed_videos([job, job], ClassNetworks.of_one(MeanColours()), SETTINGS, told.append))
    last = told[-1]
    assert last.videos_done == 2
    assert last.crops_done == last.crops_planned > 0
