"""The vectors of one video while they come in: what is embedded, what is spared, and what results.

Where samples come from is `reading.py`; batches, which hold samples of several videos, are
`embedder.py`.
"""

import numpy as np

from reid_assets.reid.core.embeddings import TrackEmbeddings
from reid_assets.reid.core.tables import TRACK_META
from reid_assets.reid.embedding.adaptive_sampling import Agreement
from reid_assets.reid.embedding.crop_reading import Finished, Planned, Sample, VideoJob
from reid_assets.reid.embedding.pooling import pool

# Samples that wait for a decision take no more memory than this; what would, is embedded at once.
_HELD_BYTES = 200_000_000


class VideoVectors:
    """One video's share of a run.

    Methods that take something return the samples to embed because of it; each comes back
    through `take_vector`.

    Attributes:
        cut: samples that came.
        done: those that need nothing more: embedded or spared.
        embed_s: seconds the network spent on them.
    """

    def __init__(self, job: VideoJob, planned: Planned, dim: int) -> None:
        self.job, self.planned = job, planned
        size = len(planned.track)
        self.cut, self.done, self.embed_s = 0, 0, 0.0
        self._samples = np.empty((size, dim), np.float16)
        self._quality = np.zeros(size)
        self._embedded = np.zeros(size, bool)
        self._waiting = 0
        tracks, firsts = np.unique(planned.track[planned.first], return_counts=True)
        self._agreement = Agreement(dict(zip(tracks.tolist(), firsts.tolist(), strict=True)))
        self._share: dict[int, float] = {}
        self._held: dict[int, list[Sample]] = {}
        self._held_bytes = 0
        self._end: Finished | None = None

    @property
    def complete(self) -> bool:
        """Whether nothing is missing for the result."""
        return self._end is not None and not self._waiting and not self._held

    def take_sample(self, sample: Sample) -> list[Sample]:
        """A sample was cut."""
        self.cut += 1
        self._quality[sample.place] = sample.quality
        track = int(self.planned.track[sample.place])
        if not self.planned.first[sample.place] and not self._share.get(track):
            if track in self._share:
                self.done += 1
                return []
            self._held.setdefault(track, []).append(sample)
            self._held_bytes += sample.image.nbytes
            return self._send(next(iter(self._held))) if self._held_bytes > _HELD_BYTES else []
        self._waiting += 1
        return [sample]

    def take_vector(self, place: int, vector: np.ndarray) -> list[Sample]:
        """A sample was embedded: `vector` is float32 (D,)."""
        self._samples[place] = vector
        self._embedded[place] = True
        self._waiting -= 1
        self.done += 1
        first = self.planned.first[place]
        decided = self._agreement.add(int(self.planned.track[place]), vector) if first else []
        return self._apply(decided) + self._close()

    def take_end(self, end: Finished) -> list[Sample]:
        """No more samples come."""
        self._end = end
        return self._close()

    def result(self, backbone: str) -> TrackEmbeddings:
        """What a complete video gives; `backbone` is the label of what made the vectors."""
        share = np.array([self._share.get(int(track), 1.0) for track in self.planned.track])
        weight = np.where(self.planned.first, 1.0, share)
        kept = np.flatnonzero(self._embedded & (weight > 0.0))
        tracks, first, row, count = np.unique(
            self.planned.track[kept], return_index=True, return_inverse=True, return_counts=True
        )
        samples, weight = self._samples[kept], weight[kept] * self._quality[kept]
        emb = np.empty((len(tracks), samples.shape[1]), np.float32)
        for position, (begin, many) in enumerate(zip(first, count, strict=True)):
            emb[position] = pool(samples[begin : begin + many], weight[begin : begin + many])
        meta = self.job.tracks.per_track.iloc[tracks].drop(columns="n_rows")
        meta = meta.assign(video=self.job.tracks.video, n_samples=count)
        return TrackEmbeddings(TRACK_META.conform(meta), emb, samples, row.astype(np.int32), backbone)

    def _close(self) -> list[Sample]:
        if self._end is None or self._waiting:
            return []
        released = self._apply(self._agreement.close())
        # A track none of whose first samples could be read is left: its others are all it has.
        return released + self._apply([(track, 1.0) for track in list(self._held)])

    def _apply(self, decisions: list[tuple[int, float]]) -> list[Sample]:
        released: list[Sample] = []
        for track, share in decisions:
            self._share[track] = share
            if share:
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
