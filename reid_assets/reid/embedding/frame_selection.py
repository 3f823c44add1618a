"""Which frames of a file are decoded, and which samples they give each track.

Decoding a picture means decoding all between it and its keyframe, so samples that share what is
decoded anyway are cheap, and keyframes cheapest. First every track gets a few samples, wherever
they are; then all tracks fill up from what costs little. What a row promises to show comes from
`sampling.py`, what a frame costs from `video.py`.
"""

from dataclasses import dataclass

import numpy as np

from reid_assets.reid.core.settings import EmbedSettings
from reid_assets.reid.embedding.sampling import Candidates
from reid_assets.reid.video.packet_index import VideoIndex

# Samples of a track that are worth some decoding; more only where they cost next to nothing.
FEW = 4
# The first sample may cost any number of pictures, the second so many, each further one a quarter of
# that: on labelled tracks the second to fourth sample bring 3, 0.9 and 0.2 points of F1.
_SECOND_SAMPLE, _FADING = 128.0, 4.0
# So many decoded pictures take about as long as embedding one crop (720p H.264 and ViT-B-32, measured).
_PICTURES_PER_CROP = 4.0
# Share of the best quality of a track below which a sample would say more of others than of it.
_HOPELESS = 0.1
# What a sample right beside another of its track is worth against one far from all.
_NEAR = 0.5


@dataclass(frozen=True)
class Plan:
    """What to cut from which frame; all arrays have one entry a sample, sorted by track and frame.

    Attributes:
        chosen: int64 (s,), positions in the candidates.
        source_frame: int64 (s,), frame of the file each is cut from.
        first: bool (s,), the few samples of each track that are embedded before the others.
    """

    chosen: np.ndarray
    source_frame: np.ndarray
    first: np.ndarray


def plan(candidates: Candidates, index: VideoIndex, stride: int, settings: EmbedSettings) -> Plan:
    """Choose samples for all tracks of one file.

    Args:
        candidates: rows that may be sampled, none beyond the last frame of the file.
        index: the file.
        stride: frame n of the candidates is frame n * stride of the file.
        settings: limits, and whether cheap frames are preferred.
    """
    source = candidates.frame * stride
    most = settings.per_track_max_samples
    rows = np.flatnonzero(_worthwhile(candidates))
    if settings.keyframes and not index.counted:
        picking = _Picking(candidates, index.depth[source], index.start[source], settings.frame_stride)
        picking.fill(rows, min(FEW, most))
        picking.fill(rows[picking.cheap()[rows]], most)
    else:
        everywhere = np.zeros(len(source), np.int64)
        picking = _Picking(candidates, everywhere, everywhere, settings.frame_stride)
        picking.fill(rows, most)
    chosen = np.sort(np.array([row for rows in picking.chosen.values() for row in rows], np.int64))
    first = first_few(candidates.track[chosen], candidates.quality[chosen])
    return Plan(chosen, source[chosen], first | (not settings.adaptive))


class _Picking:
    """Picks samples one by one: good, far from those of its track, and cheap beside what is decoded.

    Attributes:
        chosen: for each track, the candidates picked so far.
    """

    def __init__(self, candidates: Candidates, depth: np.ndarray, start: np.ndarray, apart: int) -> None:
        """`depth` and `start` are those of `VideoIndex`, for the frame of each candidate."""
        self.candidates, self.depth, self.apart = candidates, depth, apart
        _, self.group = np.unique(start, return_inverse=True)
        # How far past each keyframe is decoded so far; -1: not even the keyframe.
        self.reach = np.full(int(self.group.max(initial=-1)) + 1, -1)
        self.chosen: dict[int, list[int]] = {}

    def cheap(self) -> np.ndarray:
        """bool (n,): candidates on keyframes, and on what is decoded anyway."""
        return self.depth <= np.maximum(self.reach[self.group], 0)

    def fill(self, rows: np.ndarray, count: int) -> None:
        """Pick from `rows` until each track has `count`; the shortest lives first: they have least choice."""
        starts = np.flatnonzero(np.diff(self.candidates.track[rows], prepend=-1))
        for life in sorted(np.split(rows, starts[1:]), key=len):
            if len(life):
                self._fill(life, count)

    def _fill(self, life: np.ndarray, count: int) -> None:
        chosen = self.chosen.setdefault(int(self.candidates.track[life[0]]), [])
        frame, quality = self.candidates.frame[life], self.candidates.quality[life]
        depth, group = self.depth[life], self.group[life]
        distance = np.full(len(life), np.inf)
        for row in chosen:
            np.minimum(distance, np.abs(frame - self.candidates.frame[row]), out=distance)
        fair_share = max(1.0, (frame[-1] - frame[0] + 1) / count)
        while len(chosen) < count:
            new = _NEAR + (1.0 - _NEAR) * np.minimum(distance / fair_share, 1.0)
            more = np.maximum(depth - self.reach[group], 0)
            allowed = (distance >= self.apart) & (more <= _most_pictures(len(chosen)))
            worth = np.where(allowed, (quality + 1e-9) * new / (1.0 + more / _PICTURES_PER_CROP), 0.0)
            best = int(np.argmax(worth))
            if not worth[best]:
                return
            chosen.append(int(life[best]))
            self.reach[group[best]] = max(self.reach[group[best]], depth[best])
            np.minimum(distance, np.abs(frame - frame[best]), out=distance)


def first_few(track: np.ndarray, quality: np.ndarray) -> np.ndarray:
    """Mark `FEW` samples of each track, spread over its life: the best of each equal part.

    Args:
        track: int64 (s,), sorted; within a track, samples are in order of time.
        quality: float64 (s,).

    Returns:
        bool (s,).
    """
    first = np.zeros(len(track), bool)
    starts = np.flatnonzero(np.diff(track, prepend=-1))
    for life in np.split(np.arange(len(track)), starts[1:]):
        for part in np.array_split(life, min(FEW, len(life))) if len(life) else ():
            first[part[np.argmax(quality[part])]] = True
    return first


def _most_pictures(samples: int) -> float:
    """How many pictures may be decoded for one more sample of a track that has some."""
    return np.inf if not samples else max(1.0, _SECOND_SAMPLE / _FADING ** (samples - 1))


def _worthwhile(candidates: Candidates) -> np.ndarray:
    """bool (n,): rows that are not hopeless beside the best of their track."""
    best = np.zeros(int(candidates.track.max(initial=-1)) + 1)
    np.maximum.at(best, candidates.track, candidates.quality)
    return candidates.quality >= _HOPELESS * best[candidates.track]
