"""Index of the frames in a video file, built from its packets without decoding.

Frame n is the n-th frame in presentation order, as OpenCV counts. Numbers come from the packets'
presentation timestamps, so any frame can be reached through its keyframe, whatever the frame rate, the
decoding order or the first timestamp. Decoding is in `frames.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.core.outside_files import file_problem, reason_of

if TYPE_CHECKING:
    import av

# Containers and codecs with one packet per shown frame. In others (fields in transport streams, hidden
# reference frames of VP8) frames are counted as they come out of the decoder.
_ONE_PACKET_PER_FRAME = {
    "mov,mp4,m4a,3gp,3g2,mj2": {"mpeg4", "h264", "hevc", "mjpeg", "vp9", "av1", "libdav1d"},
    "matroska,webm": {"mpeg4", "h264", "hevc", "mjpeg", "vp9", "av1", "libdav1d"},
    "avi": {"mjpeg", "mpeg4"},
}
# An MPEG-4 part 2 packet this small holds no frame (a VOP that is not coded).
_NOT_CODED_BYTES = 16


@dataclass(frozen=True)
class VideoIndex:
    """Packet positions of the frames of one file.

    Attributes:
        path: the file.
        frames: number of frames; an upper bound if `counted`.
        declared_frames: number of frames in the container's header; 0 if it does not state one.
        counted: True if frame numbers can only be found by counting decoded frames.
        pts: int64 (frames,), presentation timestamp of frame n; empty if `counted`.
        position: int64 (frames,), index of its packet in decoding order.
        start: int64 (frames,), index of the packet at which decoding has to start.
    """

    path: Path
    frames: int
    declared_frames: int
    counted: bool
    pts: np.ndarray
    position: np.ndarray
    start: np.ndarray

    @property
    def depth(self) -> np.ndarray:
        """int64 (frames,): packets from the keyframe to the frame; 0 for a keyframe."""
        return self.position - self.start


def open_video(path: Path) -> "av.container.InputContainer":
    """Open a video file; the caller closes the container.

    Raises:
        InputError: there is no such file, it is not a video, or it is truncated before its index.
    """
    import av

    refused = "{path}: cannot be opened as a video ({reason}). Copy or export it again."
    if problem := file_problem(path):
        raise InputError(refused.format(path=path, reason=problem))
    try:
        container = av.open(str(path), metadata_errors="ignore")
    except (av.FFmpegError, OSError) as error:
        reason = reason_of(error)
        if not path.stat().st_size:
            reason = "the file is empty"
        elif isinstance(error, av.error.InvalidDataError):
            reason = "it is truncated or not a video"
        raise InputError(refused.format(path=path, reason=reason)) from error
    if not container.streams.video:
        container.close()
        raise InputError(f"{path}: has no video stream. Name the video that it was made from.")
    return container


def index_video(path: Path) -> VideoIndex:
    """Number the frames of a file from its packets, without decoding.

    Raises:
        InputError: see `open_video`.
    """
    with open_video(path) as container:
        stream = container.streams.video[0]
        codec = stream.codec_context
        indexable = codec.name in _ONE_PACKET_PER_FRAME.get(container.format.name, ())
        # AVI stores no presentation timestamps; they are right only if frames are never reordered.
        indexable &= container.format.name != "avi" or not codec.has_b_frames
        smallest = _NOT_CODED_BYTES if codec.name == "mpeg4" else 0
        declared_frames = int(stream.frames)
        rows = [
            (packet.pts, packet.is_keyframe, packet.is_discard, packet.size)
            for packet in video_packets(container)
        ]
    shown = [number for number, row in enumerate(rows) if not row[2]]
    times = [rows[number][0] for number in shown]
    indexable &= bool(rows) and rows[0][1] and None not in times and len(set(times)) == len(times)
    if not indexable or min(row[3] for row in rows) < smallest:
        positions = np.arange(len(rows), dtype=np.int64)
        return VideoIndex(
            path, len(rows), declared_frames, True, positions[:0], positions, np.zeros_like(positions)
        )
    order = np.argsort(np.array(times, dtype=np.int64), kind="stable")
    pts = np.array(times, dtype=np.int64)[order]
    position = np.array(shown, dtype=np.int64)[order]
    keys = np.array([number for number, row in enumerate(rows) if row[1]], dtype=np.int64)
    key_pts = np.array([rows[number][0] for number in keys], dtype=np.int64)
    return VideoIndex(
        path, len(pts), declared_frames, False, pts, position, _starts(pts, position, keys, key_pts)
    )


def _starts(pts: np.ndarray, position: np.ndarray, keys: np.ndarray, key_pts: np.ndarray) -> np.ndarray:
    """int64 (frames,): the keyframe each frame depends on, the last one decoded and shown no later.

    Frames decoded after a keyframe but shown before it (open GOP) refer to the previous group, so
    decoding starts one keyframe earlier.
    """
    nearest = np.searchsorted(keys, position, side="right") - 1
    leading = (key_pts[nearest] > pts) & (nearest > 0)
    return keys[nearest - leading]


def video_packets(container: "av.container.InputContainer") -> Iterator["av.Packet"]:
    """Packets of the video stream in decoding order, up to the first unreadable one."""
    import av

    try:
        for packet in container.demux(video=0):
            if packet.size:
                yield packet
    except av.FFmpegError:
        return
