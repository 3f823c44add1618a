"""The parts of an identity's compilation: which frames of which file, for each of its visits."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from reid_assets.reid.core.clocks import Clocks
from reid_assets.reid.core.errors import ReidError
from reid_assets.reid.embedding.crop_reading import VideoJob
from reid_assets.reid.rendering.annotated_video import Annotations, BoxedVideo, open_boxed
from reid_assets.reid.tracks.tracks_csv import Tracks

# Before and after each visit, so that one of a single frame can be seen.
_MARGIN_S = 0.5
# As in the computation of visits, where no rate is known.
_UNKNOWN_FPS = 25.0


@dataclass(frozen=True)
class Subject:
    """Whose compilation it is.

    Attributes:
        global_id, name: of the identity; an empty name: it has none.
        tracks: video -> its tracks there, int64 (t,).
        visits: `visit, video, camera, f_enter, f_leave`, in the order of time.
    """

    global_id: int
    name: str
    tracks: Mapping[str, np.ndarray]
    visits: pd.DataFrame


@dataclass(frozen=True)
class Sources:
    """Access to the videos.

    Attributes:
        job: tracks and video files of a video.
        hidden: which rows of a video's `Tracks.rows` are pixelated, bool (rows,).
        clocks: of all videos.
    """

    job: Callable[[str], VideoJob]
    hidden: Callable[[Tracks], np.ndarray]
    clocks: Clocks

    def fps(self, video: str) -> float:
        """Frames of tracks.csv per second."""
        clock = self.clocks.videos.get(video)
        return (clock.fps if clock else None) or _UNKNOWN_FPS


@dataclass(frozen=True)
class Part:
    """One visit.

    Attributes:
        visit: its row of `Subject.visits`.
        boxed: its video.
        first, last: frames of the video file, both included.
    """

    visit: pd.Series
    boxed: BoxedVideo
    first: int
    last: int

    @property
    def video(self) -> str:
        """Name of the video."""
        return str(self.visit["video"])


def choose_parts(subject: Subject, sources: Sources) -> tuple[list[Part], list[str]]:
    """The parts in the order of the visits, and what had to be left out, in words."""
    problems: list[str] = []
    opened: dict[str, BoxedVideo | None] = {}
    parts = []
    for _, visit in subject.visits.iterrows():
        video = str(visit["video"])
        if video not in opened:
            opened[video] = _open(video, subject, sources, problems)
        boxed = opened[video]
        if boxed is None:
            continue
        first, last = _frames(visit, subject.visits, boxed, sources.fps(video))
        if first <= last:
            parts.append(Part(visit, boxed, first, last))
        else:
            problems.append(f"{boxed.opened.source.path}: ends before frame {visit['f_enter']}.")
    return parts, problems


def _open(video: str, subject: Subject, sources: Sources, problems: list[str]) -> BoxedVideo | None:
    try:
        job = sources.job(video)
        boxed = open_boxed(job, Annotations(hidden=sources.hidden(job.tracks)), subject.tracks[video])
    except ReidError as error:
        problems.append(f"{video}: left out: {error}")
        return None
    problems += boxed.opened.warnings
    return boxed


def _frames(visit: pd.Series, visits: pd.DataFrame, boxed: BoxedVideo, fps: float) -> tuple[int, int]:
    """First and last frame of the file; the first behind the last where the file has none of them."""
    enter, leave = int(visit["f_enter"]), int(visit["f_leave"])
    margin = int(np.ceil(_MARGIN_S * fps))
    same = visits[visits["video"] == visit["video"]]
    # No frame is shown twice: what lies between two visits goes to the earlier one first.
    before = [int(f) + margin for f in same["f_leave"] if f < enter]
    after = [int(f) for f in same["f_enter"] if f > leave]
    first = min(enter, max([enter - margin, 0, *(f + 1 for f in before)]))
    last = max(leave, min([leave + margin, *(f - 1 for f in after)]))
    stride, frames = boxed.opened.source.frame_stride, boxed.opened.index.frames
    return first * stride, min(frames - 1, (last + 1) * stride - 1)
