"""An MP4 file with H.264 that browsers play: written frame by frame at the times of its source."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reid_assets.reid.core.errors import ReidError
from reid_assets.reid.rendering.picture import Picture

if TYPE_CHECKING:
    import av

CODEC = "libx264"
# Fast enough for 720p in real time on two cores, at a quality that shows no difference to the eye.
_OPTIONS = {"preset": "veryfast", "crf": "23"}
_SECONDS_PER_KEYFRAME = 2


@dataclass(frozen=True)
class VideoForm:
    """What a stream of pictures looks like.

    Attributes:
        width, height: pixels, even.
        time_base: seconds of one unit of its times.
        rate: frames per second, about; for the distance of keyframes.
        pixel_aspect: width of a pixel by its height.
        colour: tags of the colour space, as the source has them: `colorspace` and others.
    """

    width: int
    height: int
    time_base: Fraction
    rate: Fraction
    pixel_aspect: Fraction = Fraction(1)
    colour: tuple[tuple[str, int], ...] = ()


class Clip:
    """An open clip; see `open_clip`.

    Attributes:
        container: the file, for further streams; all of them are added before the first picture.
        frames: pictures written so far.
    """

    def __init__(self, container: "av.container.OutputContainer", form: VideoForm) -> None:
        self.container, self.frames = container, 0
        self._form, self._last = form, -1
        stream: Any = container.add_stream(CODEC, rate=form.rate, options=dict(_OPTIONS))
        stream.width, stream.height, stream.pix_fmt = form.width, form.height, "yuv420p"
        codec = stream.codec_context
        codec.time_base = stream.time_base = form.time_base
        codec.gop_size = max(1, round(_SECONDS_PER_KEYFRAME * form.rate))
        if form.pixel_aspect > 0:
            codec.sample_aspect_ratio = form.pixel_aspect
        for name, value in form.colour:
            setattr(codec, name, value)
        self._stream = stream

    def add(self, picture: Picture, time: int) -> None:
        """Write one picture at a time in units of the form's time base; later than the one before."""
        import av

        if time <= self._last:
            raise ValueError(f"a picture at {time}, after one at {self._last}")
        frame = av.VideoFrame.from_ndarray(picture.data, format="yuv420p")
        frame.pts, frame.time_base = time, self._form.time_base
        self._last = time
        self.frames += 1
        self.container.mux(self._stream.encode(frame))

    def finish(self) -> None:
        """Write what the encoder still holds."""
        self.container.mux(self._stream.encode(None))


@contextmanager
def open_clip(path: Path, form: VideoForm) -> Iterator[Clip]:
    """A clip to add pictures to, complete when the block ends without an error.

    Raises:
        ReidError: the installed FFmpeg has no H.264 encoder.
    """
    import av

    try:
        av.codec.Codec(CODEC, "w")
    except av.codec.codec.UnknownCodecError as error:
        raise ReidError(
            f"the installed package av has no encoder {CODEC}. Install the one from PyPI: "
            "`pip install --force-reinstall --only-binary=:all: av`."
        ) from error
    # The index first, so that a browser can begin to play, and jump, before it has read all.
    container = av.open(str(path), "w", format="mp4", container_options={"movflags": "+faststart"})
    try:
        clip = Clip(container, form)
        yield clip
        clip.finish()
    finally:
        container.close()
