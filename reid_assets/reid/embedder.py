"""The embedding pass: many videos, one network, one decoding of each.

Videos are read ahead in the background; batches are filled across videos, in an order that does
not depend on timing. What a video gives is in `reading.py`, how vectors become one is `pooling.py`.
"""

import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial

import numpy as np

from reid_assets.reid.backbone import Backbone
from reid_assets.reid.crops import Crop
from reid_assets.reid.embeddings import TrackEmbeddings
from reid_assets.reid.errors import InputError
from reid_assets.reid.pooling import pool
from reid_assets.reid.prefetch import in_order
from reid_assets.reid.reading import Finished, Planned, Sample, VideoJob, read_video
from reid_assets.reid.settings import EmbedSettings
from reid_assets.reid.tables import TRACK_META

_SECONDS_BETWEEN_REPORTS = 2.0


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


@dataclass(frozen=True)
class Progress:
    """How far a run has come: `video` is being embedded; counts are over all videos begun so far."""

    video: str
    frames_planned: int
    frames_done: int
    crops_planned: int
    crops_done: int
    videos_done: int
    seconds: float


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
    cores = os.cpu_count() or 1
    ahead, threads = max(2, min(8, cores // 2)), max(1, min(4, cores // 4))
    run = _Run(backbone, settings, on_progress)
    makers = (partial(_read, job, backbone, settings, threads) for job in jobs)
    with closing(in_order(makers, ahead, settings.batch_size)) as events:  # type: ignore[type-var]
        for job, event in events:
            run.take(job, event)
            yield from run.completed()
    run.flush()
    yield from run.completed()
    run.report(at_once=True)


_Event = Planned | Sample | Finished | InputError


def _read(
    job: VideoJob, backbone: Backbone, settings: EmbedSettings, threads: int
) -> Iterator[tuple[VideoJob, _Event]]:
    try:
        for event in read_video(job, backbone.prepare, settings, threads):
            yield job, event
    except InputError as error:
        yield job, error


class _Video:
    """One video while its crops are embedded."""

    def __init__(self, job: VideoJob, planned: Planned, dim: int) -> None:
        self.job, self.planned = job, planned
        self.samples = np.empty((len(planned.track), dim), np.float16)
        self.quality = np.zeros(len(planned.track))
        self.embedded = np.zeros(len(planned.track), bool)
        self.waiting = 0
        self.end: Finished | InputError | None = None

    @property
    def complete(self) -> bool:
        return self.end is not None and not self.waiting

    def result(self, label: str) -> EmbeddedVideo | FailedVideo:
        video, end = self.job.tracks.video, self.end
        if isinstance(end, InputError):
            return FailedVideo(video, end)
        assert end is not None
        embeddings = self._embeddings(label)
        per_track = self.job.tracks.per_track
        without = dict(end.without_identity)
        without["unreadable"] = len(per_track) - len(embeddings.meta) - sum(without.values())
        facts = {
            **end.facts,
            "tracks": len(per_track),
            "tracks_embedded": len(embeddings.meta),
            "tracks_without_identity": without,
            "crops_embedded": len(embeddings.samples),
            "crops_kept": len(end.crops),
            "timings": {"reading_s": round(end.seconds, 3)},
        }
        return EmbeddedVideo(video, embeddings, end.crops, facts, end.warnings)

    def _embeddings(self, label: str) -> TrackEmbeddings:
        samples, track = self.samples[self.embedded], self.planned.track[self.embedded]
        tracks, first, row, count = np.unique(
            track, return_index=True, return_inverse=True, return_counts=True
        )
        emb = np.empty((len(tracks), samples.shape[1]), np.float32)
        quality = self.quality[self.embedded]
        for t, (begin, many) in enumerate(zip(first, count, strict=True)):
            emb[t] = pool(samples[begin : begin + many], quality[begin : begin + many])
        meta = self.job.tracks.per_track.iloc[tracks].drop(columns="n_rows")
        meta = meta.assign(video=self.job.tracks.video, n_samples=count)
        return TrackEmbeddings(TRACK_META.conform(meta), emb, samples, row.astype(np.int32), label)


class _Run:
    """The network's side of a run: fills batches and hands vectors to their videos."""

    def __init__(
        self, backbone: Backbone, settings: EmbedSettings, on_progress: Callable[[Progress], None] | None
    ) -> None:
        self.backbone, self.settings, self.on_progress = backbone, settings, on_progress
        self.open: deque[_Video] = deque()
        self.batch: list[tuple[_Video, int, np.ndarray]] = []
        self.began = self.reported = time.monotonic()
        self.video, self.videos_done = "", 0
        self.frames_planned = self.frames_done = self.crops_planned = self.crops_done = 0
        self.frame: tuple[str, int] | None = None

    def take(self, job: VideoJob, event: _Event) -> None:
        """Account for one event; events of one video follow each other."""
        if isinstance(event, Planned):
            self.open.append(_Video(job, event, self.backbone.dim))
            self.frames_planned += event.frames
            self.crops_planned += len(event.track)
        elif isinstance(event, Sample):
            video = self.open[-1]
            video.quality[event.place] = event.quality
            frame = (job.tracks.video, int(video.planned.frame[event.place]))
            self.frames_done += frame != self.frame
            self.frame = frame
            video.waiting += 1
            self.batch.append((video, event.place, event.image))
            if len(self.batch) == self.settings.batch_size:
                self.flush()
        else:
            if not self.open or self.open[-1].job is not job:
                nothing = np.empty(0, np.int64)
                self.open.append(_Video(job, Planned(nothing, nothing, 0), self.backbone.dim))
            self.open[-1].end = event
        self.video = job.tracks.video
        self.report()

    def flush(self) -> None:
        """Embed what waits."""
        if not self.batch:
            return
        vectors = self.backbone.embed(np.stack([image for _, _, image in self.batch]))
        for (video, place, _), vector in zip(self.batch, vectors, strict=True):
            video.samples[place] = vector
            video.embedded[place] = True
            video.waiting -= 1
        self.crops_done += len(self.batch)
        self.batch.clear()

    def completed(self) -> Iterator[EmbeddedVideo | FailedVideo]:
        """Videos at the head of the line that lack nothing any more."""
        while self.open and self.open[0].complete:
            video = self.open.popleft()
            self.videos_done += 1
            yield video.result(self.backbone.label)

    def report(self, at_once: bool = False) -> None:
        """Tell how far the run is, every few seconds."""
        now = time.monotonic()
        if self.on_progress and (at_once or now - self.reported > _SECONDS_BETWEEN_REPORTS):
            self.reported = now
            self.on_progress(
                Progress(
                    self.video,
                    self.frames_planned,
                    self.frames_done,
                    self.crops_planned,
                    self.crops_done,
                    self.videos_done,
                    now - self.began,
                )
            )
