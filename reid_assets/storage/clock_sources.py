"""Reads what videos say of their camera and clock: summary.json, and the container of the original.

What follows from it, together with cameras.yaml, is `reid_assets.reid.core.clocks`. The creation time of
analysis.mp4 is never asked: that is when the analysis ran.
"""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from reid_assets.layout import Layout
from reid_assets.reid.core.cameras import CameraSettings
from reid_assets.reid.core.clocks import (
    HIGHEST_FPS,
    LOWEST_FPS,
    Clocks,
    VideoClock,
    VideoFacts,
    resolve_clock,
)
from reid_assets.reid.core.errors import describe_failure
from reid_assets.reid.core.outside_files import is_file
from reid_assets.storage.digests import digest_of_text
from reid_assets.storage.probe_cache import FileFacts
from reid_assets.storage.video_sources import container_facts, crop_sources, impossible_source, read_summary


def read_clocks(
    layout: Layout, settings: CameraSettings, videos: Iterable[str], guess: bool = True
) -> Clocks:
    """Camera and clock of each video.

    Args:
        guess: whether an original's creation time is looked up where nobody said when it began.
    """
    facts = FileFacts(layout.probe_cache)
    clocks = {video: _read(layout, settings, video, guess, facts) for video in videos}
    facts.save()
    return Clocks(clocks, settings)


def odd_values(layout: Layout, settings: CameraSettings, video: str) -> list[str]:
    """What a video's summary.json (or its name) states and nobody can use; each is taken as unknown."""
    source = impossible_source(layout, video)
    problems = read_clocks(layout, settings, [video], guess=False).videos[video].problems
    return [f"{problem}; going on without it." for problem in (*problems, *([source] if source else []))]


def clock_digests(clocks: Clocks, explicit: bool) -> dict[str, str]:
    """What is known of cameras and clocks as inputs of an artifact; where nothing is known, nothing.

    Args:
        explicit: as far as links go: guessed clocks, and frames a second without a start, do not count.
    """
    found = {}
    for video, clock in clocks.videos.items():
        said = f"{clock.camera} {clock.start} {clock.fps}" + ("" if explicit else f" {clock.explicit}")
        if clock.camera_source != "video" or clock.start or (clock.fps and not explicit):
            found[f"camera and clock of {video}"] = digest_of_text(said)
    ways = clocks.settings.model_copy(update={"videos": [], "time_zone": None})
    if ways != CameraSettings():
        found["cameras.yaml"] = digest_of_text(ways.model_dump_json())
    return found


def _read(layout: Layout, settings: CameraSettings, video: str, guess: bool, facts: FileFacts) -> VideoClock:
    try:
        return _read_one(layout, settings, video, guess, facts)
    except Exception as error:
        return VideoClock(video, problems=(describe_failure(error),))


def _read_one(
    layout: Layout, settings: CameraSettings, video: str, guess: bool, facts: FileFacts
) -> VideoClock:
    summary = read_summary(layout, video)[0] or {}
    stated = summary.get("fps")
    said = VideoFacts(summary.get("camera"), summary.get("start_time"), _fps(stated))
    if stated is not None and said.fps is None:
        span = f"{LOWEST_FPS:g} to {HIGHEST_FPS:g}"
        odd = f"fps {str(stated)[:40]!r} in summary.json is not a number from {span}"
        said = replace(said, problems=(odd,))
    clock = resolve_clock(video, settings, said)
    if clock.source == "none" and guess:
        said = replace(said, creation_time=_created(layout, video, facts))
    # Without a summary only the video itself knows its frames a second; links need them with a clock alone.
    if said.fps is None and (clock.problems or guess):
        said = replace(said, fps=_fps(facts.of(layout.analysis(video), "fps", _container_fps)))
    return resolve_clock(video, settings, said)


def _fps(value: object) -> float | None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if number and LOWEST_FPS <= value <= HIGHEST_FPS else None  # type: ignore[arg-type, operator]


def _container_fps(path: Path) -> object:
    return container_facts(path).get("fps")


def _created(layout: Layout, video: str, facts: FileFacts) -> str | None:
    for source in crop_sources(layout, video):
        if source.kind == "original":
            found = facts.of(source.path, "creation_time", _creation_time)
            return found if isinstance(found, str) else None
    return None


def _creation_time(path: Path) -> str | None:
    import av

    if not is_file(path):
        return None
    try:
        with av.open(str(path), metadata_errors="ignore") as container:
            return container.metadata.get("creation_time")
    except (av.FFmpegError, OSError):
        return None
