"""Reads what videos say of their camera and clock: summary.json, and the container of the original.

What follows from it, together with cameras.yaml, is `reid_assets.reid.clocks`. The creation time of
analysis.mp4 is never asked: that is when the analysis ran.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from reid_assets.io.originals import container_facts, crop_sources, read_summary
from reid_assets.layout import Layout
from reid_assets.reid.cameras import CameraSettings
from reid_assets.reid.clocks import Clocks, VideoClock, VideoFacts, resolve_clock


def read_clocks(
    layout: Layout, settings: CameraSettings, videos: Iterable[str], guess: bool = True
) -> Clocks:
    """Camera and clock of each video.

    Args:
        guess: whether an original's creation time is looked up where nobody said when it began.
    """
    return Clocks({video: _read(layout, settings, video, guess) for video in videos}, settings)


def _read(layout: Layout, settings: CameraSettings, video: str, guess: bool) -> VideoClock:
    summary = read_summary(layout, video)[0] or {}
    said = VideoFacts(summary.get("camera"), summary.get("start_time"), _fps(summary.get("fps")))
    clock = resolve_clock(video, settings, said)
    if clock.source == "none" and guess:
        said = replace(said, creation_time=_created(layout, video))
    # Without a summary only the video itself knows its frames a second; links need them with a clock alone.
    if said.fps is None and (clock.problems or guess):
        said = replace(said, fps=_fps(container_facts(layout.analysis(video)).get("fps")))
    return resolve_clock(video, settings, said)


def _fps(value: object) -> float | None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if number and 0 < value < float("inf") else None  # type: ignore[arg-type, operator]


def _created(layout: Layout, video: str) -> str | None:
    for source in crop_sources(layout, video):
        if source.kind == "original":
            stat = source.path.stat()
            return _creation_time(source.path, (stat.st_size, stat.st_mtime_ns))
    return None


@lru_cache(maxsize=20_000)
def _creation_time(path: Path, stamp: tuple[int, int]) -> str | None:
    """`stamp` tells one state of the file from the next."""
    import av

    try:
        with av.open(str(path), metadata_errors="ignore") as container:
            return container.metadata.get("creation_time")
    except (av.FFmpegError, OSError):
        return None
