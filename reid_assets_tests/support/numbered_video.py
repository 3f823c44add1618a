"""Videos whose pictures carry their own number as a row of light and dark squares."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

WIDTH, HEIGHT, BITS = 192, 96, 9


def numbered_picture(number: int, width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    """uint8 BGR (height, width, 3): some texture, and the number in squares along the top."""
    picture = np.random.default_rng(number).integers(90, 130, (height, width, 3), dtype=np.uint8)
    side = width // (BITS + 1)
    for bit in range(BITS):
        left = (bit * width) // BITS
        picture[4 : 4 + side, left + 2 : left + side - 1] = 240 if number >> bit & 1 else 10
    return picture


def number_of(picture: np.ndarray) -> int:
    """The number a decoded picture carries."""
    width = picture.shape[1]
    side = width // (BITS + 1)
    centres = [(bit * width) // BITS + side // 2 for bit in range(BITS)]
    return sum(int(picture[4 + side // 2, x].mean() > 125) << bit for bit, x in enumerate(centres))


def write_opencv(path: Path, frames: int, fourcc: str = "mp4v") -> Path:
    """As the usual analyser writes it."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*fourcc), 25, (WIDTH, HEIGHT))
    for number in range(frames):
        writer.write(numbered_picture(number))
    writer.release()
    return path


def write_av(
    path: Path,
    frames: int,
    codec: str = "mpeg4",
    options: dict[str, str] | None = None,
    times: Sequence[int] | None = None,
    rotation: int = 0,
    size: tuple[int, int] = (WIDTH, HEIGHT),
) -> Path:
    """With a codec's options, presentation times in 1/12000 s, and a rotation to be shown with."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=30, options={"threads": "1", **(options or {})})
        (stream.width, stream.height), stream.pix_fmt, stream.bit_rate = size, "yuv420p", 2_000_000
        stream.codec_context.time_base = Fraction(1, 12000)
        if rotation:
            stream.set_display_rotation(rotation)
        for number, time in enumerate(times or range(0, 400 * frames, 400)):
            frame = av.VideoFrame.from_ndarray(numbered_picture(number, *size), format="bgr24")
            frame.pts, frame.time_base = time, Fraction(1, 12000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path
