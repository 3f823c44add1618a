"""A whole video with the boxes of its tracks, their global ids and names; with its sound, at its own times.

Every frame of the file is there, numbered as everywhere else (`video/frames.py`); frames that cannot be
decoded are left out, and the one before is shown for longer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.embedding.crop_reading import VideoJob
from reid_assets.reid.rendering.annotation import Pen
from reid_assets.reid.rendering.audio import AudioTracks
from reid_assets.reid.rendering.clip_file import Clip, open_clip
from reid_assets.reid.rendering.clip_tables import ANNOTATED_TRACKS
from reid_assets.reid.rendering.frame_boxes import FrameBoxes, drawn_boxes, hidden_boxes
from reid_assets.reid.rendering.picture import picture_of
from reid_assets.reid.rendering.video_clock import FrameTimes, form_of, rate_of
from reid_assets.reid.video.frames import FrameReader
from reid_assets.reid.video.packet_index import open_video
from reid_assets.reid.video.source_selection import OpenSource, open_source

if TYPE_CHECKING:
    import av

_BT709 = 1
# How long somebody who is hidden stays so where the tracker does not see them.
_HELD_S = 0.5
_FRAMES_BETWEEN_REPORTS = 50

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Annotations:
    """What is drawn into a video.

    Attributes:
        ids: track -> global id.
        names: global id -> name, of identities that have one.
        hidden: which rows of `Tracks.rows` are pixelated, bool (rows,); None: none.
    """

    ids: Mapping[int, int] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)
    hidden: np.ndarray | None = None


@dataclass(frozen=True)
class BoxedVideo:
    """A video file, opened, with its boxes by frame."""

    opened: OpenSource
    drawn: FrameBoxes
    hidden: FrameBoxes


def open_boxed(job: VideoJob, annotations: Annotations, tracks: np.ndarray | None = None) -> BoxedVideo:
    """Choose the file of a video, and place the boxes in its frames.

    Args:
        job: tracks and video files.
        annotations: what is drawn.
        tracks: int64 (t,), only these are drawn; None: all.

    Raises:
        InputError: no file can be read, or none matches the tracks.
    """
    rows = job.tracks.rows
    usable = rows[rows["usable"]]
    centres = (usable[["x1", "y1"]].to_numpy() + usable[["x2", "y2"]].to_numpy()) / 2
    last = int(usable["frame"].max()) if len(usable) else 0
    opened = open_source(job.tracks.video, job.sources, last, centres)
    shown = job.tracks.per_track["track_id"] if tracks is None else tracks
    hidden = rows.iloc[:0] if annotations.hidden is None else rows[annotations.hidden]
    with open_video(opened.source.path) as container:
        rate = rate_of(container.streams.video[0]) / opened.source.frame_stride
    return BoxedVideo(
        opened,
        drawn_boxes(usable[usable["track_id"].isin(shown)], opened),
        hidden_boxes(hidden, opened, held=int(np.ceil(_HELD_S * rate))),
    )


def render_video(
    job: VideoJob, annotations: Annotations, target: Path, progress: Progress = lambda done, of: None
) -> tuple[pd.DataFrame, list[str]]:
    """Write the clip of a video.

    Args:
        job: tracks and video files; the file that crops are taken from is rendered.
        annotations: what is drawn.
        target: the file to write.
        progress: is told how many frames are done, and of how many.

    Returns:
        Rows of `ANNOTATED_TRACKS`, and what went wrong on the way, in words.

    Raises:
        InputError: no file can be read, none matches the tracks, or no frame of it can be decoded.
        ReidError: there is no encoder.
    """
    import av

    boxed = open_boxed(job, annotations)
    rendering = _Rendering(boxed, annotations)
    try:
        problems = rendering.write(target, progress)
    except av.FFmpegError as error:
        # The pictures are worth having without their sound.
        rendering = _Rendering(boxed, annotations, sound=False)
        problems = rendering.write(target, progress)
        problems.append(f"{boxed.opened.source.path}: its sound is left out ({error}).")
    return rendering.table(job.tracks.video), [*boxed.opened.warnings, *problems]


class _Rendering:
    """One pass over a video."""

    def __init__(self, boxed: BoxedVideo, annotations: Annotations, sound: bool = True) -> None:
        from av.video.reformatter import VideoReformatter

        self._boxed, self._annotations, self._sound = boxed, annotations, sound
        self._converter = VideoReformatter()
        # Second at which each frame is shown; NaN: not decoded.
        self._shown_at = np.full(boxed.opened.index.frames, np.nan)

    def write(self, target: Path, progress: Progress) -> list[str]:
        """Write the clip; what went wrong on the way, in words."""
        index = self._boxed.opened.index
        reader = FrameReader(index, np.arange(index.frames))
        frames = iter(reader.frames())
        first = next(frames, None)
        if first is None:
            raise InputError(f"{index.path}: no frame in it can be decoded. Copy or export it again.")
        size = picture_of(first[1], self._converter).size
        with open_video(index.path) as container:
            stream = container.streams.video[0]
            self._times = FrameTimes(stream)
            form = form_of(stream, first[1], size, self._times.time_base, self._times.rate)
        pen = Pen(size[1], dict(form.colour).get("colorspace") == _BT709)
        start = self._times(first[1].pts)
        with (
            open_clip(target, form) as clip,
            AudioTracks(index.path, clip.container, self._times.origin, self._sound) as audio,
        ):
            self._add(clip, pen, size, first, start)
            for number, frame in frames:
                time = self._times(frame.pts)
                audio.write_until(time * self._times.time_base)
                self._add(clip, pen, size, (number, frame), time)
                if number % _FRAMES_BETWEEN_REPORTS == 0:
                    progress(number, index.frames)
            audio.write_until(None)
        broken = [f"{index.path}: {reader.broken} damaged packets were skipped."] if reader.broken else []
        return [*audio.problems, *broken]

    def _add(
        self, clip: Clip, pen: Pen, size: tuple[int, int], read: "tuple[int, av.VideoFrame]", time: int
    ) -> None:
        number, frame = read
        picture = picture_of(frame, self._converter)
        if picture.size != size:
            picture = picture_of(frame, self._converter, size)
        _, hidden = self._boxed.hidden.at(number)
        picture.pixelate(hidden)
        for track, box in zip(*self._boxed.drawn.at(number), strict=True):
            global_id = self._annotations.ids.get(int(track))
            name = "" if global_id is None else self._annotations.names.get(global_id, "")
            pen.box(picture, box, global_id, name)
        clip.add(picture, time)
        self._shown_at[number] = float(Fraction(time) * self._times.time_base)

    def table(self, video: str) -> pd.DataFrame:
        """Rows of `ANNOTATED_TRACKS`; tracks of which no frame could be decoded are left out."""
        drawn = self._boxed.drawn
        seen = pd.DataFrame({"track_id": drawn.track, "second": self._shown_at[drawn.frame]}).dropna()
        spans = seen.groupby("track_id")["second"].agg(begin_s="min", end_s="max").round(3).reset_index()
        ids = [self._annotations.ids.get(int(track)) for track in spans["track_id"]]
        return ANNOTATED_TRACKS.conform(spans.assign(video=video, global_id=pd.array(ids, dtype="Int64")))
