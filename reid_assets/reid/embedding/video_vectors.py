"""Vectors of one video in progress: which samples to embed, which to skip, and the pooled result.

Samples come from `crop_reading.py`. Batches, which hold samples of several videos, are in `batching.py`.
"""

from collections.abc import Callable, Iterable

import numpy as np

from reid_assets.reid.core.embeddings import TrackEmbeddings
from reid_assets.reid.core.tables import TRACK_META
from reid_assets.reid.embedding.adaptive_sampling import AdaptiveSampler
from reid_assets.reid.embedding.crop_reading import EndOfVideo, Sample, SamplePlan, VideoJob
from reid_assets.reid.embedding.pooling import pool

# Memory limit for samples that wait for a decision; beyond it, the oldest track is embedded at once.
_MAX_HELD_BYTES = 200_000_000


class VideoVectors:
    """Collects the samples and vectors of one video.

    `add_sample`, `add_vector` and `finish` return the samples to embed next; the vector of each must be
    passed to `add_vector`.

    Attributes:
        job: the video.
        planned: its samples.
        received: number of samples added.
        done: number of samples that were embedded or skipped.
        embed_s: seconds that the network spent on them.
    """

    def __init__(self, job: VideoJob, planned: SamplePlan, dim: int) -> None:
        """`dim`: length of the longest vector that may be added."""
        self.job, self.planned = job, planned
        size = len(planned.track)
        self.received, self.done, self.embed_s = 0, 0, 0.0
        self._samples = np.empty((size, dim), np.float16)
        self._class = job.tracks.per_track["class_name"].to_numpy()
        self._width = 0  # of the longest vector added
        self._quality = np.zeros(size)
        self._embedded = np.zeros(size, bool)
        self._waiting = 0
        tracks, firsts = np.unique(planned.track[planned.first], return_counts=True)
        self._sampler = AdaptiveSampler(dict(zip(tracks.tolist(), firsts.tolist(), strict=True)))
        self._weight: dict[int, float] = {}
        self._held: dict[int, list[Sample]] = {}
        self._held_bytes = 0
        self._end: EndOfVideo | None = None

    @property
    def complete(self) -> bool:
        """Whether the video has ended and all its samples are embedded or skipped."""
        return self._end is not None and not self._waiting and not self._held

    def add_sample(self, sample: Sample) -> list[Sample]:
        """Add a prepared crop."""
        self.received += 1
        self._quality[sample.index] = sample.quality
        track = int(self.planned.track[sample.index])
        if not self.planned.first[sample.index] and not self._weight.get(track):
            if track in self._weight:
                self.done += 1
                return []
            self._held.setdefault(track, []).append(sample)
            self._held_bytes += sample.image.nbytes
            return self._send(next(iter(self._held))) if self._held_bytes > _MAX_HELD_BYTES else []
        self._waiting += 1
        return [sample]

    def add_vector(self, index: int, vector: np.ndarray) -> list[Sample]:
        """Add the vector, float32 (D,) or shorter, unit length, of the sample with this index in the plan."""
        self._width = max(self._width, len(vector))
        if len(vector) < self._samples.shape[1]:
            vector = np.pad(vector, (0, self._samples.shape[1] - len(vector)))
        self._samples[index] = vector
        self._embedded[index] = True
        self._waiting -= 1
        self.done += 1
        first = self.planned.first[index]
        decided = self._sampler.add(int(self.planned.track[index]), vector) if first else []
        return self._apply(decided) + self._close()

    def finish(self, end: EndOfVideo) -> list[Sample]:
        """Mark the end of the video: no more samples follow."""
        self._end = end
        return self._close()

    def class_of(self, index: int) -> str:
        """Class name of the track of a sample."""
        return str(self._class[self.planned.track[index]])

    def result(self, label_of: Callable[[Iterable[str]], str]) -> TrackEmbeddings:
        """The embeddings of a complete video; `label_of` gives the label of vectors of some classes."""
        weight = np.array([self._weight.get(int(track), 1.0) for track in self.planned.track])
        weight = np.where(self.planned.first, 1.0, weight)
        kept = np.flatnonzero(self._embedded & (weight > 0.0))
        tracks, first, row, count = np.unique(
            self.planned.track[kept], return_index=True, return_inverse=True, return_counts=True
        )
        samples, weight = self._samples[kept, : self._width or None], weight[kept] * self._quality[kept]
        emb = np.empty((len(tracks), samples.shape[1]), np.float32)
        for position, (begin, size) in enumerate(zip(first, count, strict=True)):
            emb[position] = pool(samples[begin : begin + size], weight[begin : begin + size])
        meta = self.job.tracks.per_track.iloc[tracks].drop(columns="n_rows")
        meta = meta.assign(video=self.job.tracks.video, n_samples=count)
        label = label_of(meta["class_name"].astype(str))
        return TrackEmbeddings(TRACK_META.conform(meta), emb, samples, row.astype(np.int32), label)

    def _close(self) -> list[Sample]:
        if self._end is None or self._waiting:
            return []
        released = self._apply(self._sampler.close())
        # For a track none of whose first samples could be read, only the others are left.
        return released + self._apply([(track, 1.0) for track in list(self._held)])

    def _apply(self, decisions: list[tuple[int, float]]) -> list[Sample]:
        released: list[Sample] = []
        for track, weight in decisions:
            self._weight[track] = weight
            if weight:
                released += self._send(track)
            elif track in self._held:
                self.done += len(self._drop(track))
        return released

    def _send(self, track: int) -> list[Sample]:
        samples = self._drop(track)
        self._waiting += len(samples)
        return samples

    def _drop(self, track: int) -> list[Sample]:
        samples = self._held.pop(track, [])
        self._held_bytes -= sum(sample.image.nbytes for sample in samples)
        return samples
