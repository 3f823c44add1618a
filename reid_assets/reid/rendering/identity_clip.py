"""The compilation of an identity: all its visits across cameras in one file, in the order of time.

Camera and clock are burnt in. Frames of different sizes are fitted into one. There is no sound: it would be
that of everybody around.
"""

from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.rendering.annotated_video import Progress
from reid_assets.reid.rendering.annotation import Pen
from reid_assets.reid.rendering.clip_file import Clip, VideoForm, open_clip
from reid_assets.reid.rendering.clip_parts import Part, Sources, Subject, choose_parts
from reid_assets.reid.rendering.clip_tables import CLIP_VISITS
from reid_assets.reid.rendering.picture import Picture
from reid_assets.reid.rendering.video_clock import FrameTimes
from reid_assets.reid.rendering.view import View, common_size
from reid_assets.reid.video.frames import FrameReader
from reid_assets.reid.video.packet_index import open_video

TIME_BASE = Fraction(1, 90000)
_FRAMES_BETWEEN_REPORTS = 50
_OF_VISIT = ("visit", "video", "camera", "f_enter", "f_leave")


def render_identity(
    subject: Subject, sources: Sources, target: Path, progress: Progress = lambda done, of: None
) -> tuple[pd.DataFrame, list[str]]:
    """Write the compilation of an identity.

    Args:
        subject: whose.
        sources: the videos; those that cannot be read are left out.
        target: the file to write.
        progress: is told how many frames are done, and of how many.

    Returns:
        Rows of `CLIP_VISITS`, and what had to be left out, in words.

    Raises:
        InputError: there is no visit whose video can be read.
        ReidError: there is no encoder.
    """
    parts, problems = choose_parts(subject, sources)
    if not parts:
        said = " ".join(problems)
        raise InputError(f"identity {subject.global_id}: none of its visits can be shown. {said}")
    return _Compilation(subject, sources, parts, problems).write(target, progress), problems


class _Compilation:
    """The parts of a clip, in order, and what had to be left out."""

    def __init__(self, subject: Subject, sources: Sources, parts: list[Part], problems: list[str]) -> None:
        self.subject, self.sources, self.parts, self.problems = subject, sources, parts, problems
        self.size = common_size(part.boxed.opened for part in parts)

    def write(self, target: Path, progress: Progress) -> pd.DataFrame:
        rows: list[tuple[object, ...]] = []
        total, done = sum(part.last - part.first + 1 for part in self.parts), 0
        fps = max(self.sources.fps(part.video) for part in self.parts)
        form = VideoForm(*self.size, TIME_BASE, Fraction(fps).limit_denominator(1001))
        with open_clip(target, form) as clip:
            begin = 0
            for part in self.parts:
                seen, end = self._add(clip, part, begin, lambda n, before=done: progress(before + n, total))  # type: ignore[misc]
                done += part.last - part.first + 1
                if end == begin:
                    path = part.boxed.opened.source.path
                    self.problems.append(f"{path}: no frame of a visit can be decoded.")
                    continue
                span = [round(float(time * TIME_BASE), 3) for time in (begin, seen, end)]
                rows.append((self.subject.global_id, *(part.visit[name] for name in _OF_VISIT), *span))
                begin = end
            if not rows:
                raise InputError(f"identity {self.subject.global_id}: {' '.join(self.problems)}")
        return CLIP_VISITS.conform(pd.DataFrame(rows, columns=CLIP_VISITS.header))

    def _add(self, clip: Clip, part: Part, begin: int, progress: Callable[[int], None]) -> tuple[int, int]:
        """Write the frames of a part from a time on; returns when its visit begins, and when it ends."""
        opened, seen, end = part.boxed.opened, begin, begin
        entered = int(part.visit["f_enter"]) * opened.source.frame_stride
        with open_video(opened.source.path) as container:
            stream = container.streams.video[0]
            times, aspect = FrameTimes(stream), float(stream.sample_aspect_ratio or 1) or 1.0
        view = View(opened, aspect, self.size)
        step = max(1, round(1 / (times.rate * TIME_BASE)))
        for number, frame in FrameReader(opened.index, np.arange(part.first, part.last + 1)).frames():
            since = round(times(frame.pts) * times.time_base / TIME_BASE)
            time = max(begin + since, end - step + 1 if end > begin else begin)
            clip.add(self._drawn(view.picture(frame), view, part, number), time)
            seen = time if number <= entered else seen
            end = time + step
            if number % _FRAMES_BETWEEN_REPORTS == 0:
                progress(number - part.first)
        return seen, end

    def _drawn(self, picture: Picture, view: View, part: Part, number: int) -> Picture:
        """One frame as the clip shows it."""
        subject, pen = self.subject, Pen(self.size[1])
        picture.pixelate(view.placed(part.boxed.hidden.at(number)[1]))
        for box in view.placed(part.boxed.drawn.at(number)[1]):
            pen.box(picture, box, subject.global_id, subject.name)
        whole = view.centred(picture)
        frame = number // part.boxed.opened.source.frame_stride
        pen.caption(whole, self._caption(part.video, frame))
        return whole

    def _caption(self, video: str, frame: int) -> str:
        """Camera and moment of a frame of tracks.csv."""
        clock = self.sources.clocks.videos.get(video)
        seconds = int(frame / self.sources.fps(video))
        if clock is None or clock.start is None:
            camera = clock.camera if clock else video
            where = "" if camera == video else f" of {video}"
            return f"{camera} · {seconds // 60}:{seconds % 60:02d}{where}"
        moment = clock.start + timedelta(seconds=frame / self.sources.fps(video))
        guessed = "" if clock.explicit else " (guessed)"
        return f"{clock.camera} · {moment:%Y-%m-%d %H:%M:%S} UTC{guessed}"
