"""How much embedding there is to do, and how fast this root's last pass was.

Feeds the dry run and the choice of a runtime: a network is not compiled for a handful of crops.
"""

import json
from collections.abc import Iterable

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.tracks.tracks_csv import read_tracks
from reid_assets.state.project import Project
from reid_assets.storage.atomic import write_json

# A cautious guess for a laptop's processor, for the first run only.
_CROPS_PER_SECOND = 50.0
# From here on every runtime repays its compilation.
MANY_CROPS = 10_000


def crops_at_most(project: Project, videos: Iterable[str], enough: int | None = None) -> int:
    """Upper bound of the crops of some videos: by length, stride and limit of their tracks.

    Args:
        enough: stop counting from here on; what is more makes no difference to the caller.
    """
    embed, crops = project.settings.embed, 0
    for video in videos:
        try:
            tracks = read_tracks(project.layout.tracks(video), video).per_track
        except InputError:
            continue
        length = tracks["f_max"] - tracks["f_min"] + 1
        by_stride = (length + embed.frame_stride - 1) // embed.frame_stride
        crops += int(by_stride.clip(upper=embed.per_track_max_samples).sum())
        if enough is not None and crops >= enough:
            break
    return crops


def classes_of(project: Project, videos: Iterable[str]) -> set[str]:
    """Class names of the tracks of some videos that will be embedded, none of a video that cannot be read.

    Empty where one named network serves all classes, so that nobody has to look.
    """
    backbone, wanted = project.settings.backbone, project.settings.embed.class_filter
    found: set[str] = set()
    if backbone.name != "auto" and not backbone.by_class:
        return found
    for video in videos:
        try:
            tracks = read_tracks(project.layout.tracks(video), video).per_track
        except InputError:
            continue
        kept = tracks if wanted is None else tracks[tracks["class_id"].isin(wanted)]
        found |= set(kept["class_name"].astype(str))
    return found


def note_rate(project: Project, crops: int, seconds: float) -> None:
    """Keep the rate of an embedding pass for later estimates."""
    if crops and seconds > 0:
        write_json(project.layout.embedding_rate, {"crops_per_second": round(crops / seconds, 2)})


def crops_per_second(project: Project) -> tuple[float, str]:
    """The rate to expect, and where it comes from, in words."""
    try:
        noted = json.loads(project.layout.embedding_rate.read_text(encoding="utf-8"))
        return max(float(noted["crops_per_second"]), 0.1), "measured by the last run here"
    except (OSError, ValueError, KeyError, TypeError):
        return _CROPS_PER_SECOND, "a guess until the first run has measured it"
