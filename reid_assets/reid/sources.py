"""Which of a video's files the crops are cut from, and how its pixels relate to those of tracks.csv.

The original is better than the annotated copy, but only where it is what tracks.csv was made
from; a file that does not fit is named in a warning and not used. Decoding itself is `video.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reid_assets.reid.errors import InputError
from reid_assets.reid.video import VideoSource, picture_size
from reid_assets.reid.video_index import VideoIndex, index_video

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
class _Opened:
    source: VideoSource
    index: VideoIndex
    width: int
    height: int

    @property
    def analysed_frames(self) -> float:
        """Length in frames of tracks.csv."""
        return max(self.index.frames, self.index.promised) / self.source.frame_stride


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
    opened = [file for file in (_open(source, problems) for source in sources) if file is not None]
    analysis = next((file for file in opened if file.source.kind == "analysis"), None)
    fitting = [file for file in opened if _fits(file, analysis, centres, problems)]
    if not fitting:
        raise InputError("; ".join(problems))
    best = max(fitting, key=lambda file: min(file.index.frames, last_frame * file.source.frame_stride + 1))
    for file in fitting:
        if file.index.frames <= last_frame * file.source.frame_stride:
            problems.append(_short(file, last_frame))
        else:
            best = file
            break
    width = analysis.width if analysis is not None else best.width
    scale = best.width / width
    return OpenSource(best.source, best.index, scale, (best.width / scale, best.height / scale), problems)


def _open(source: VideoSource, problems: list[str]) -> _Opened | None:
    try:
        return _Opened(source, index_video(source.path), *picture_size(source.path))
    except InputError as error:
        problems.append(str(error))
        return None


def _fits(file: _Opened, analysis: _Opened | None, centres: np.ndarray, problems: list[str]) -> bool:
    """Whether an original is the video behind the tracks, as far as sizes and lengths can tell."""
    if file.source.kind == "analysis":
        return True
    path = file.source.path
    advice = "Not used; correct the path to the original (or frame_stride in summary.json)."
    if analysis is None:
        inside = np.all((centres >= 0) & (centres <= (file.width, file.height)), axis=1)
        if len(centres) and inside.mean() < _CENTRES_INSIDE:
            problems.append(
                f"{path}: boxes of tracks.csv lie outside its {file.width}x{file.height}. {advice}"
            )
            return False
        return True
    shape, wanted = file.width / file.height, analysis.width / analysis.height
    if abs(shape / wanted - 1) > _ASPECT_TOLERANCE:
        sizes = f"{file.width}x{file.height}, the analysed video {analysis.width}x{analysis.height}"
        problems.append(f"{path}: its pictures are {sizes}. {advice}")
        return False
    length, expected = file.analysed_frames, analysis.analysed_frames
    if abs(length - expected) > _LENGTH_TOLERANCE * expected + _SPARE_FRAMES:
        name = analysis.source.path.name
        problems.append(f"{path}: {length:.0f} analysed frames long, {name} {expected:.0f}. {advice}")
        return False
    return True


def _short(file: _Opened, last_frame: int) -> str:
    last = (file.index.frames - 1) // file.source.frame_stride
    cut = file.index.promised > file.index.frames
    reason = f"cut off ({file.index.promised} frames promised)" if cut else "shorter than its tracks"
    return f"{file.source.path}: {reason}: last frame {last}, tracks.csv goes to {last_frame}. Copy it again."
