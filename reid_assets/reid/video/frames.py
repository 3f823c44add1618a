"""Frame-accurate decoding of selected frames of a video file.

`packet_index.py` locates each frame and the keyframe it depends on. Which frames to decode is decided in
`embedding/frame_selection.py`, which file to read in `source_selection.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import cv2
import numpy as np

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.video.packet_index import VideoIndex, open_video, video_packets

if TYPE_CHECKING:
    import av

_ROTATIONS = {
    90: cv2.ROTATE_90_COUNTERCLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_CLOCKWISE,
}


@dataclass(frozen=True)
class VideoSource:
    """A video file that crops may be taken from.

    Attributes:
        path: the video file.
        kind: `original`, or `analysis`, which often has boxes and labels drawn in.
        frame_stride: frame n of tracks.csv is frame n * frame_stride of this file.
    """

    path: Path
    kind: Literal["original", "analysis"]
    frame_stride: int = 1


@dataclass(frozen=True)
class VideoShape:
    """Frame size and declared length of a video file.

    Attributes:
        width, height: pixels as displayed, after rotation.
        declared_frames: number of frames in the container's header; 0 if it does not state one.
    """

    width: int
    height: int
    declared_frames: int


def rotation_of(frame: "av.VideoFrame") -> int | None:
    """How `cv2.rotate` turns a frame as it is to be displayed; None: it is upright."""
    return _ROTATIONS.get(int(frame.rotation or 0) % 360)


def probe_video(path: Path) -> VideoShape:
    """The shape of a video file, from its header and one decoded frame.

    Raises:
        InputError: it is not a video, or not a single frame can be decoded.
    """
    import av

    with open_video(path) as container:
        declared_frames = int(container.streams.video[0].frames)
        try:
            for frame in container.decode(video=0):
                turned = int(frame.rotation or 0) % 180 == 90
                width, height = (frame.height, frame.width) if turned else (frame.width, frame.height)
                return VideoShape(width, height, declared_frames)
        except av.FFmpegError:
            pass
    raise InputError(f"{path}: no frame in it can be decoded. Copy or export it again.")


class FrameReader:
    """Decodes selected frames of one file in one forward pass.

    Iterating yields `(number, image)`: the frame number, and uint8 BGR (h, w, 3) as displayed. Frames
    that cannot be decoded are left out. Packets that no selected frame needs are skipped without
    decoding; only selected frames are converted.

    Attributes:
        numbers: int64 (n,), the selected frames that the file has, sorted.
        decoded: number of frames that the decoder has returned so far.
        broken: number of packets that the decoder has rejected so far.
    """

    def __init__(self, index: VideoIndex, numbers: np.ndarray) -> None:
        self.index = index
        self.numbers = np.unique(numbers[numbers < index.frames])
        self.decoded = 0
        self.broken = 0

    def __iter__(self) -> Iterator[tuple[int, np.ndarray]]:
        from av.video.reformatter import VideoReformatter

        # Shared: a frame's own converter sets up its tables and threads anew each time.
        converter = VideoReformatter()
        for number, frame in self.frames():
            bgr = converter.reformat(frame, format="bgr24", threads=1).to_ndarray()
            rotation = rotation_of(frame)
            yield number, bgr if rotation is None else cv2.rotate(bgr, rotation)

    def frames(self) -> Iterator[tuple[int, "av.VideoFrame"]]:
        """The same frames as the decoder returns them: neither converted nor rotated."""
        if not len(self.numbers):
            return
        with open_video(self.index.path) as container:
            codec = container.streams.video[0].codec_context
            # Several threads conceal damage differently each time; videos are decoded in parallel instead.
            codec.thread_count = 1
            frames = self._decode_all(container) if self.index.counted else self._decode_needed(container)
            for number, frame in frames:
                if not frame.is_corrupt:
                    yield number, frame

    def _decode_all(self, container: "av.container.InputContainer") -> Iterator[tuple[int, "av.VideoFrame"]]:
        selected, last = set(self.numbers.tolist()), int(self.numbers[-1])
        number = 0
        for packet in [*video_packets(container), None]:
            for frame in self._decode(container, packet):
                if number in selected:
                    yield number, frame
                if number == last:
                    return
                number += 1

    def _decode_needed(
        self, container: "av.container.InputContainer"
    ) -> Iterator[tuple[int, "av.VideoFrame"]]:
        index, codec = self.index, container.streams.video[0].codec_context
        number_of = dict(zip(index.pts[self.numbers].tolist(), self.numbers.tolist(), strict=True))
        selected = set(index.position[self.numbers].tolist())
        needed = _needed_packets(index, self.numbers)
        last = int(np.flatnonzero(needed)[-1])
        for position, packet in enumerate(video_packets(container)):
            if position > last:
                break
            if not needed[position]:
                continue
            if position and not needed[position - 1]:
                yield from self._numbered(container, None, number_of)
                codec.flush_buffers()
            # Non-reference frames are skipped unless selected: the same images for less work.
            codec.skip_frame = "DEFAULT" if position in selected else "NONREF"
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


def spread_keyframes(index: VideoIndex, count: int) -> np.ndarray:
    """int64 (k,): keyframes spread over a file, at most `count`; none if frames can only be counted."""
    keyframes = np.flatnonzero(index.depth == 0) if not index.counted else np.empty(0, np.int64)
    if len(keyframes) <= count:
        return keyframes
    return keyframes[np.unique(np.linspace(0, len(keyframes) - 1, count).round().astype(np.int64))]


def _needed_packets(index: VideoIndex, numbers: np.ndarray) -> np.ndarray:
    """bool (packets,): packets from the keyframe of a selected frame up to the frame itself."""
    edges = np.zeros(int(index.position.max()) + 2, dtype=np.int64)
    np.add.at(edges, index.start[numbers], 1)
    np.add.at(edges, index.position[numbers] + 1, -1)
    return np.cumsum(edges)[:-1] > 0
