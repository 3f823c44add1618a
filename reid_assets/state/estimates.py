"""How much there is to do, and how fast this root's last run was.

Feeds the dry run and the choice of a runtime: a network is not compiled for a handful of crops.
"""

import contextlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

import pandas as pd

from reid_assets.state.project import Project
from reid_assets.storage.atomic import write_json
from reid_assets.storage.records import read_record
from reid_assets.storage.video_folders import VideoFolders

# A cautious guess for a laptop's processor, for the first run only.
_CROPS_PER_SECOND = 50.0
# Seconds of a stage: at least, and for each track (attach: video) more. Measured on two cores, rounded up.
# `other` is starting, loading networks, checks and the database.
_GUESSED_SECONDS = {
    "associate": (4.0, 0.002),
    "attach": (1.0, 0.7),
    "results": (6.0, 0.01),
    "other": (8.0, 0.0),
}
# From here on every runtime repays its compilation.
MANY_CROPS = 10_000


def crops_at_most(project: Project, videos: Iterable[str], enough: int | None = None) -> int:
    """Upper bound of the crops of some videos: by length, stride and limit of their tracks.

    Args:
        enough: stop counting from here on; what is more makes no difference to the caller.
    """
    embed, crops = project.settings.embed, 0
    for video in videos:
        tracks = _wanted_tracks(project, video)
        if tracks is None:
            continue
        length = tracks["f_max"] - tracks["f_min"] + 1
        by_stride = (length + embed.frame_stride - 1) // embed.frame_stride
        crops += int(by_stride.clip(upper=embed.per_track_max_samples).sum())
        if enough is not None and crops >= enough:
            break
    return crops


def tracks_at_most(project: Project) -> int:
    """Tracks of all videos: those that are embedded, of other videos those of the wanted classes."""
    return embedded_tracks(project) + sum(
        len(tracks)
        for video in set(project.layout.video_names()) - set(project.layout.embedded_names())
        if (tracks := _wanted_tracks(project, video)) is not None
    )


def embedded_tracks(project: Project) -> int:
    """Tracks that have vectors, by the lines of their tables."""
    layout, lines = project.layout, 0
    for video in layout.embedded_names():
        with suppress(OSError), layout.track_meta(video).open("rb") as stream:
            lines += max(sum(1 for _ in stream) - 1, 0)
    return lines


def classes_of(project: Project, videos: Iterable[str]) -> set[str]:
    """Class names of the tracks of some videos that will be embedded, none of a video that cannot be read.

    Empty where one named network serves all classes, so that nobody has to look.
    """
    backbone = project.settings.backbone
    found: set[str] = set()
    if backbone.name != "auto" and not backbone.by_class:
        return found
    for video in videos:
        tracks = _wanted_tracks(project, video)
        found |= set() if tracks is None else set(tracks["class_name"].astype(str))
    return found


def _wanted_tracks(project: Project, video: str) -> pd.DataFrame | None:
    """The tracks of the wanted classes; None of a video that cannot be read."""
    try:
        tracks = VideoFolders(project.layout).tracks(video).per_track
    except Exception:
        # Its own pass says why.
        return None
    wanted = project.settings.embed.class_filter
    return tracks if wanted is None else tracks[tracks["class_id"].isin(wanted)]


def note_rate(project: Project, crops: int, seconds: float) -> None:
    """Keep the rate of an embedding pass for later estimates."""
    if crops and seconds > 0:
        _note(project, {"crops_per_second": round(crops / seconds, 2)})


def note_stage(project: Project, stage: str, seconds: float, size: int) -> None:
    """Keep how long a stage took; `size`: its tracks, or of stage `attach` its videos."""
    _note(project, {stage: {"seconds": round(seconds, 2), "size": size}})


def crops_per_second(project: Project) -> tuple[float, str]:
    """The rate to expect, and where it comes from, in words."""
    try:
        return max(float(_noted(project)["crops_per_second"]), 0.1), "measured by the last run here"
    except (ValueError, KeyError, TypeError):
        return _CROPS_PER_SECOND, "a guess until the first run has measured it"


def stage_seconds(project: Project, stages: Mapping[str, int]) -> float:
    """About how long stages take, beside the embedding of crops.

    Args:
        stages: stage -> its size, as of `note_stage`. A stage takes as long as it did last, longer in
            proportion where there is more to do.
    """
    noted, seconds = _noted(project), 0.0
    for stage, size in stages.items():
        try:
            last, before = float(noted[stage]["seconds"]), int(noted[stage]["size"])
            seconds += last * max(1.0, size / max(before, 1))
        except (ValueError, KeyError, TypeError):
            base, each = _GUESSED_SECONDS[stage]
            seconds += base + each * size
    return seconds


def _note(project: Project, facts: dict[str, Any]) -> None:
    # Nothing depends on it but what the next estimate says.
    with contextlib.suppress(OSError):
        write_json(project.layout.embedding_rate, {**_noted(project), **facts})


def _noted(project: Project) -> dict[str, Any]:
    return read_record(project.layout.embedding_rate)
