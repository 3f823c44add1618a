"""Filling batches across videos, and handing each vector to the video its sample came from.

All happens in the calling thread, in the order of the events, so that the same events give the
same batches. What a video wants embedded is `video_vectors.py`; reading ahead is `prefetch.py`.
"""

import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from reid_assets.reid.backbones.backbone import Backbone
from reid_assets.reid.core.errors import InputError
from reid_assets.reid.embedding.crop_reading import Finished, Planned, Sample, VideoJob
from reid_assets.reid.embedding.video_vectors import VideoVectors

Event = Planned | Sample | Finished | InputError


@dataclass(frozen=True)
class Progress:
    """How far a run has come. `video` was touched last; counts are over all videos begun so far."""

    video: str
    frames_planned: int
    frames_done: int
    crops_planned: int
    crops_done: int
    videos_done: int
    seconds: float


@dataclass
class _Open:
    """A video between its first event and its result."""

    vectors: VideoVectors
    last_frame: int = -1
    end: Finished | InputError | None = None


class Batching:
    """The network's side of a run."""

    def __init__(self, backbone: Backbone, batch_size: int) -> None:
        self._backbone, self._size = backbone, batch_size
        self._open: deque[_Open] = deque()
        self._batch: deque[tuple[VideoVectors, Sample]] = deque()
        self._video = ""
        self._videos_done = self._frames_planned = self._frames_done = 0
        self._crops_planned = self._crops_done = 0

    def take(self, job: VideoJob, event: Event) -> None:
        """Account for one event; those of one video follow each other."""
        self._video = job.tracks.video
        if isinstance(event, Planned):
            self._begin(job, event)
            return
        if isinstance(event, InputError) and not (self._open and self._open[-1].end is None):
            self._begin(job, Planned.nothing())
        video = self._open[-1]
        if isinstance(event, Sample):
            frame = int(video.vectors.planned.frame[event.place])
            self._frames_done += frame != video.last_frame
            video.last_frame = frame
            self._send(video.vectors, video.vectors.take_sample(event))
            return
        video.end = event
        if isinstance(event, Finished):
            self._send(video.vectors, video.vectors.take_end(event))

    def flush(self) -> None:
        """Embed what waits, and what is asked for because of it."""
        while self._batch:
            self._embed()

    def completed(self) -> Iterator[tuple[VideoVectors, Finished | InputError]]:
        """Videos at the head of the line that lack nothing any more, or have failed."""
        while self._open:
            vectors, end = self._open[0].vectors, self._open[0].end
            if end is None or (isinstance(end, Finished) and not vectors.complete):
                return
            self._open.popleft()
            self._videos_done += 1
            self._crops_done += len(vectors.planned.track)
            yield vectors, end

    def progress(self, seconds: float) -> Progress:
        """How far the run is after so many seconds."""
        return Progress(
            self._video,
            self._frames_planned,
            self._frames_done,
            self._crops_planned,
            self._crops_done + sum(video.vectors.done for video in self._open),
            self._videos_done,
            seconds,
        )

    def _begin(self, job: VideoJob, planned: Planned) -> None:
        self._open.append(_Open(VideoVectors(job, planned, self._backbone.dim)))
        self._frames_planned += planned.frames
        self._crops_planned += len(planned.track)

    def _send(self, vectors: VideoVectors, samples: list[Sample]) -> None:
        self._batch.extend((vectors, sample) for sample in samples)
        while len(self._batch) >= self._size:
            self._embed()

    def _embed(self) -> None:
        batch = [self._batch.popleft() for _ in range(min(self._size, len(self._batch)))]
        began = time.perf_counter()
        rows = self._backbone.embed(np.stack([sample.image for _, sample in batch]))
        each = (time.perf_counter() - began) / len(batch)
        for (vectors, sample), row in zip(batch, rows, strict=True):
            vectors.embed_s += each
            released = vectors.take_vector(sample.place, row)
            self._batch.extend((vectors, one) for one in released)
