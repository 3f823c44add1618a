"""What is known of a video's frames: how many, how fast, how large, and which file shows them."""

from pathlib import Path
from typing import Any

from reid_assets.layout import Layout
from reid_assets.reid.core.clocks import HIGHEST_FPS, LOWEST_FPS
from reid_assets.reid.core.outside_files import is_file
from reid_assets.reid.core.tables import MAX_FRAME
from reid_assets.reid.exports.boxes import FrameFacts
from reid_assets.storage.video_sources import crop_sources, read_summary


def frame_facts(layout: Layout, video: str) -> FrameFacts:
    """Facts of a video from summary.json, and from its video files where that says nothing of use.

    `media` is analysis.mp4, else an original of which every frame was processed. The size is that of any
    video file at hand: tracks.csv counts in pixels of either.
    """
    summary = read_summary(layout, video)[0] or {}
    sources = [source for source in reversed(crop_sources(layout, video)) if is_file(source.path)]
    probed = [(source, probe_frames(source.path)) for source in sources]
    showing = [(source.path, found) for source, found in probed if found and source.frame_stride == 1]
    path, first = showing[0] if showing else (None, {})
    sized: dict[str, Any] = next((found for _, found in probed if found.get("width")), {})
    frames: Any = summary.get("frames")
    fps: Any = summary.get("fps")
    return FrameFacts(
        frames=frames if _is_count(frames) else first.get("frames", 0),
        fps=float(fps) if _is_rate(fps) else first.get("fps"),
        width=sized.get("width"),
        height=sized.get("height"),
        media=str(path) if path else None,
    )


def probe_frames(path: Path) -> dict[str, Any]:
    """`frames, fps, width, height` of a video file, as far as its header knows them; empty if unreadable."""
    import av

    try:
        with av.open(str(path), metadata_errors="ignore") as container:
            stream = next(iter(container.streams.video), None)
            if stream is None:
                return {}
            facts: dict[str, Any] = {"frames": stream.frames, "width": stream.codec_context.width}
            facts |= {"height": stream.codec_context.height, "fps": float(stream.average_rate or 0)}
    except (av.FFmpegError, OSError):
        return {}
    return {name: value for name, value in facts.items() if value}


def _is_count(value: object) -> bool:
    return type(value) is int and 0 < value <= MAX_FRAME


def _is_rate(value: object) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and LOWEST_FPS <= value <= HIGHEST_FPS  # type: ignore[operator]
