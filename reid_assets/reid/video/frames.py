"""Pictures of a video by their exact number, decoding no more than is asked for.

Where a picture is and what it hangs on comes from `video_index.py`. Which frames are worth having
is `planning.py`; which file to read is `sources.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import cv2
import numpy as np

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.video.packet_index import VideoIndex, open_video, packets_of

if TYPE_CHECKING:
    import av

_TURNS = {
    90: cv2.ROTATE_90_COUNTERCLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_CLOCKWISE,
}


@dataclass(frozen=True)
class VideoSource:
    """A file crops may come from.

    Attributes:
        path: the video file.
        kind: `original`, or `analysis`: often with boxes and labels drawn into it.
        frame_stride: frame n of tracks.csv is frame n * frame_stride of this file.
    """

    path: Path
    kind: Literal["original", "analysis"]
    frame_stride: int = 1


@dataclass(frozen=True)
class VideoShape:
    """What a file says of itself: size in pixels as shown, and its number of pictures (0: not said)."""

    width: int
    height: int
    promised: int


def probe_video(path: Path) -> VideoShape:
    """The shape of a file, after the rotation it asks for; decodes one picture.

    Raises:
        InputError: it is no video, or not a single picture of it can be decoded.
    """
    import av

    with open_video(path) as container:
        promised = int(container.streams.video[0].frames)
        try:
            for frame in container.decode(video=0):
                turned = int(frame.rotation or 0) % 180 == 90
                width, height = (frame.height, frame.width) if turned else (frame.width, frame.height)
                return VideoShape(width, height, promised)
        except av.FFmpegError:
            pass
    raise InputError(f"{path}: no picture in it can be decoded. Copy or export it again.")


class FrameReader:
    """Decodes wanted frames of one file, in one forward pass.

    Iterating gives `(frame, picture)`: the number, and uint8 BGR (h, w, 3) as shown. Wanted
    frames that cannot be decoded do not come. Packets that no wanted frame needs are read past
    and not decoded; pictures nobody asked for are not converted.

    Attributes:
        decoded: pictures that came out of the decoder so far.
        broken: packets the decoder could not use so far.
    """

    def __init__(self, index: VideoIndex, wanted: np.ndarray) -> None:
        self.index = index
        self.wanted = np.unique(wanted[wanted < index.frames])
        self.decoded = 0
        self.broken = 0

    def __iter__(self) -> Iterator[tuple[int, np.ndarray]]:
        if not len(self.wanted):
            return
        from av.video.reformatter import VideoReformatter

        with open_video(self.index.path) as container:
            codec = container.streams.video[0].codec_context
            # Several threads conceal damage differently each time; videos are read side by side instead.
            codec.thread_count = 1
            # One for all pictures: a picture's own sets up its tables and threads each time.
            converter = VideoReformatter()
            pictures = self._count(container) if self.index.counted else self._pick(container)
            for number, frame in pictures:
                if not frame.is_corrupt:
                    bgr = converter.reformat(frame, format="bgr24", threads=1).to_ndarray()
                    turn = _TURNS.get(int(frame.rotation or 0) % 360)
                    yield number, bgr if turn is None else cv2.rotate(bgr, turn)

    def _count(self, container: "av.container.InputContainer") -> Iterator[tuple[int, "av.VideoFrame"]]:
        wanted, last = set(self.wanted.tolist()), int(self.wanted[-1])
        number = 0
        for packet in [*packets_of(container), None]:
            for frame in self._decode(container, packet):
                if number in wanted:
                    yield number, frame
                if number == last:
                    return
                number += 1

    def _pick(self, container: "av.container.InputContainer") -> Iterator[tuple[int, "av.VideoFrame"]]:
        index, codec = self.index, container.streams.video[0].codec_context
        number_of = dict(zip(index.pts[self.wanted].tolist(), self.wanted.tolist(), strict=True))
        asked = set(index.position[self.wanted].tolist())
        needed = _needed(index, self.wanted)
        last = int(np.flatnonzero(needed)[-1])
        for place, packet in enumerate(packets_of(container)):
            if place > last:
                break
            if not needed[place]:
                continue
            if place and not needed[place - 1]:
                yield from self._numbered(container, None, number_of)
                codec.flush_buffers()
            # A picture no other refers to is skipped unless it is wanted itself: same pictures, less work.
            codec.skip_frame = "DEFAULT" if place in asked else "NONREF"
            yield from self._numbered(container, packet, number_of)
        yield from self._numbered(container, None, number_of)

    def _numbered(
        self, container: "av.container.InputContainer", packet: "av.Packet | None", number_of: dict[int, int]
    ) -> Iterator[tuple[int, "av.VideoFrame"]]:
        for frame in self._decode(container, packet):
            if frame.pts in number_of:
                yield number_of[frame.pts], frame

    def _decode(
        self, container: "av.container.InputContainer", packet: "av.Packet | None"
    ) -> "list[av.VideoFrame]":
        import av

        try:
            frames = container.streams.video[0].codec_context.decode(packet)
        except av.FFmpegError:
            self.broken += 1
            return []
        self.decoded += len(frames)
        return frames


def _needed(index: VideoIndex, wanted: np.ndarray) -> np.ndarray:
    """bool (packets,): those between a wanted picture and the keyframe it hangs on."""
    edges = np.zeros(int(index.position.max()) + 2, dtype=np.int64)
    np.add.at(edges, index.start[wanted], 1)
    np.add.at(edges, index.position[wanted] + 1, -1)
    return np.cumsum(edges)[:-1] > 0
