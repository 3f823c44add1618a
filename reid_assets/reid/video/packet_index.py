"""Where each picture of a video file is, read from its packets without decoding.

Frame n is the n-th picture a player shows, which is how OpenCV counts. The number comes from the
presentation times of the packets, so any picture can be reached through its keyframe, whatever
the frame rate, the order of decoding or the first time stamp. Decoding is `video.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from reid_assets.reid.core.errors import InputError

if TYPE_CHECKING:
    import av

# Where one packet is one shown picture. Elsewhere (fields in transport streams, hidden reference
# pictures of VP8) pictures are counted as they come out of the decoder.
_PLAIN = {
    "mov,mp4,m4a,3gp,3g2,mj2": {"mpeg4", "h264", "hevc", "mjpeg", "vp9", "av1", "libdav1d"},
    "matroska,webm": {"mpeg4", "h264", "hevc", "mjpeg", "vp9", "av1", "libdav1d"},
    "avi": {"mjpeg", "mpeg4"},
}
# A packet this small of MPEG-4 part 2 says "no picture here" (a VOP that is not coded).
_NOT_CODED_BYTES = 16


@dataclass(frozen=True)
class VideoIndex:
    """Where each picture of a file is.

    Attributes:
        path: the file.
        frames: pictures that can be asked for; an upper bound where `counted`.
        promised: pictures the container's header speaks of; 0 where it does not say.
        counted: True where only counting decoded pictures tells their number.
        pts: int64 (frames,), presentation time of frame n; empty where `counted`.
        position: int64 (frames,), place of its packet in decoding order.
        start: int64 (frames,), place of the packet decoding has to start with.
    """

    path: Path
    frames: int
    promised: int
    counted: bool
    pts: np.ndarray
    position: np.ndarray
    start: np.ndarray

    @property
    def depth(self) -> np.ndarray:
        """int64 (frames,): packets before this one that its picture needs; 0 for a keyframe."""
        return self.position - self.start


def open_video(path: Path) -> "av.container.InputContainer":
    """The opened container; close it.

    Raises:
        InputError: there is no such file, it is no video, or it is cut off before its index.
    """
    import av

    try:
        container = av.open(str(path), metadata_errors="ignore")
    except (av.FFmpegError, OSError) as error:
        reason = error.strerror or str(error)
        if not path.is_file():
            reason = "there is no such file"
        elif not path.stat().st_size:
            reason = "the file is empty"
        elif isinstance(error, av.error.InvalidDataError):
            reason = "it is cut off, or no video"
        raise InputError(
            f"{path}: cannot be opened as a video ({reason}). Copy or export it again."
        ) from error
    if not container.streams.video:
        container.close()
        raise InputError(f"{path}: holds no video stream. Point to the video it was made from.")
    return container


def index_video(path: Path) -> VideoIndex:
    """Read the packets of a file, without decoding, and number its pictures.

    Raises:
        InputError: see `open_video`.
    """
    with open_video(path) as container:
        stream = container.streams.video[0]
        codec = stream.codec_context
        plain = codec.name in _PLAIN.get(container.format.name, ())
        # AVI keeps no presentation times: they are right only where pictures are never reordered.
        plain &= container.format.name != "avi" or not codec.has_b_frames
        smallest = _NOT_CODED_BYTES if codec.name == "mpeg4" else 0
        promised = int(stream.frames)
        rows = [
            (packet.pts, packet.is_keyframe, packet.is_discard, packet.size)
            for packet in packets_of(container)
        ]
    shown = [place for place, row in enumerate(rows) if not row[2]]
    times = [rows[place][0] for place in shown]
    plain &= bool(rows) and rows[0][1] and None not in times and len(set(times)) == len(times)
    if not plain or min(row[3] for row in rows) < smallest:
        places = np.arange(len(rows), dtype=np.int64)
        return VideoIndex(path, len(rows), promised, True, places[:0], places, np.zeros_like(places))
    order = np.argsort(np.array(times, dtype=np.int64), kind="stable")
    pts = np.array(times, dtype=np.int64)[order]
    position = np.array(shown, dtype=np.int64)[order]
    keys = np.array([place for place, row in enumerate(rows) if row[1]], dtype=np.int64)
    key_pts = np.array([rows[place][0] for place in keys], dtype=np.int64)
    return VideoIndex(path, len(pts), promised, False, pts, position, _starts(pts, position, keys, key_pts))


def _starts(pts: np.ndarray, position: np.ndarray, keys: np.ndarray, key_pts: np.ndarray) -> np.ndarray:
    """The keyframe each picture hangs on: the last one neither decoded nor shown after it.

    Pictures that are decoded after a keyframe and shown before it (an open group) refer to the
    group before, so they start one keyframe earlier.
    """
    nearest = np.searchsorted(keys, position, side="right") - 1
    leading = (key_pts[nearest] > pts) & (nearest > 0)
    return keys[nearest - leading]


def packets_of(container: "av.container.InputContainer") -> Iterator["av.Packet"]:
    """Packets of the video stream in decoding order, up to the first that cannot be read."""
    import av

    try:
        for packet in container.demux(video=0):
            if packet.size:
                yield packet
    except av.FFmpegError:
        return
