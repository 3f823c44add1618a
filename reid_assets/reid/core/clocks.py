"""Where and when each video was taken, as far as anybody said so, and who said it.

An explicit clock (cameras.yaml, summary.json, a time in the video's name) may forbid links; a guessed
one (the creation time of the original's container) only orders what is shown. Which links are forbidden
is `association/constraints/spatiotemporal.py`; reading the files is `reid_assets.storage.clock_sources`.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any, Literal
from zoneinfo import ZoneInfo

import pandas as pd

from reid_assets.reid.core.cameras import CameraSettings, VideoEntry
from reid_assets.reid.core.name_patterns import moment_in, wildcards_of

CameraSource = Literal["cameras.yaml", "summary.json", "video"]
ClockSource = Literal["cameras.yaml", "summary.json", "name", "creation time", "none"]

_SUSPICIOUS = 3  # cameras that say they began at the very same moment


@dataclass(frozen=True)
class VideoFacts:
    """What a video's own files say of it; None where they say nothing.

    Attributes:
        camera, start_time: of summary.json, as they stand there.
        fps: processed frames a second.
        creation_time: of the original's container, ISO 8601.
    """

    camera: Any = None
    start_time: Any = None
    fps: float | None = None
    creation_time: str | None = None


@dataclass(frozen=True)
class VideoClock:
    """Camera and clock of one video.

    Attributes:
        camera: its name; the video's own name where nobody named one.
        camera_source: who named it; `video`: nobody.
        start: moment of frame 0, UTC; None where there is no clock.
        source: who said it.
        fps: processed frames a second; there wherever `start` is.
        problems: what was said but cannot be used, in words.
    """

    camera: str
    camera_source: CameraSource = "video"
    start: datetime | None = None
    source: ClockSource = "none"
    fps: float | None = None
    problems: tuple[str, ...] = ()

    @property
    def explicit(self) -> bool:
        """Whether somebody said when the video began, so that it may forbid links."""
        return self.source in ("cameras.yaml", "summary.json", "name")

    def said(self) -> str:
        """The clock and its source in a few words."""
        if self.start is None:
            return "no clock"
        guessed = "" if self.explicit else ", guessed"
        return f"{self.start.isoformat().replace('+00:00', 'Z')} ({self.source}{guessed})"


@dataclass(frozen=True)
class Clocks:
    """The clocks of all videos, and what is known of the ways between their cameras."""

    videos: Mapping[str, VideoClock] = field(default_factory=dict)
    settings: CameraSettings = CameraSettings()

    def cameras(self) -> dict[str, str]:
        """Video -> camera."""
        return {video: clock.camera for video, clock in self.videos.items()}

    def table(self, explicit_only: bool = False) -> pd.DataFrame:
        """One row a video: `video, camera, start_s` (seconds since 1970), `fps` (both NaN: unknown), `clock`.

        `clock` is `explicit`, `guessed` or `none`.
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
        """How many videos have their clock from each source, most first."""
        return dict(Counter(clock.source for clock in self.videos.values()).most_common())

    def at_once(self) -> dict[str, list[str]]:
        """Moments at which three cameras or more began, by what is said -> videos, sorted.

        True of recorders that are switched together; else somebody wrote the time of the export, and
        true links are forbidden.
        """
        began: dict[str, list[str]] = {}
        for video in sorted(self.videos):
            if self.videos[video].explicit:
                began.setdefault(self.videos[video].said(), []).append(video)
        several = {said: len({self.videos[video].camera for video in names}) for said, names in began.items()}
        return {said: names for said, names in began.items() if several[said] >= _SUSPICIOUS}

    def strangers(self) -> list[str]:
        """Cameras that `overlaps` or `transitions` name and no video has, sorted."""
        named = {name for group in self.settings.overlaps for name in group}
        named |= {name for way in self.settings.transitions for name in (way.source, way.target)}
        return sorted(named - set(self.cameras().values()))


def resolve_clock(video: str, settings: CameraSettings, facts: VideoFacts) -> VideoClock:
    """Camera and clock of one video.

    The start is taken from the first that says it: `start` in cameras.yaml, summary.json, the pattern
    in the name, the container's creation time. Of several entries of cameras.yaml that match, the first
    that says a thing counts for that thing. Times without a zone are in the entry's zone, else that of
    the whole file, else UTC.
    """
    entries = [
        (entry, met) for entry in settings.videos if (met := wildcards_of(video, entry.match)) is not None
    ]
    camera, camera_source = _camera(video, entries, facts)
    zone = next((entry.time_zone for entry, _ in entries if entry.time_zone), settings.time_zone)
    start, source, problems = _start(video, [entry for entry, _ in entries], facts, ZoneInfo(zone or "UTC"))
    fps = facts.fps or next((entry.fps for entry, _ in entries if entry.fps), None)
    if start is not None and fps is None:
        problems.append(f"its start is known ({source}) but not its frames a second: name `fps`")
        start, source = None, "none"
    return VideoClock(camera, camera_source, start, source, fps, tuple(problems))


def _camera(
    video: str, entries: list[tuple[VideoEntry, tuple[str, ...]]], facts: VideoFacts
) -> tuple[str, CameraSource]:
    for entry, met in entries:
        if entry.camera:
            name = entry.camera
            for number, text in enumerate(met, start=1):
                name = name.replace(f"{{{number}}}", text)
            return name, "cameras.yaml"
    if isinstance(facts.camera, str | int) and str(facts.camera).strip():
        return str(facts.camera).strip(), "summary.json"
    return video, "video"


def _start(
    video: str, entries: list[VideoEntry], facts: VideoFacts, zone: tzinfo
) -> tuple[datetime | None, ClockSource, list[str]]:
    problems: list[str] = []
    said = next((entry.start for entry in entries if entry.start), None)
    if said is not None:
        return _in_utc(said, zone), "cameras.yaml", problems
    if facts.start_time is not None:
        if (moment := _parsed(facts.start_time)) is not None:
            return _in_utc(moment, zone), "summary.json", problems
        problems.append(f"start_time {facts.start_time!r} in summary.json is not an ISO 8601 time")
    patterns = [entry.start_pattern for entry in entries if entry.start_pattern]
    for pattern in patterns:
        if (moment := moment_in(video, pattern)) is not None:
            return _in_utc(moment, zone), "name", problems
    if patterns:
        problems.append(f"its name holds no time of the form {' or '.join(patterns)}")
    if facts.creation_time is not None and (moment := _parsed(facts.creation_time)) is not None:
        return _in_utc(moment, UTC), "creation time", problems
    return None, "none", problems


def _parsed(text: Any) -> datetime | None:
    """A moment; a date alone is none, since nobody starts recording just at midnight."""
    if not isinstance(text, str) or len(text.strip()) <= len("2026-03-14"):
        return None
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        return None


def _in_utc(moment: datetime, zone: tzinfo) -> datetime:
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
