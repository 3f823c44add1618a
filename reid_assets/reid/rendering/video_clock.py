"""Times of the frames of a video file, as a clip of it has them."""

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from reid_assets.reid.rendering.clip_file import VideoForm
from reid_assets.reid.video.frames import rotation_of

if TYPE_CHECKING:
    import av

_USUAL_RATE = Fraction(25)
_HIGHEST_RATE = 1000


class FrameTimes:
    """Turns the time stamps of decoded frames into times that rise from 0.

    A stamp that is missing or does not rise is replaced: one frame after the one before.

    Attributes:
        time_base: seconds of one unit.
        origin: second of the file that is 0.
    """

    def __init__(self, stream: Any) -> None:
        self.time_base = Fraction(stream.time_base or Fraction(1, 90000))
        self.rate = rate_of(stream)
        self._step = max(1, round(1 / (self.rate * self.time_base)))
        self._first: int | None = None
        self._last = -1

    @property
    def origin(self) -> Fraction:
        return (self._first or 0) * self.time_base

    def __call__(self, stamp: int | None) -> int:
        """The time of the next frame, in units of the time base."""
        if self._first is None:
            self._first = stamp or 0
        time = None if stamp is None else stamp - self._first
        self._last = (
            self._last + self._step if time is None and self._last >= 0 else max(time or 0, self._last + 1)
        )
        return self._last


def rate_of(stream: Any) -> Fraction:
    """Frames per second of a video stream, about."""
    rate = stream.average_rate or stream.guessed_rate
    return Fraction(rate) if rate and 0 < rate <= _HIGHEST_RATE else _USUAL_RATE


def form_of(
    stream: Any, frame: "av.VideoFrame", size: tuple[int, int], time_base: Fraction, rate: Fraction
) -> VideoForm:
    """The form of a clip of a file.

    Args:
        stream: its video stream.
        frame: its first frame.
        size: width and height of its pictures.
        time_base, rate: see `VideoForm`.
    """
    aspect = Fraction(stream.sample_aspect_ratio or 1) or Fraction(1)
    if rotation_of(frame) is not None and int(frame.rotation or 0) % 180:
        aspect = 1 / aspect
    names = ("colorspace", "color_primaries", "color_trc")
    # RGB has no place in a file of YUV: its pictures are in BT.601 then, as FFmpeg has it.
    tagged = not frame.format.is_rgb
    colour = tuple((name, int(getattr(stream.codec_context, name) or 2)) for name in names) if tagged else ()
    return VideoForm(*size, time_base, rate, aspect, colour)
