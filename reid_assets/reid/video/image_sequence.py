"""A video file out of images, one a frame.

Frames keep their numbers and their pixels as far as a codec does: sizes are padded to even numbers on the
right and at the bottom, so that boxes stay where they are.
"""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.core.outside_files import MEGABYTE, read_bytes

# H.264 at a quality that crops do not suffer from; MPEG-4 where this build of FFmpeg has no encoder for it.
_CODECS = (("libx264", {"crf": "14", "preset": "fast"}), ("mpeg4", {"qscale:v": "2"}))
_MAX_IMAGE = 256 * MEGABYTE


def write_video(images: Sequence[Path], target: Path, fps: float) -> tuple[int, int]:
    """Encode images as an MP4 file; their width and height.

    Args:
        images: in the order of frames, all of one size.
        target: whoever calls sees to it that it appears whole or not at all.
        fps: frames per second.

    Raises:
        InputError: an image cannot be decoded, or has another size than the first.
    """
    import av

    first = _read(images[0])
    height, width = first.shape[:2]
    name, options = next((name, options) for name, options in _CODECS if _has_encoder(name))
    with av.open(str(target), "w", format="mp4") as container:
        rate = Fraction(fps).limit_denominator(1001 * 1000)
        stream = container.add_stream(name, rate=rate, options=options)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height = width + width % 2, height + height % 2
        stream.pix_fmt = "yuv420p"
        for number, path in enumerate(images):
            picture = first if number == 0 else _read(path)
            if picture.shape != first.shape:
                raise InputError(
                    f"{path}: {picture.shape[1]} x {picture.shape[0]} pixels, the first image has "
                    f"{width} x {height}. All frames of a video are of one size."
                )
            padded = np.pad(picture, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(padded), format="bgr24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return width, height


def _has_encoder(name: str) -> bool:
    import av

    try:
        av.codec.Codec(name, "w")
    except (av.FFmpegError, ValueError):
        return False
    return True


def _read(path: Path) -> np.ndarray:
    """uint8 BGR (h, w, 3)."""
    picture = cv2.imdecode(np.frombuffer(read_bytes(path, _MAX_IMAGE), np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise InputError(f"{path}: no readable image. Copy or export it again.")
    return picture
