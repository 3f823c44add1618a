"""What a person knows about the cameras: which videos are whose, when they began, who can see what.

The frozen models behind `configs/cv/cameras.yaml`. What they say about one video is worked out in
`clocks.py`, what they forbid in `association/constraints/spatiotemporal.py`; reading the file and
explaining its errors is `reid_assets.config`.
"""

import re
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from reid_assets.reid.core.name_patterns import check_pattern
from reid_assets.reid.core.settings import Section


def _moment(value: object) -> object:
    """YAML gives a datetime where a time stands without quotes; in quotes it is a text."""
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            raise ValueError("not a time such as 2026-03-14T09:30:00 or 2026-03-14T09:30:00+01:00") from None
    if not isinstance(value, datetime):
        raise ValueError("not a time with date, hours and minutes, such as 2026-03-14T09:30:00")
    return value


def _zone(value: str | None) -> str | None:
    try:
        return value if value is None or ZoneInfo(value) else value
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("not a time zone such as Europe/Berlin or UTC") from None


Moment = Annotated[datetime, BeforeValidator(_moment)]
Zone = Annotated[str | None, AfterValidator(_zone)]


class VideoEntry(Section):
    """What holds for the videos whose names match a glob.

    `match` is case-sensitive and meets the whole name. In `camera`, `{1}` stands for what the first
    wildcard of `match` met. `start_pattern` is a strptime format that is looked for anywhere in the name.
    """

    match: str = Field(min_length=1)
    camera: str | None = Field(default=None, min_length=1)
    start: Moment | None = None
    start_pattern: Annotated[str, AfterValidator(check_pattern)] | None = None
    time_zone: Zone = None
    fps: float | None = Field(default=None, gt=0, le=1000)

    @model_validator(mode="after")
    def _check(self) -> "VideoEntry":
        if self.start is not None and self.start_pattern is not None:
            raise ValueError("`start` and `start_pattern` exclude each other: name one")
        wildcards = len(re.findall(r"\*|\?|\[[^\]]*\]", self.match))
        for number in re.findall(r"\{(.*?)\}", self.camera or ""):
            if not (number.isdigit() and 1 <= int(number) <= wildcards):
                raise ValueError(f"{{{number}}} in `camera` names no wildcard: `match` has {wildcards}")
        return self


class Transition(Section):
    """The way between two cameras, in seconds from leaving one to entering the other.

    Nobody is faster than `min_s`, whatever way is taken. Somebody who took longer than `max_s` was
    elsewhere or stood still: that is no direct transition, but may well be the same being.
    """

    source: str = Field(alias="from", min_length=1)
    target: str = Field(alias="to", min_length=1)
    min_s: float = Field(default=0.0, ge=0)
    max_s: float | None = Field(default=None, ge=0)
    both_ways: bool = True

    @model_validator(mode="after")
    def _check(self) -> "Transition":
        if self.source == self.target:
            raise ValueError("`from` and `to` are the same camera")
        if self.max_s is not None and self.max_s < self.min_s:
            raise ValueError(f"`max_s` {self.max_s:g} is less than `min_s` {self.min_s:g}")
        return self


class CameraSettings(Section):
    """The whole of `configs/cv/cameras.yaml`; empty where there is no such file."""

    # Of times without a zone; None: UTC.
    time_zone: Zone = None
    # Clocks of two cameras may differ by so much; what could be explained by it forbids nothing.
    clock_tolerance_s: float = Field(default=0.5, ge=0)
    videos: list[VideoEntry] = []
    # Groups of cameras that see a common place.
    overlaps: list[list[str]] = []
    transitions: list[Transition] = []

    @model_validator(mode="after")
    def _check(self) -> "CameraSettings":
        together = self.overlapping()
        for way in self.transitions:
            if way.min_s > 0 and frozenset((way.source, way.target)) in together:
                raise ValueError(
                    f"`overlaps` says that {way.source!r} and {way.target!r} see a common place, "
                    f"`transitions` that nobody gets from one to the other in less than {way.min_s:g} s"
                )
        return self

    def overlapping(self) -> set[frozenset[str]]:
        """Pairs of cameras that see a common place."""
        return {frozenset((a, b)) for group in self.overlaps for a in group for b in group if a != b}

    def ways(self) -> dict[tuple[str, str], Transition]:
        """(camera left, camera entered) -> the transition; the first that names the pair counts."""
        found: dict[tuple[str, str], Transition] = {}
        for way in self.transitions:
            found.setdefault((way.source, way.target), way)
            if way.both_ways:
                found.setdefault((way.target, way.source), way)
        return found
