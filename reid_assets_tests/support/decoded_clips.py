"""Clips decoded again, by PyAV's own loop: nothing of the product's reader is in it."""

from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import pytest

from reid_assets.reid.rendering.picture import Picture

X264 = pytest.mark.skipif(
    "libx264" not in av.codecs_available, reason="this build of av has no H.264 encoder"
)


@dataclass(frozen=True)
class DecodedClip:
    """The pictures of a clip, uint8 BGR (h, w, 3), the second of each, and what the file says of itself."""

    pictures: list[np.ndarray]
    seconds: list[float]
    video_codec: str
    audio: list[tuple[str, float]]


def decoded(path: Path) -> DecodedClip:
    """Everything in a clip; of audio streams their codec and seconds."""
    pictures, seconds = [], []
    with av.open(str(path)) as container:
        codec = container.streams.video[0].codec_context.name
        for frame in container.decode(video=0):
            assert frame.time is not None
            pictures.append(frame.to_ndarray(format="bgr24"))
            seconds.append(frame.time)
    audio = []
    with av.open(str(path)) as container:
        for stream in container.streams.audio:
            with av.open(str(path)) as again:
                samples = sum(frame.samples for frame in again.decode(again.streams[stream.index]))
            audio.append((stream.codec_context.name, samples / stream.codec_context.sample_rate))
    return DecodedClip(pictures, seconds, codec, audio)


def distance(pixels: np.ndarray, rgb: tuple[int, int, int]) -> float:
    """How far BGR pixels are from a colour, in the mean, 0..255."""
    return float(np.abs(pixels.reshape(-1, 3).mean(axis=0) - np.array(rgb[::-1], float)).max())


def bgr(picture: Picture) -> np.ndarray:
    """A picture of the encoder as uint8 BGR (h, w, 3)."""
    return av.VideoFrame.from_ndarray(picture.data, format="yuv420p").to_ndarray(format="bgr24")
