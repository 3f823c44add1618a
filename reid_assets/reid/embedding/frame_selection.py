"""Frame selection: which frames of a video to decode, and which samples of each track they give.

Decoding a frame means decoding everything from its keyframe on, so samples that share decoded frames are
cheap, and keyframes are cheapest. First every track gets a few samples at any cost, then all tracks are
filled up from cheap frames. Quality comes from `scoring.py`, decoding cost from `video/packet_index.py`.
"""

from dataclasses import dataclass

import numpy as np

from reid_assets.reid.core.settings import EmbedSettings
from reid_assets.reid.embedding.sampling import Candidates
from reid_assets.reid.video.packet_index import VideoIndex

# Samples per track that are worth extra decoding; more are taken only from cheap frames.
FIRST_SAMPLES = 4
# The first sample of a track may cost any number of decoded frames, the second this many, each further
# one a quarter of that: on labelled tracks samples two to four add 3, 0.9 and 0.2 points of F1.
_SECOND_SAMPLE_FRAMES, _COST_DECAY = 128.0, 4.0
# Decoding this many frames takes about as long as embedding one crop (720p H.264 and ViT-B-32, measured).
_FRAMES_PER_CROP = 4.0
# Quality, relative to the track's best, below which a crop would show other objects more than its own.
_MIN_RELATIVE_QUALITY = 0.1
# Value of a sample right next to another of its track, relative to one far from all others.
_ADJACENT_VALUE = 0.5


@dataclass(frozen=True)
class FrameSelection:
    """The selected samples; arrays have one entry per sample, sorted by track and frame.

    Attributes:
        chosen: int64 (s,), indices into the candidates.
        source_frame: int64 (s,), frame of the video file that each sample is taken from.
        first: bool (s,), the few samples of each track that are embedded before the others.
    """

    chosen: np.ndarray
    source_frame: np.ndarray
    first: np.ndarray


def select_frames(
    candidates: Candidates, index: VideoIndex, stride: int, settings: EmbedSettings
) -> FrameSelection:
    """Select the samples of all tracks of one video.

    Args:
        candidates: rows that may be sampled, none beyond the last frame of the file.
        index: frame index of the file.
        stride: frame n of the candidates is frame n * stride of the file.
        settings: `per_track_max_samples`, `frame_stride`, `keyframes` (prefer cheap frames), `adaptive`.
    """
    source = candidates.frame * stride
    limit = settings.per_track_max_samples
    rows = np.flatnonzero(_good_enough(candidates))
    if settings.keyframes and not index.counted:
        picker = _SamplePicker(candidates, index.depth[source], index.start[source], settings.frame_stride)
        picker.fill(rows, min(FIRST_SAMPLES, limit))
        picker.fill(rows[picker.cheap()[rows]], limit)
    else:
        no_cost = np.zeros(len(source), np.int64)
        picker = _SamplePicker(candidates, no_cost, no_cost, settings.frame_stride)
        picker.fill(rows, limit)
    chosen = np.sort(np.array([row for rows in picker.chosen.values() for row in rows], np.int64))
    first = spread_samples(candidates.track[chosen], candidates.quality[chosen])
    return FrameSelection(chosen, source[chosen], first | (not settings.adaptive))


class _SamplePicker:
    """Greedy selection of samples by quality, distance within the track and additional decoding cost.

    Attributes:
        chosen: track -> indices of the candidates picked so far.
    """

    def __init__(self, candidates: Candidates, depth: np.ndarray, start: np.ndarray, apart: int) -> None:
        """`depth` and `start` (n,) as in `VideoIndex`; `apart`: least distance of two samples in frames."""
        self.candidates, self.depth, self.apart = candidates, depth, apart
        _, self.group = np.unique(start, return_inverse=True)
        # Packets past each keyframe that are decoded so far; -1: not even the keyframe.
        self.reach = np.full(int(self.group.max(initial=-1)) + 1, -1)
        self.chosen: dict[int, list[int]] = {}

    def cheap(self) -> np.ndarray:
        """bool (n,): candidates on keyframes, and on frames that are decoded anyway."""
        return self.depth <= np.maximum(self.reach[self.group], 0)

    def fill(self, rows: np.ndarray, count: int) -> None:
        """Pick from `rows` until each track has `count`; shortest tracks first, as they have least choice."""
        starts = np.flatnonzero(np.diff(self.candidates.track[rows], prepend=-1))
        for own in sorted(np.split(rows, starts[1:]), key=len):
            if len(own):
                self._fill_track(own, count)

    def _fill_track(self, rows: np.ndarray, count: int) -> None:
        chosen = self.chosen.setdefault(int(self.candidates.track[rows[0]]), [])
        frame, quality = self.candidates.frame[rows], self.candidates.quality[rows]
        depth, group = self.depth[rows], self.group[rows]
        distance = np.full(len(rows), np.inf)
        for row in chosen:
            np.minimum(distance, np.abs(frame - self.candidates.frame[row]), out=distance)
        fair_share = max(1.0, (frame[-1] - frame[0] + 1) / count)
        while len(chosen) < count:
            novelty = _ADJACENT_VALUE + (1.0 - _ADJACENT_VALUE) * np.minimum(distance / fair_share, 1.0)
            cost = np.maximum(depth - self.reach[group], 0)
            allowed = (distance >= self.apart) & (cost <= _max_frames(len(chosen)))
            value = np.where(allowed, (quality + 1e-9) * novelty / (1.0 + cost / _FRAMES_PER_CROP), 0.0)
            best = int(np.argmax(value))
            if not value[best]:
                return
            chosen.append(int(rows[best]))
            self.reach[group[best]] = max(self.reach[group[best]], depth[best])
            np.minimum(distance, np.abs(frame - frame[best]), out=distance)


def spread_samples(track: np.ndarray, quality: np.ndarray) -> np.ndarray:
    """Mark up to `FIRST_SAMPLES` samples of each track: the best of each of as many equal parts.

    Args:
        track: int64 (s,), sorted; the samples of a track are in temporal order.
        quality: float64 (s,), 0..1.

    Returns:
        bool (s,).
    """
    first = np.zeros(len(track), bool)
    starts = np.flatnonzero(np.diff(track, prepend=-1))
    for own in np.split(np.arange(len(track)), starts[1:]):
        for part in np.array_split(own, min(FIRST_SAMPLES, len(own))) if len(own) else ():
            first[part[np.argmax(quality[part])]] = True
    return first


def _max_frames(samples: int) -> float:
    """How many frames may be decoded for the next sample of a track that has `samples`."""
    return np.inf if not samples else max(1.0, _SECOND_SAMPLE_FRAMES / _COST_DECAY ** (samples - 1))


def _good_enough(candidates: Candidates) -> np.ndarray:
    """bool (n,): candidates whose quality is not far below the best of their track."""
    best = np.zeros(int(candidates.track.max(initial=-1)) + 1)
    np.maximum.at(best, candidates.track, candidates.quality)
    return candidates.quality >= _MIN_RELATIVE_QUALITY * best[candidates.track]
