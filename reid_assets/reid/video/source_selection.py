"""Which of a video's files the crops are cut from, and how its pixels relate to those of tracks.csv.

The original is better than the annotated copy, but only where it is what tracks.csv was made
from; a file that does not fit is named in a warning and not used. Decoding itself is `video.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.video.frames import VideoShape, VideoSource, probe_video
from reid_assets.reid.video.packet_index import VideoIndex, index_video

_ASPECT_TOLERANCE = 0.02
# Containers and analysers may count a picture more or less at the end.
_LENGTH_TOLERANCE = 0.02
_SPARE_FRAMES = 3
# Trackers predict boxes past the border, but not the centres of many.
_CENTRES_INSIDE = 0.9


@dataclass(frozen=True)
class OpenSource:
    """A file that fits its tracks.

    Attributes:
        source: the file.
        index: where its pictures are.
        scale: pixels of the file per pixel of tracks.csv.
        picture_wh: width and height of its pictures, in pixels of tracks.csv.
        warnings: why a better file was not used, and what is wrong with this one.
    """

    source: VideoSource
    index: VideoIndex
    scale: float
    picture_wh: tuple[float, float]
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
        """Length in frames of tracks.csv, by its header where that says it."""
        return (self.shape.promised or self.index.frames) / self.source.frame_stride

    @property
    def last_frame(self) -> int:
        """Last frame of tracks.csv that is really in it; -1: none."""
        return (self.index.frames + self.source.frame_stride - 1) // self.source.frame_stride - 1


def open_source(
    video: str, sources: Sequence[VideoSource], last_frame: int, centres: np.ndarray
) -> OpenSource:
    """The first file that fits the tracks and holds all frames they need; else the longest that fits.

    Args:
        video: its name, for messages.
        sources: best first.
        last_frame: last frame of tracks.csv that holds something to sample.
        centres: float64 (n, 2), centres of the boxes, pixels of tracks.csv.

    Raises:
        InputError: no file can be read, or none fits.
    """
    if not sources:
        raise InputError(f"{video}: there is no video to cut crops from. Put analysis.mp4 beside tracks.csv.")
    problems: list[str] = []
    files = [file for file in (_open(source, problems) for source in sources) if file is not None]
    analysis = next((file for file in files if file.source.kind == "analysis"), None)
    fitting: list[_File] = []
    for file in files:
        misfit = _misfit(file, analysis, centres)
        if misfit:
            problems.append(f"{file.source.path}: {misfit}. Not used; correct the path or its frame_stride.")
            continue
        fitting.append(file)
        if file.last_frame >= last_frame:
            break
        problems.append(_short(file, last_frame))
    if not fitting:
        raise InputError("; ".join(problems))
    best = max(fitting, key=lambda file: min(file.last_frame, last_frame))
    # Boxes are in pixels of the analysed video, unless they reach so far that only another file holds them.
    spaces = [analysis.shape] if analysis is not None else []
    spaces = [shape for shape in [*spaces, *(file.shape for file in fitting)] if _holds(shape, centres)]
    scale = best.shape.width / (spaces[0].width if spaces else best.shape.width)
    size = (best.shape.width / scale, best.shape.height / scale)
    return OpenSource(best.source, best.index, scale, size, problems)


def _open(source: VideoSource, problems: list[str]) -> _File | None:
    try:
        return _File(source, probe_video(source.path))
    except InputError as error:
        problems.append(str(error))
        return None


def _misfit(file: _File, analysis: _File | None, centres: np.ndarray) -> str | None:
    """Why an original is not the video behind the tracks, as far as sizes and lengths can tell."""
    if file.source.kind == "analysis":
        return None
    size = f"{file.shape.width}x{file.shape.height}"
    if analysis is None:
        held = _holds(file.shape, centres)
        return None if held else f"boxes of tracks.csv lie outside its {size} pixels"
    name = analysis.source.path.name
    aspect = (file.shape.width / file.shape.height) / (analysis.shape.width / analysis.shape.height)
    if abs(aspect - 1.0) > _ASPECT_TOLERANCE:
        return f"its pictures are {size}, those of {name} {analysis.shape.width}x{analysis.shape.height}"
    length, expected = file.analysed_frames, analysis.analysed_frames
    if abs(length - expected) > _LENGTH_TOLERANCE * expected + _SPARE_FRAMES:
        return f"it is {length:.0f} analysed frames long, {name} {expected:.0f}"
    return None


def _holds(shape: VideoShape, centres: np.ndarray) -> bool:
    inside = np.all((centres >= 0.0) & (centres <= (shape.width, shape.height)), axis=1)
    return not len(centres) or float(inside.mean()) >= _CENTRES_INSIDE


def _short(file: _File, last_frame: int) -> str:
    promised, found = file.shape.promised, file.index.frames
    cut = f"cut off after {found} of {promised} frames" if promised > found else "shorter than its tracks"
    return (
        f"{file.source.path}: {cut}: tracks.csv goes to frame {last_frame}, this to {file.last_frame}. "
        + ("Copy it again, or run the analysis again.")
    )
