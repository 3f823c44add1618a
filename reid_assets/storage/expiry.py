"""Videos whose time is over: those that began longer ago than `privacy.keep_days`.

Asked are explicit clocks alone (cameras.yaml, summary.json, a time in the video's name). Neither the time of
a file nor of a container says when something was seen: copying sets the one, exporting the other.
"""

from datetime import UTC, datetime, timedelta

from reid_assets.layout import Layout
from reid_assets.reid.core.cameras import CameraSettings
from reid_assets.reid.core.clocks import Clocks
from reid_assets.storage.clock_sources import read_clocks


def expired_videos(
    layout: Layout, cameras: CameraSettings, keep_days: float | None, now: datetime | None = None
) -> frozenset[str]:
    """Videos that began more than `keep_days` before now; none where nothing is limited.

    Args:
        layout: of the root.
        cameras: the content of cameras.yaml.
        keep_days: days; None: no limit.
        now: the present, UTC; None: the clock of this machine.
    """
    if keep_days is None:
        return frozenset()
    now = now or datetime.now(UTC)
    starts = {video: clock.start for video, clock in _clocks(layout, cameras).videos.items()}
    limit = timedelta(days=keep_days)
    return frozenset(video for video, start in starts.items() if start is not None and now - start > limit)


def videos_without_clock(layout: Layout, cameras: CameraSettings) -> list[str]:
    """Videos of which nobody knows how old they are, sorted."""
    return [video for video, clock in _clocks(layout, cameras).videos.items() if clock.start is None]


def _clocks(layout: Layout, cameras: CameraSettings) -> Clocks:
    return read_clocks(layout, cameras, sorted({*layout.all_videos(), *layout.embedded_names()}), guess=False)
