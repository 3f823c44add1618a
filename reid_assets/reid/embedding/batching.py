"""Batching of crops across videos; each vector is handed back to the video of its crop.

Everything happens in the calling thread and in the order of the events, so that the same events give the
same batches. `video_vectors.py` decides which crops to embed, `ordered_prefetch.py` reads ahead.
"""

import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from reid_assets.reid.backbones.backbone import Backbone
from reid_assets.reid.backbones.class_networks import ClassNetworks
from reid_assets.reid.embedding.crop_reading import EndOfVideo, Sample, SamplePlan, VideoJob
from reid_assets.reid.embedding.video_vectors import VideoVectors

Event = SamplePlan | Sample | EndOfVideo | Exception


@dataclass(frozen=True)
class Progress:
    """Progress of a run; counts are totals over all videos started so far.

    Attributes:
        video: the video of the last event.
        crops_planned, crops_done: crops; skipped ones count as done.
        videos_done: finished or failed videos.
        seconds: since the start of the run.
    """

    video: str
    crops_planned: int
    crops_done: int
    videos_done: int
    seconds: float


@dataclass
class _OpenVideo:
    """State of a video between its first event and its result."""

    vectors: VideoVectors
    end: EndOfVideo | Exception | None = None


@dataclass
class _Waiting:
    """Crops that one network will embed."""

    network: Backbone
    samples: deque[tuple[VideoVectors, Sample]] = field(default_factory=deque)


class CropBatcher:
    """Collects the crops of several videos into batches and embeds them."""

    def __init__(self, networks: ClassNetworks, batch_size: int) -> None:
        """`batch_size`: crops per call of a network, 1 or more."""
        self._networks, self._size = networks, batch_size
        self._open: deque[_OpenVideo] = deque()
        # By label: classes that share a network share its batches.
        self._waiting: dict[str, _Waiting] = {}
        self._video = ""
        self._videos_done = 0
        self._crops_planned = self._crops_done = 0

    def handle(self, job: VideoJob, event: Event) -> None:
        """Process one event of a video; all events of one video must be consecutive."""
        self._video = job.tracks.video
        if isinstance(event, SamplePlan):
            self._begin(job, event)
            return
        if isinstance(event, Exception) and not (self._open and self._open[-1].end is None):
            self._begin(job, SamplePlan.empty())
        video = self._open[-1]
        if isinstance(event, Sample):
            self._send(video.vectors, video.vectors.add_sample(event))
            return
        video.end = event
        if isinstance(event, EndOfVideo):
            self._send(video.vectors, video.vectors.finish(event))

    def flush(self) -> None:
        """Embed all waiting crops, including those that become necessary as a result."""
        while some := [one for one in self._waiting.values() if one.samples]:
            self._embed(some[0])

    def completed(self) -> Iterator[tuple[VideoVectors, EndOfVideo | Exception]]:
        """Yield and remove the videos at the head of the queue that are complete or have failed."""
        while self._open:
            vectors, end = self._open[0].vectors, self._open[0].end
            if end is None or (isinstance(end, EndOfVideo) and not vectors.complete):
                return
            self._open.popleft()
            self._videos_done += 1
            self._crops_done += len(vectors.planned.track)
            yield vectors, end

    def progress(self, seconds: float) -> Progress:
        """The progress so far; `seconds` since the start of the run."""
        return Progress(
            self._video,
            self._crops_planned,
            self._crops_done + sum(video.vectors.done for video in self._open),
            self._videos_done,
            seconds,
        )

    def _begin(self, job: VideoJob, planned: SamplePlan) -> None:
        self._open.append(_OpenVideo(VideoVectors(job, planned, self._networks.dim)))
        self._crops_planned += len(planned.track)

    def _send(self, vectors: VideoVectors, samples: list[Sample]) -> None:
        self._queue(vectors, samples)
        while full := [one for one in self._waiting.values() if len(one.samples) >= self._size]:
            self._embed(full[0])

    def _queue(self, vectors: VideoVectors, samples: list[Sample]) -> None:
        for sample in samples:
            network = self._networks.of(vectors.class_of(sample.index))
            waiting = self._waiting.setdefault(network.label, _Waiting(network))
            waiting.samples.append((vectors, sample))

    def _embed(self, waiting: "_Waiting") -> None:
        batch = [waiting.samples.popleft() for _ in range(min(self._size, len(waiting.samples)))]
        began = time.perf_counter()
        rows = waiting.network.embed(np.stack([sample.image for _, sample in batch]))
        seconds_per_crop = (time.perf_counter() - began) / len(batch)
        for (vectors, sample), row in zip(batch, rows, strict=True):
            vectors.embed_s += seconds_per_crop
            self._queue(vectors, vectors.add_vector(sample.index, row))
