"""Camera and start time of each video, and which source each came from.

An explicit clock (cameras.yaml, summary.json, a time in the video's name) may forbid links; a guessed
one (creation time of the original's container) only orders what is shown. The links that clocks forbid
are in `association/constraints/spatiotemporal.py`; `reid_assets.storage.clock_sources` reads the files.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any, Literal
from zoneinfo import ZoneInfo

import pandas as pd

from reid_assets.reid.core.cameras import CameraSettings, VideoEntry
from reid_assets.reid.core.name_patterns import match_wildcards, parse_time

CameraSource = Literal["cameras.yaml", "summary.json", "video"]
ClockSource = Literal["cameras.yaml", "summary.json", "name", "creation time", "none"]

# Frames a second: from time lapses of a minute and more to high-speed cameras.
LOWEST_FPS, HIGHEST_FPS = 0.01, 1000.0
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_OUT_OF_RANGE = f"not in the years {_FIRST_YEAR} to {_LAST_YEAR}"
_SUSPICIOUS_CAMERAS = 3  # that claim to have started at exactly the same time


@dataclass(frozen=True)
class VideoFacts:
    """Facts from a video's own files; None where a file does not state one.

    Attributes:
        camera, start_time: values from summary.json, unparsed.
        fps: processed frames per second.
        creation_time: of the original's container, ISO 8601.
        problems: what is stated and cannot be used.
    """

    camera: Any = None
    start_time: Any = None
    fps: float | None = None
    creation_time: str | None = None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class VideoClock:
    """Camera and clock of one video.

    Attributes:
        camera: name of the camera; the video's own name if no source states one.
        camera_source: where the camera name comes from; `video`: no source states one.
        start: time of frame 0, UTC; None without a clock.
        source: where `start` comes from.
        fps: processed frames per second; never None if `start` is set.
        problems: one message for each stated value that cannot be used.
    """

    camera: str
    camera_source: CameraSource = "video"
    start: datetime | None = None
    source: ClockSource = "none"
    fps: float | None = None
    problems: tuple[str, ...] = ()

    @property
    def explicit(self) -> bool:
        """Whether the start was stated rather than guessed, so that it may forbid links."""
        return self.source in ("cameras.yaml", "summary.json", "name")

    def describe(self) -> str:
        """Start and source as short text, for example `2026-03-14T09:30:00Z (name)`."""
        if self.start is None:
            return "no clock"
        guessed = "" if self.explicit else ", guessed"
        return f"{self.start.isoformat().replace('+00:00', 'Z')} ({self.source}{guessed})"


@dataclass(frozen=True)
class Clocks:
    """The clocks of all videos, and the settings of their cameras.

    Attributes:
        videos: video name -> clock.
        settings: overlaps, transitions and clock tolerance of cameras.yaml.
    """

    videos: Mapping[str, VideoClock] = field(default_factory=dict)
    settings: CameraSettings = CameraSettings()

    def cameras(self) -> dict[str, str]:
        """Video -> camera."""
        return {video: clock.camera for video, clock in self.videos.items()}

    def table(self, explicit_only: bool = False) -> pd.DataFrame:
        """One row per video: `video, camera, start_s, fps, clock`.

        `start_s` is seconds since 1970, `fps` frames per second; both float64, NaN if unknown. `clock`
        is `explicit`, `guessed` or `none`.

        Args:
            explicit_only: give guessed clocks no `start_s`.
        """
        rows = []
        for video, clock in self.videos.items():
            known = clock.start is not None and (clock.explicit or not explicit_only)
            start = clock.start.timestamp() if clock.start is not None and known else float("nan")
            kind = "none" if clock.start is None else "explicit" if clock.explicit else "guessed"
            rows.append((video, clock.camera, start, clock.fps, kind))
        kinds = {"video": str, "camera": str, "start_s": float, "fps": float, "clock": str}
        return pd.DataFrame(rows, columns=list(kinds)).astype(kinds)

    def counts(self) -> dict[str, int]:
        """Number of videos per clock source, largest first."""
        return dict(Counter(clock.source for clock in self.videos.values()).most_common())

    def simultaneous_starts(self) -> dict[str, list[str]]:
        """Start times shared by three or more cameras: `VideoClock.describe()` -> sorted videos.

        Correct for recorders that are switched on together. Otherwise the time is probably that of the
        export, and the clocks forbid true links.
        """
        by_start: dict[str, list[str]] = {}
        for video in sorted(self.videos):
            if self.videos[video].explicit:
                by_start.setdefault(self.videos[video].describe(), []).append(video)
        return {
            start: names
            for start, names in by_start.items()
            if len({self.videos[video].camera for video in names}) >= _SUSPICIOUS_CAMERAS
        }

    def unknown_cameras(self) -> list[str]:
        """Cameras named in `overlaps` or `transitions` that no video belongs to, sorted."""
        named = {name for group in self.settings.overlaps for name in group}
        named |= {name for one in self.settings.transitions for name in (one.source, one.target)}
        return sorted(named - set(self.cameras().values()))


def resolve_clock(video: str, settings: CameraSettings, facts: VideoFacts) -> VideoClock:
    """Camera and clock of one video.

    The start comes from the first source that states it: `start` in cameras.yaml, summary.json, the
    pattern in the name, the container's creation time. If several entries of cameras.yaml match, each
    value comes from the first that sets it. A time without a zone is in the zone of its entry, else of
    the whole file, else UTC.
    """
    entries = [
        (entry, texts)
        for entry in settings.videos
        if (texts := match_wildcards(video, entry.match)) is not None
    ]
    camera, camera_source = _camera(video, entries, facts)
    zone = next((entry.time_zone for entry, _ in entries if entry.time_zone), settings.time_zone)
    start, source, problems = _start(video, [entry for entry, _ in entries], facts, ZoneInfo(zone or "UTC"))
    fps = facts.fps or next((entry.fps for entry, _ in entries if entry.fps), None)
    if start is not None and fps is None:
        problems.append(f"its start is known ({source}) but its frame rate is not: set `fps`")
        start, source = None, "none"
    return VideoClock(camera, camera_source, start, source, fps, tuple(problems))


def _camera(
    video: str, entries: list[tuple[VideoEntry, tuple[str, ...]]], facts: VideoFacts
) -> tuple[str, CameraSource]:
    for entry, texts in entries:
        if entry.camera:
            name = entry.camera
            for number, text in enumerate(texts, start=1):
                name = name.replace(f"{{{number}}}", text)
            return name, "cameras.yaml"
    if isinstance(facts.camera, str | int) and str(facts.camera).strip():
        return str(facts.camera).strip(), "summary.json"
    return video, "video"


def _start(
    video: str, entries: list[VideoEntry], facts: VideoFacts, zone: tzinfo
) -> tuple[datetime | None, ClockSource, list[str]]:
    problems = list(facts.problems)
    configured = next((entry.start for entry in entries if entry.start), None)
    if configured is not None:
        if (start := _in_utc(configured, zone)) is not None:
            return start, "cameras.yaml", problems
        problems.append(f"start {configured} in cameras.yaml is {_OUT_OF_RANGE}")
    if facts.start_time is not None:
        if (said := _parse_iso(facts.start_time)) is None:
            shown = repr(facts.start_time)[:60]
            problems.append(f"start_time {shown} in summary.json is not an ISO 8601 time")
        elif (start := _in_utc(said, zone)) is not None:
            return start, "summary.json", problems
        else:
            problems.append(f"start_time {facts.start_time!r} in summary.json is {_OUT_OF_RANGE}")
    patterns = [entry.start_pattern for entry in entries if entry.start_pattern]
    for pattern in patterns:
        named = parse_time(video, pattern)
        if named is not None and (start := _in_utc(named, zone)) is not None:
            return start, "name", problems
    if patterns:
        problems.append(f"its name holds no time of the form {' or '.join(patterns)}")
    created = _parse_iso(facts.creation_time)
    if created is not None and (start := _in_utc(created, UTC)) is not None:
        return start, "creation time", problems
    return None, "none", problems


def _parse_iso(text: Any) -> datetime | None:
    """The datetime; None for a date alone, which would wrongly mean a start at midnight."""
    if not isinstance(text, str) or len(text.strip()) <= len("2026-03-14"):
        return None
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        return None


def _in_utc(start: datetime, zone: tzinfo) -> datetime | None:
    """The same moment in UTC; None outside the years in which anything was filmed."""
    if not _FIRST_YEAR <= start.year <= _LAST_YEAR:
        return None
    return (start if start.tzinfo else start.replace(tzinfo=zone)).astimezone(UTC)
