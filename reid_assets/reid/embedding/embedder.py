"""The embedding pass: embeds many videos, each class with its network, decoding each video once.

It combines `crop_reading.py` (a video's crops), `ordered_prefetch.py` (reading ahead in the background),
`batching.py` (batches across videos) and `video_vectors.py` (the result of one video).
"""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial

from reid_assets.reid.backbones.class_networks import ClassNetworks
from reid_assets.reid.cameras.background import Background
from reid_assets.reid.core.embeddings import TrackEmbeddings
from reid_assets.reid.core.settings import EmbedSettings
from reid_assets.reid.embedding.batching import CropBatcher, Event, Progress
from reid_assets.reid.embedding.crop_reading import EndOfVideo, VideoJob, read_video
from reid_assets.reid.embedding.crops import Crop
from reid_assets.reid.embedding.ordered_prefetch import ordered_prefetch
from reid_assets.reid.embedding.video_vectors import VideoVectors

_SECONDS_BETWEEN_REPORTS = 2.0
# Limit on videos read in parallel; each takes one core.
_MAX_READERS = 8
# Prepared crops that each reader may queue; 39 MB at 224 x 224 pixels.
_QUEUED_CROPS = 256


@dataclass(frozen=True)
class EmbeddedVideo:
    """The result of one video.

    Attributes:
        video: name of the video.
        embeddings: one vector per track and one per crop.
        crops: the best crops of each track, sorted by track and frame.
        background: what the camera sees where nothing moves.
        facts: source file and counts, for metadata; only those under `timings` depend on the machine.
        warnings: messages for the user.
    """

    video: str
    embeddings: TrackEmbeddings
    crops: list[Crop]
    background: Background
    facts: dict[str, object]
    warnings: list[str]


@dataclass(frozen=True)
class FailedVideo:
    """A video that could not be embedded, and why."""

    video: str
    error: Exception


def embed_videos(
    jobs: Iterable[VideoJob],
    networks: ClassNetworks,
    settings: EmbedSettings,
    on_progress: Callable[[Progress], None] | None = None,
) -> Iterator[EmbeddedVideo | FailedVideo]:
    """Embed videos; yields each as soon as it is finished, in the given order.

    Args:
        jobs: consumed in the calling thread, a few ahead of the results.
        networks: `prepare` is called from several threads, `embed` from the calling one.
        settings: which crops are embedded.
        on_progress: called in the calling thread every few seconds, and at the end.
    """
    batcher = CropBatcher(networks, settings.batch_size)
    readers = (partial(_read, job, networks, settings) for job in jobs)
    began = reported = time.monotonic()
    with closing(
        ordered_prefetch(readers, max(2, min(_MAX_READERS, (os.cpu_count() or 1) // 2)), _QUEUED_CROPS)
    ) as events:
        for job, event in events:
            batcher.handle(job, event)
            yield from _results(batcher, networks)
            now = time.monotonic()
            if on_progress and now - reported > _SECONDS_BETWEEN_REPORTS:
                reported = now
                on_progress(batcher.progress(now - began))
    batcher.flush()
    yield from _results(batcher, networks)
    if on_progress:
        on_progress(batcher.progress(time.monotonic() - began))


def _read(
    job: VideoJob, networks: ClassNetworks, settings: EmbedSettings
) -> Iterator[tuple[VideoJob, Event]]:
    try:
        for event in read_video(job, networks.prepare, settings):
            yield job, event
    except Exception as error:
        # In a thread of its own: what became of the video is told with its result.
        yield job, error


def _results(batcher: CropBatcher, networks: ClassNetworks) -> Iterator[EmbeddedVideo | FailedVideo]:
    for vectors, end in batcher.completed():
        video = vectors.job.tracks.video
        if isinstance(end, Exception):
            yield FailedVideo(video, end)
            continue
        try:
            result: EmbeddedVideo | FailedVideo = _result(vectors, end, networks)
        except Exception as error:
            result = FailedVideo(video, error)
        yield result


def _result(vectors: VideoVectors, end: EndOfVideo, networks: ClassNetworks) -> EmbeddedVideo:
    embeddings = vectors.result(networks.label)
    per_track, embedded = vectors.job.tracks.per_track, len(embeddings.meta)
    without = dict(end.without_identity)
    without["unreadable"] = len(per_track) - embedded - sum(without.values())
    counts = vectors.job.tracks.counts
    refused = counts["bad_boxes"] + counts["duplicates"]
    facts = {
        **end.facts,
        "tracks": len(per_track),
        "tracks_embedded": embedded,
        "tracks_without_identity": without,
        "crops": len(embeddings.samples),
        "crops_spared": vectors.received - len(embeddings.samples),
        "crops_kept": len(end.crops),
        "rows_refused": refused,
        "timings": {
            "reading_cpu_s": round(end.cpu_s, 3),
            "embedding_s": round(vectors.embed_s, 3),
            "crops_per_s": round(len(embeddings.samples) / max(end.cpu_s + vectors.embed_s, 1e-3), 1),
        },
    }
    return EmbeddedVideo(vectors.job.tracks.video, embeddings, end.crops, end.background, facts, end.warnings)
