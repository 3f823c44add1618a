"""From what a person asks for to the filters of a search: cameras by name, times as they are written."""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from reid_assets.reid.core.errors import ConfigError
from reid_assets.reid.search.filters import Filters
from reid_assets.state.project import Project

_MOST_NAMED = 20


def filters_of(
    project: Project, cameras: Iterable[str], classes: Iterable[str], start: str | None, end: str | None
) -> Filters:
    """The filters; times without a zone are in the time zone of cameras.yaml, else UTC.

    Args:
        cameras: names of cameras or videos; none: all.
        classes: names of classes; none: all.
        start, end: ISO 8601.

    Raises:
        ConfigError: a time cannot be read, or there is no such camera.
    """
    zone = ZoneInfo(project.cameras.time_zone or "UTC")
    asked = frozenset(cameras)
    if asked:
        clocks = project.clocks().cameras()
        for camera in sorted(asked - {*clocks.values(), *clocks}):
            listed = ", ".join(sorted(set(clocks.values()))[:_MOST_NAMED])
            raise ConfigError(f"camera {camera!r}: there is none of this name. Cameras: {listed}.")
    return Filters(asked, _moment("from", start, zone), _moment("to", end, zone), frozenset(classes))


def _moment(which: str, text: str | None, zone: tzinfo) -> datetime | None:
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ConfigError(f"{which} {text!r}: not a time. Write 2026-03-14T09:30 or 2026-03-14.") from None
    return found if found.tzinfo else found.replace(tzinfo=zone)
