"""`reid-assets run --dry-run`: what would be made, why, and about how much time and disk it takes.

Reads only. Time rests on the crops per second of this root's last embedding pass, and says so where
there was none yet.
"""

import json

from reid_assets import worklist
from reid_assets.commands.screen import Screen
from reid_assets.project import Project
from reid_assets.reid.errors import InputError
from reid_assets.reid.tracks import read_tracks
from reid_assets.worklist import Wish, Work

# A cautious guess for a laptop's processor, for the first run only.
_CROPS_PER_SECOND = 50.0
_BYTES_PER_CROP = 9_000


def show_plan(project: Project, wish: Wish, screen: Screen) -> int:
    """Print the work list; 0, as nothing can fail that is not done."""
    embedding = worklist.embedding_work(project, wish)
    follows = _followers(project, wish, bool(embedding))
    if not embedding and not follows:
        screen.say("Everything is up to date: nothing would be made.")
        return 0
    rows = [[work.artifact, work.video or "(all)", work.why] for work in [*embedding, *follows]]
    screen.table("Would be made", ["asset", "video", "why"], rows)
    crops = sum(_crops_at_most(project, work.video or "") for work in embedding)
    rate, source = _rate(project)
    screen.say(
        f"Embedding: at most {crops} crops, about {crops / rate:.0f} s at {rate:.0f} crops/s ({source}); "
        f"about {crops * _BYTES_PER_CROP / 1e6:.0f} MB of disk under {project.layout.reid}."
    )
    return 0


def _followers(project: Project, wish: Wish, upstream: bool) -> list[Work]:
    """What comes after the embeddings; whatever depends on something that will be made is listed too."""
    because = "its inputs will be made anew"
    id_map = worklist.whole_work(project, "global_id_map", wish)
    if not id_map and upstream and wish.wants("global_id_map"):
        id_map = [Work("global_id_map", None, because)]
    work = list(id_map)
    after_map = upstream or bool(id_map)
    for artifact in ("tracks_global", "summary_global"):
        for video in project.layout.video_names():
            if not wish.wants(artifact) or (wish.videos and video not in wish.videos):
                continue
            why = "forced" if wish.force else project.freshness.why_stale(artifact, video)
            if after_map or why:
                work.append(Work(artifact, video, why or "if its part of the map changes"))
    for artifact in ("galleries", "flows", "merged_analytics"):
        if wish.wants(artifact):
            why = "forced" if wish.force else project.freshness.why_stale(artifact)
            if after_map or why:
                work.append(Work(artifact, None, why or because))
    return work


def _crops_at_most(project: Project, video: str) -> int:
    """Upper bound of the samples of a video: by length, stride and limit of its tracks."""
    try:
        tracks = read_tracks(project.layout.tracks(video), video).per_track
    except InputError:
        return 0
    embed = project.settings.embed
    length = tracks["f_max"] - tracks["f_min"] + 1
    by_stride = (length + embed.frame_stride - 1) // embed.frame_stride
    return int(by_stride.clip(upper=embed.per_track_max_samples).sum())


def _rate(project: Project) -> tuple[float, str]:
    try:
        noted = json.loads((project.layout.made / "rate.json").read_text(encoding="utf-8"))
        return max(float(noted["crops_per_second"]), 0.1), "measured by the last run here"
    except (OSError, ValueError, KeyError, TypeError):
        return _CROPS_PER_SECOND, "a guess until the first run has measured it"
