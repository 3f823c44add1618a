"""The embedding pass: many videos, one network, one decoding of each.

Here the parts are put together: `reading.py` turns a video into crops, `prefetch.py` runs it ahead
in the background, `batching.py` fills batches across videos, `video_vectors.py` makes the result.
"""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial

from reid_assets.reid.backbones.backbone import Backbone
from reid_assets.reid.core.embeddings import TrackEmbeddings
from reid_assets.reid.core.errors import InputError
from reid_assets.reid.core.settings import EmbedSettings
from reid_assets.reid.embedding.batching import Batching, Event, Progress
from reid_assets.reid.embedding.crop_reading import Finished, VideoJob, read_video
from reid_assets.reid.embedding.crops import Crop
from reid_assets.reid.embedding.ordered_prefetch import in_order
from reid_assets.reid.embedding.video_vectors import VideoVectors

_SECONDS_BETWEEN_REPORTS = 2.0
# Videos read at once, on a machine of many cores; each takes one.
_MOST_AHEAD = 8
# Prepared crops each may hold ready; at 224 x 224 pixels these are 39 MB.
_READY = 256


@dataclass(frozen=True)
class EmbeddedVideo:
    """What one video gave.

    Attributes:
        video: its name.
        embeddings: a vector a track, and one a crop.
        crops: the best crops of each track, by track and frame.
        facts: where they came from and what was counted; what depends on the machine's speed is
            under `timings`, everything else is the same for the same input.
        warnings: what a person should know, a line each.
    """

    video: str
    embeddings: TrackEmbeddings
    crops: list[Crop]
    facts: dict[str, object]
    warnings: list[str]


@dataclass(frozen=True)
class FailedVideo:
    """A video that gave nothing, and why."""

    video: str
    error: InputError


def embed_videos(
    jobs: Iterable[VideoJob],
    backbone: Backbone,
    settings: EmbedSettings,
    on_progress: Callable[[Progress], None] | None = None,
) -> Iterator[EmbeddedVideo | FailedVideo]:
    """Embed videos, each handed out as soon as it is finished, in the order given.

    Args:
        jobs: consumed from the calling thread, a few ahead of what is handed out.
        backbone: its `prepare` is called from several threads, its `embed` from the calling one.
        settings: which crops are looked at.
        on_progress: called from the calling thread every few seconds, and at the end.
    """
    batching = Batching(backbone, settings.batch_size)
    makers = (partial(_read, job, backbone, settings) for job in jobs)
    began = reported = time.monotonic()
    with closing(in_order(makers, max(2, min(_MOST_AHEAD, (os.cpu_count() or 1) // 2)), _READY)) as events:
        for job, event in events:
            batching.take(job, event)
            yield from _results(batching, backbone.label)
            now = time.monotonic()
            if on_progress and now - reported > _SECONDS_BETWEEN_REPORTS:
                reported = now
                on_progress(batching.progress(now - began))
    batching.flush()
    yield from _results(batching, backbone.label)
    if on_progress:
        on_progress(batching.progress(time.monotonic() - began))


def _read(job: VideoJob, backbone: Backbone, settings: EmbedSettings) -> Iterator[tuple[VideoJob, Event]]:
    try:
        for event in read_video(job, backbone.prepare, settings):
            yield job, event
    except InputError as error:
        yield job, error


def _results(batching: Batching, label: str) -> Iterator[EmbeddedVideo | FailedVideo]:
    for vectors, end in batching.completed():
        if isinstance(end, InputError):
            yield FailedVideo(vectors.job.tracks.video, end)
        else:
            yield _result(vectors, end, label)


def _result(vectors: VideoVectors, end: Finished, label: str) -> EmbeddedVideo:
    embeddings = vectors.result(label)
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
        "crops_spared": vectors.cut - len(embeddings.samples),
        "crops_kept": len(end.crops),
        "rows_refused": refused,
        "timings": {
            "reading_cpu_s": round(end.cpu_s, 3),
            "embedding_s": round(vectors.embed_s, 3),
            "crops_per_s": round(len(embeddings.samples) / max(end.cpu_s + vectors.embed_s, 1e-3), 1),
        },
    }
    return EmbeddedVideo(vectors.job.tracks.video, embeddings, end.crops, facts, end.warnings)
