"""The sound of a video, carried over into its clip: copied where MP4 holds it, else as AAC."""

from collections.abc import Iterator
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reid_assets.reid.video.packet_index import open_video

if TYPE_CHECKING:
    import av

# What browsers play in an MP4 file.
_COPIED = {"aac", "mp3", "opus", "flac"}
_RATE = 48000


class AudioTracks:
    """All audio streams of a video, written along with the pictures of its clip.

    Attributes:
        problems: streams that cannot be carried over, in words.
    """

    def __init__(
        self, path: Path, target: "av.container.OutputContainer", origin: Fraction, wanted: bool = True
    ) -> None:
        """Add the streams to the clip, before its first picture.

        Args:
            path: the video.
            target: its clip.
            origin: second of the video that is the clip's beginning; what comes before is left out.
            wanted: False: no sound is carried over.
        """
        self.problems: list[str] = []
        self._path, self._target, self._origin = path, target, origin
        self._stack = ExitStack()
        self._source = self._stack.enter_context(open_video(path))
        self._streams: dict[int, Any] = {}
        # Of streams that are encoded anew.
        self._resamplers: dict[int, Any] = {}
        for stream in self._source.streams.audio if wanted else ():
            self._add(stream)
        self._packets = self._read()
        self._waiting: Any = next(self._packets, None)

    def __enter__(self) -> "AudioTracks":
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def write_until(self, seconds: Fraction | None) -> None:
        """Write the sound up to a second of the clip; None: all that is left."""
        while self._waiting is not None and (seconds is None or self._waiting[0] <= seconds):
            self._write(self._waiting[1])
            self._waiting = next(self._packets, None)
        if seconds is None:
            for index in self._resamplers:
                self._target.mux(self._streams[index].encode(None))

    def _add(self, stream: Any) -> None:
        import av

        try:
            if stream.codec_context.codec.canonical_name in _COPIED:
                self._streams[stream.index] = self._target.add_stream_from_template(stream)
                return
            layout = "mono" if stream.codec_context.layout.nb_channels == 1 else "stereo"
            target: Any = self._target.add_stream("aac", rate=_RATE)
            target.layout = layout
            self._streams[stream.index] = target
            self._resamplers[stream.index] = av.AudioResampler("fltp", layout, _RATE)
        except (av.FFmpegError, ValueError, AttributeError) as error:
            self.problems.append(f"{self._path}: audio stream {stream.index} is left out ({error}).")

    def _read(self) -> Iterator[tuple[Fraction, Any]]:
        """Second of the clip, and the packet there."""
        import av

        wanted = [s for s in self._source.streams.audio if s.index in self._streams]
        if not wanted:
            return
        try:
            for packet in self._source.demux(wanted):
                if packet.pts is not None and packet.size:
                    yield packet.pts * packet.time_base - self._origin, packet
        except av.FFmpegError:
            self.problems.append(f"{self._path}: its sound is damaged, and ends early in the clip.")

    def _write(self, packet: Any) -> None:
        import av

        target = self._streams[packet.stream.index]
        shift = round(self._origin / packet.time_base)
        if packet.stream.index not in self._resamplers:
            if packet.pts < shift or (packet.dts or packet.pts) < shift:
                return
            packet.pts, packet.dts = packet.pts - shift, (packet.dts or packet.pts) - shift
            packet.stream = target
            self._target.mux(packet)
            return
        try:
            frames = packet.decode()
        except av.FFmpegError:
            return
        for frame in frames:
            if frame.pts is not None and frame.pts * frame.time_base >= self._origin:
                frame.pts -= round(self._origin / frame.time_base)
                for part in self._resamplers[packet.stream.index].resample(frame):
                    self._target.mux(target.encode(part))
