"""Which frames of a file are decoded, and which samples they give each track.

Decoding a picture means decoding all between it and its keyframe, so samples that share what is
decoded anyway are cheap, and keyframes cheapest. First every track gets a few samples, wherever
they are; then all tracks fill up from what costs little. What a row promises to show comes from
`sampling.py`, what a frame costs from `video.py`.
"""

from dataclasses import dataclass

import numpy as np

from reid_assets.reid.sampling import Candidates, spread
from reid_assets.reid.settings import EmbedSettings
from reid_assets.reid.video_index import VideoIndex

# Samples of a track that are worth any decoding; more only where they are cheap.
FEW = 4
# So many decoded pictures take as long as embedding one crop (measured: 720p, ViT-B-32, one core).
_PICTURES_PER_CROP = 8.0


@dataclass(frozen=True)
class Plan:
    """What to cut from which frame.

    Attributes:
        chosen: int64 (s,), positions in the candidates, in the order of `source_frame`.
        source_frame: int64 (s,), frame of the file each is cut from, ascending.
    """

    chosen: np.ndarray
    source_frame: np.ndarray


def plan(candidates: Candidates, index: VideoIndex, stride: int, settings: EmbedSettings) -> Plan:
    """Choose samples for all tracks of one file.

    Args:
        candidates: rows that may be sampled.
        index: the file; candidates beyond its last frame are left out.
        stride: frame n of the candidates is frame n * stride of the file.
        settings: limits, and whether cheap frames are preferred.
    """
    source = candidates.frame * stride
    depth, start = index.depth[source], index.start[source]
    planned = settings.keyframes and not index.counted
    if not planned:
        depth = np.zeros_like(depth)
    reach = np.full(int(index.position.max(initial=-1)) + 1, -1 if planned else 0)
    costs = _Costs(depth, start, reach)
    rows = np.arange(len(candidates))
    if planned:
        few = min(FEW, settings.per_track_max_samples)
        _choose(candidates, rows, costs, few, settings.frame_stride)
        rows = rows[depth <= np.maximum(reach[start], 0)]
    chosen = _choose(candidates, rows, costs, settings.per_track_max_samples, settings.frame_stride)
    chosen = chosen[np.lexsort((chosen, source[chosen]))]
    return Plan(chosen, source[chosen])


@dataclass(frozen=True)
class _Costs:
    """Per candidate, `depth` and `start` of its picture; per keyframe, how far past it is decoded so far."""

    depth: np.ndarray
    start: np.ndarray
    reach: np.ndarray


def _choose(candidates: Candidates, rows: np.ndarray, costs: _Costs, count: int, stride: int) -> np.ndarray:
    """Samples for each track from some rows; the shortest lives first, since they have least choice."""
    starts = np.flatnonzero(np.diff(candidates.track[rows], prepend=-1))
    lives = np.split(rows, starts[1:])
    chosen: list[int] = []
    for life in sorted(lives, key=len):
        start, depth = costs.start[life], costs.depth[life]
        more = np.maximum(depth - costs.reach[start], 0)
        worth = candidates.quality[life] / (1.0 + more / _PICTURES_PER_CROP)
        picks = spread(candidates.frame[life], worth, count, stride)
        np.maximum.at(costs.reach, start[picks], depth[picks])
        chosen.extend(life[picks].tolist())
    return np.array(chosen, dtype=np.int64)
