from pathlib import Path

import numpy as np
import pytest

from reid_assets.reid.embedding.crop_reading import EndOfVideo, Sample, SamplePlan, VideoJob
from reid_assets.reid.embedding.video_vectors import VideoVectors
from reid_assets_tests.support.synthetic_video import Walker, rows_of, tracks_from

END = EndOfVideo([], {}, [], {}, 0.0)
DIM = 16
LIFE = range(100)


def _vectors(folder: Path, tracks: int, samples: int = 6, few: int = 2) -> VideoVectors:
    """Tracks of `samples` samples each, of which the first `few` come first."""
    walkers = [Walker(10 + n, (0, 0, 0), LIFE, top=n) for n in range(tracks)]
    planned = SamplePlan(
        np.repeat(np.arange(tracks), samples),
        np.tile(np.arange(samples) * 10, tracks),
        np.tile(np.arange(samples) < few, tracks),
    )
    return VideoVectors(VideoJob(tracks_from(folder, rows_of(walkers)), ()), planned, DIM)


def _run(
    vectors: VideoVectors, noise: float, skip: frozenset[int] = frozenset(), delay: int = 0
) -> list[int]:
    """Give all samples but those to skip, embedding each `delay` samples later; return what was embedded."""
    random = np.random.default_rng(0)
    total = len(vectors.planned.track)
    rows = np.eye(DIM)[vectors.planned.track % DIM] + noise * random.normal(size=(total, DIM))
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    queue: list[Sample] = []
    embedded: list[int] = []

    def embed(down_to: int) -> None:
        while len(queue) > down_to:
            sample = queue.pop(0)
            embedded.append(sample.index)
            queue.extend(vectors.add_vector(sample.index, rows[sample.index]))

    for place in (place for place in range(total) if place not in skip):
        queue += vectors.add_sample(Sample(place, np.zeros((8, 4, 3), np.uint8), 0.5))
        embed(delay)
    queue += vectors.finish(END)
    embed(0)
    assert vectors.complete
    return embedded


def test_a_video_without_samples_is_complete_at_its_end(tmp_path: Path) -> None:
    vectors = VideoVectors(VideoJob(tracks_from(tmp_path, []), ()), SamplePlan.empty(), DIM)
    assert not vectors.complete
    assert vectors.finish(END) == []
    assert vectors.complete
    assert vectors.result(lambda _: "label").emb.shape == (0, DIM)


@pytest.mark.parametrize("delay", [0, 5, 1000])
def test_where_the_first_few_agree_the_others_are_spared_however_late_vectors_come(
    tmp_path: Path, delay: int
) -> None:
    vectors = _vectors(tmp_path, tracks=12)
    embedded = _run(vectors, noise=0.01, delay=delay)
    result = vectors.result(lambda _: "label")
    assert sorted(embedded) == np.flatnonzero(vectors.planned.first).tolist()
    assert result.meta["n_samples"].tolist() == [2] * 12
    assert vectors.done == len(vectors.planned.track)


@pytest.mark.parametrize("delay", [0, 5, 1000])
def test_where_they_do_not_all_are_embedded_and_count(tmp_path: Path, delay: int) -> None:
    vectors = _vectors(tmp_path, tracks=12)
    embedded = _run(vectors, noise=1.0, delay=delay)
    assert sorted(embedded) == list(range(len(vectors.planned.track)))
    assert vectors.result(lambda _: "label").meta["n_samples"].tolist() == [6] * 12


@pytest.mark.parametrize("noise", [0.01, 0.12, 0.2, 1.0])
def test_neither_lateness_nor_scarce_memory_changes_the_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, noise: float
) -> None:
    results = []
    for delay, held in ((0, 10**9), (7, 10**9), (1000, 10**9), (7, 0), (1000, 300)):
        monkeypatch.setattr("reid_assets.reid.embedding.video_vectors._MAX_HELD_BYTES", held)
        vectors = _vectors(tmp_path, tracks=12)
        _run(vectors, noise, delay=delay)
        result = vectors.result(lambda _: "label")
        results.append((result.emb.tobytes(), result.samples.tobytes(), result.meta.to_csv()))
    assert len(set(results)) == 1


def test_unreadable_samples_are_left_out_and_a_track_without_any_is_absent(tmp_path: Path) -> None:
    vectors = _vectors(tmp_path, tracks=3)
    _run(vectors, noise=0.01, skip=frozenset([0, *range(6, 12)]))
    meta = vectors.result(lambda _: "label").meta
    assert meta["track_id"].tolist() == [10, 12]
    assert meta[["f_min", "f_max"]].to_numpy().tolist() == [[0, 99], [0, 99]]


def test_a_track_whose_first_few_are_all_unreadable_lives_by_its_others(tmp_path: Path) -> None:
    vectors = _vectors(tmp_path, tracks=12)
    _run(vectors, noise=0.01, skip=frozenset([6, 7]))
    assert vectors.result(lambda _: "label").meta["n_samples"].tolist() == [2, 4] + [2] * 10


def test_better_crops_weigh_more(tmp_path: Path) -> None:
    vectors = _vectors(tmp_path, tracks=1, samples=2)
    for place, quality in ((0, 0.9), (1, 0.1)):
        vectors.add_sample(Sample(place, np.zeros((8, 4, 3), np.uint8), quality))
        vectors.add_vector(place, np.eye(DIM, dtype=np.float32)[place])
    vectors.finish(END)
    emb = vectors.result(lambda _: "label").emb[0]
    assert emb[0] == pytest.approx(9 * emb[1], rel=1e-3)
