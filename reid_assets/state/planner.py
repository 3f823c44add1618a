"""What must be made, and why: the work list behind `run`, `status` and the sensors.

Freshness knows whether one artifact still holds; here is what that means for a whole root, for pairs
that were made elsewhere above all.
"""

from dataclasses import dataclass

import pandas as pd

from reid_assets.layout import PER_VIDEO, WHOLE
from reid_assets.reid.core.errors import InputError
from reid_assets.state.project import Project
from reid_assets.storage.embeddings_pair import read_label, unreadable_pairs

EMBEDDING = ("track_embeddings", "track_crops")
ATTACHED = tuple(artifact for artifact in PER_VIDEO if artifact not in EMBEDDING)
RESULTS = tuple(artifact for artifact in WHOLE if artifact != "global_id_map")


@dataclass(frozen=True)
class Work:
    """One artifact to make: of a video, or of all (None), and the reason in words."""

    artifact: str
    video: str | None
    why: str


@dataclass(frozen=True)
class Wish:
    """What a person asked for.

    Attributes:
        videos, assets: only these; empty means all.
        force: again even if up to date.
        fresh_ids: number the identities anew, which makes the map again whatever its state.
    """

    videos: frozenset[str] = frozenset()
    assets: frozenset[str] = frozenset()
    force: bool = False
    fresh_ids: bool = False

    def wants(self, artifact: str) -> bool:
        """Whether this asset is asked for."""
        return not self.assets or artifact in self.assets


def embedding_work(project: Project, wish: Wish) -> list[Work]:
    """Videos whose vectors must be made, by name."""
    if not (wish.wants("track_embeddings") or wish.wants("track_crops")):
        return []
    videos = [v for v in project.layout.video_names() if not wish.videos or v in wish.videos]
    reasons = ((v, "forced" if wish.force else why_embed(project, v)) for v in videos)
    return [Work("track_embeddings", video, why) for video, why in reasons if why]


def why_embed(project: Project, video: str) -> str | None:
    """Why a video's vectors are out of date; None where they can be used."""
    freshness = project.freshness
    embedded = project.layout.track_meta(video).is_file() and project.layout.track_embeds(video).is_file()
    if not embedded or freshness.ours("track_embeddings", video):
        return freshness.why_stale("track_embeddings", video) or freshness.why_stale("track_crops", video)
    try:
        label = read_label(project.layout.track_embeds(video))
    except InputError as error:
        return str(error)
    # Made elsewhere: unlabelled pairs are never overwritten unasked.
    if label is None or freshness.backbone in (None, label):
        return None
    return f"made by {label}, configured is {freshness.backbone}"


def foreign_pairs(project: Project) -> dict[str, str]:
    """Pairs of another backbone than the configured one whose videos are not at hand: name -> label."""
    foreign = {}
    for video in sorted(set(project.layout.embedded_names()) - set(project.layout.video_names())):
        try:
            label = read_label(project.layout.track_embeds(video))
        except InputError:
            # Left out of the map, and named there.
            continue
        if label is not None and project.freshness.backbone not in (None, label):
            foreign[video] = label
    return foreign


def left_out_pairs(project: Project) -> dict[str, str]:
    """Pairs that are not in the map because they cannot be read: video -> why."""
    at = project.layout
    if not at.global_id_map.is_file():
        return {}
    mapped = set(pd.read_csv(at.global_id_map, usecols=["video"], dtype=str, keep_default_na=False)["video"])
    videos = set(at.embedded_names()) - mapped
    return unreadable_pairs(
        at, (video for video in videos if not project.freshness.ours("track_embeddings", video))
    )


def whole_work(project: Project, artifact: str, wish: Wish) -> list[Work]:
    """The one piece of work of an asset without partitions, if any."""
    if not wish.wants(artifact):
        return []
    if artifact != "global_id_map" and not project.layout.global_id_map.is_file():
        return []
    if wish.fresh_ids and artifact == "global_id_map":
        return [Work(artifact, None, "identities are numbered anew")]
    why = "forced" if wish.force else project.freshness.why_stale(artifact)
    return [Work(artifact, None, why)] if why else []


def attach_work(project: Project, wish: Wish, failed: set[str]) -> list[Work]:
    """Videos whose tables or summaries must be made; a video that failed before is left alone."""
    if not project.layout.global_id_map.is_file():
        return []
    embedded = set(project.layout.embedded_names())
    work = []
    for video in project.layout.video_names():
        if video in failed or video not in embedded or (wish.videos and video not in wish.videos):
            continue
        for artifact in ATTACHED:
            if wish.wants(artifact):
                why = "forced" if wish.force else project.freshness.why_stale(artifact, video)
                work += [Work(artifact, video, why)] if why else []
    return work


def map_to_make(project: Project) -> bool:
    """Whether there is something to associate that the map was not made from."""
    at = project.layout
    if not at.embedded_names() and not at.global_id_map.is_file():
        return False
    return bool(whole_work(project, "global_id_map", Wish()))


def why_key(project: Project, artifact: str, video: str) -> str | None:
    """Why one video's artifact is to be made; None where it is up to date or cannot be."""
    at = project.layout
    if not at.tracks(video).is_file():
        return None
    if artifact in EMBEDDING:
        return why_embed(project, video)
    embedded = at.track_meta(video).is_file() and at.track_embeds(video).is_file()
    return project.freshness.why_stale(artifact, video) if embedded else None


def out_of_date(project: Project, artifact: str) -> dict[str, str]:
    """Video -> why its part of the artifact is out of date; of an artifact without parts, under ""."""
    if artifact in PER_VIDEO:
        found = {video: why_key(project, artifact, video) for video in project.layout.video_names()}
        return {video: why for video, why in found.items() if why}
    if artifact == "global_id_map" and not map_to_make(project):
        return {}
    work = whole_work(project, artifact, Wish())
    return {"": work[0].why} if work else {}
