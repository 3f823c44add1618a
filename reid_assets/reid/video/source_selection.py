"""Choice of the video file that crops are taken from, and its pixel scale relative to tracks.csv.

The original is better than the annotated copy, provided tracks.csv was made from it; a file that does
not match the tracks is reported in a warning and not used. Decoding is in `frames.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.video.frames import VideoShape, VideoSource, probe_video
from reid_assets.reid.video.packet_index import VideoIndex, index_video

_ASPECT_TOLERANCE = 0.02
# Containers and analysers may differ by a few frames at the end.
_LENGTH_TOLERANCE = 0.02
_SPARE_FRAMES = 3
# Trackers predict boxes beyond the image border, but few have their centre there.
_MIN_CENTRES_INSIDE = 0.9


@dataclass(frozen=True)
class OpenSource:
    """The selected file of one video.

    Attributes:
        source: the file.
        index: its frame index.
        scale: pixels of the file per pixel of tracks.csv.
        image_wh: width and height of its frames, in pixels of tracks.csv.
        warnings: why a better file was not used, and what is wrong with this one.
    """

    source: VideoSource
    index: VideoIndex
    scale: float
    image_wh: tuple[float, float]
    warnings: list[str]


@dataclass(frozen=True)
class _File:
    source: VideoSource
    shape: VideoShape

    @cached_property
    def index(self) -> VideoIndex:
        return index_video(self.source.path)

    @property
    def analysed_frames(self) -> float:
        """Length in frames of tracks.csv, from the header if it states one."""
        return (self.shape.declared_frames or self.index.frames) / self.source.frame_stride

    @property
    def last_frame(self) -> int:
        """Last frame of tracks.csv that the file really contains; -1: none."""
        return (self.index.frames + self.source.frame_stride - 1) // self.source.frame_stride - 1


def open_source(
    video: str, sources: Sequence[VideoSource], last_frame: int, centres: np.ndarray
) -> OpenSource:
    """Select the first file that matches the tracks and covers all their frames, else the longest match.

    Args:
        video: name of the video, for messages.
        sources: candidate files, best first.
        last_frame: last frame of tracks.csv that may be sampled.
        centres: float64 (n, 2), box centres x, y in pixels of tracks.csv.

    Raises:
        InputError: no file can be read, or none matches.
    """
    if not sources:
        raise InputError(f"{video}: there is no video file for crops. Put analysis.mp4 beside tracks.csv.")
    problems: list[str] = []
    files = [file for file in (_open(source, problems) for source in sources) if file is not None]
    analysis = next((file for file in files if file.source.kind == "analysis"), None)
    matching: list[_File] = []
    for file in files:
        mismatch = _find_mismatch(file, analysis, centres)
        if mismatch:
            problems.append(
                f"{file.source.path}: {mismatch}. Not used; correct the path or its frame_stride."
            )
            continue
        matching.append(file)
        if file.last_frame >= last_frame:
            break
        problems.append(_too_short(file, last_frame))
    if not matching:
        raise InputError("; ".join(problems))
    best = max(matching, key=lambda file: min(file.last_frame, last_frame))
    # Boxes are in pixels of the analysed video, unless only another file is large enough to contain them.
    shapes = [analysis.shape] if analysis is not None else []
    shapes = [shape for shape in [*shapes, *(file.shape for file in matching)] if _contains(shape, centres)]
    scale = best.shape.width / (shapes[0].width if shapes else best.shape.width)
    size = (best.shape.width / scale, best.shape.height / scale)
    return OpenSource(best.source, best.index, scale, size, problems)


def _open(source: VideoSource, problems: list[str]) -> _File | None:
    try:
        return _File(source, probe_video(source.path))
    except InputError as error:
        problems.append(str(error))
        return None


def _find_mismatch(file: _File, analysis: _File | None, centres: np.ndarray) -> str | None:
    """Why size or length show that the tracks were not made from an original; None if they do not."""
    if file.source.kind == "analysis":
        return None
    size = f"{file.shape.width}x{file.shape.height}"
    if analysis is None:
        inside = _contains(file.shape, centres)
        return None if inside else f"boxes of tracks.csv lie outside its {size} pixels"
    name = analysis.source.path.name
    aspect = (file.shape.width / file.shape.height) / (analysis.shape.width / analysis.shape.height)
    if abs(aspect - 1.0) > _ASPECT_TOLERANCE:
        return f"its frames are {size}, those of {name} {analysis.shape.width}x{analysis.shape.height}"
    length, expected = file.analysed_frames, analysis.analysed_frames
    if abs(length - expected) > _LENGTH_TOLERANCE * expected + _SPARE_FRAMES:
        return f"it is {length:.0f} analysed frames long, {name} {expected:.0f}"
    return None


def _contains(shape: VideoShape, centres: np.ndarray) -> bool:
    inside = np.all((centres >= 0.0) & (centres <= (shape.width, shape.height)), axis=1)
    return not len(centres) or float(inside.mean()) >= _MIN_CENTRES_INSIDE


def _too_short(file: _File, last_frame: int) -> str:
    declared, actual = file.shape.declared_frames, file.index.frames
    reason = (
        f"cut off after {actual} of {declared} frames" if declared > actual else "shorter than its tracks"
    )
    return (
        f"{file.source.path}: {reason}: tracks.csv goes to frame {last_frame}, this to {file.last_frame}. "
        "Copy it again, or run the analysis again."
    )
