"""Camera configuration: which video belongs to which camera, start times, overlaps and transit times.

The frozen models behind `configs/cv/cameras.yaml`. `clocks.py` derives the camera and clock of each
video from them, `association/constraints/spatiotemporal.py` the links they forbid; `reid_assets.config`
reads the file and explains its errors.
"""

import re
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from reid_assets.reid.core.name_patterns import check_glob, check_time_pattern
from reid_assets.reid.core.settings import Section, ZoneName


def _parse_datetime(value: object) -> object:
    """YAML parses an unquoted time to a datetime; a quoted one arrives as a string."""
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            raise ValueError("not a time such as 2026-03-14T09:30:00 or 2026-03-14T09:30:00+01:00") from None
    if not isinstance(value, datetime):
        raise ValueError("not a time with date, hours and minutes, such as 2026-03-14T09:30:00")
    return value


_LONGEST_GLOB = 1000
Timestamp = Annotated[datetime, BeforeValidator(_parse_datetime)]


class VideoEntry(Section):
    """Settings for the videos whose names match a glob.

    `match` is case-sensitive and must match the whole name. In `camera`, `{1}` is replaced by the text
    that the first wildcard of `match` matched. `start_pattern` is a strptime format, searched for
    anywhere in the name.
    """

    match: Annotated[str, AfterValidator(check_glob)] = Field(min_length=1, max_length=_LONGEST_GLOB)
    camera: str | None = Field(default=None, min_length=1)
    start: Timestamp | None = None
    start_pattern: Annotated[str, AfterValidator(check_time_pattern)] | None = None
    time_zone: ZoneName = None
    fps: float | None = Field(default=None, gt=0, le=1000)

    @model_validator(mode="after")
    def _check(self) -> "VideoEntry":
        if self.start is not None and self.start_pattern is not None:
            raise ValueError("`start` and `start_pattern` exclude each other: set only one")
        wildcards = len(re.findall(r"\*|\?|\[[^\]]*\]", self.match))
        for number in re.findall(r"\{(.*?)\}", self.camera or ""):
            if not (number.isdigit() and 1 <= int(number) <= wildcards):
                raise ValueError(f"{{{number}}} in `camera` refers to no wildcard: `match` has {wildcards}")
        return self


class Transition(Section):
    """Travel time between two cameras, in seconds from leaving one view to entering the other.

    `min_s` is a hard lower bound on any route. A gap longer than `max_s` is not counted as a direct
    transition, but may still be the same identity (who stopped or went elsewhere in between).
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
    """The contents of `configs/cv/cameras.yaml`; all defaults if there is no such file."""

    # Time zone of times that name none; None: UTC.
    time_zone: ZoneName = None
    # Largest difference between two cameras' clocks; only a violation beyond it forbids a link.
    clock_tolerance_s: float = Field(default=0.5, ge=0)
    videos: list[VideoEntry] = []
    # Groups of cameras with overlapping views.
    overlaps: list[list[str]] = []
    transitions: list[Transition] = []

    @model_validator(mode="after")
    def _check(self) -> "CameraSettings":
        overlapping = self.overlapping_pairs()
        for transition in self.transitions:
            source, target = transition.source, transition.target
            if transition.min_s > 0 and frozenset((source, target)) in overlapping:
                raise ValueError(
                    f"`overlaps` says that the views of {source!r} and {target!r} overlap, "
                    f"`transitions` that getting from one to the other takes at least {transition.min_s:g} s"
                )
        return self

    def overlapping_pairs(self) -> set[frozenset[str]]:
        """Pairs of cameras whose views overlap."""
        return {frozenset((a, b)) for group in self.overlaps for a in group for b in group if a != b}

    def transitions_by_pair(self) -> dict[tuple[str, str], Transition]:
        """(camera left, camera entered) -> its transition; the first entry for a pair wins."""
        by_pair: dict[tuple[str, str], Transition] = {}
        for transition in self.transitions:
            by_pair.setdefault((transition.source, transition.target), transition)
            if transition.both_ways:
                by_pair.setdefault((transition.target, transition.source), transition)
        return by_pair
