"""`reid-assets run --dry-run`: what would be made, why, and about how much time and disk it takes.

Reads only. Time rests on the crops per second of this root's last embedding pass, and says so where
there was none yet.
"""

from reid_assets.commands.console import Screen
from reid_assets.state import planner
from reid_assets.state.estimates import crops_at_most, crops_per_second
from reid_assets.state.planner import Wish, Work
from reid_assets.state.project import Project

_BYTES_PER_CROP = 9_000


def show_plan(project: Project, wish: Wish, screen: Screen) -> int:
    """Print the work list; 0, as nothing can fail that is not done."""
    embedding = planner.embedding_work(project, wish)
    follows = _followers(project, wish, bool(embedding))
    if not embedding and not follows:
        screen.say("Everything is up to date: nothing would be made.")
        return 0
    rows = [[work.artifact, work.video or "(all)", work.why] for work in [*embedding, *follows]]
    screen.table("Would be made", ["asset", "video", "why"], rows)
    crops = crops_at_most(project, (work.video for work in embedding if work.video))
    rate, source = crops_per_second(project)
    screen.say(
        f"Embedding: at most {crops} crops, about {crops / rate:.0f} s at {rate:.0f} crops/s ({source}); "
        f"about {crops * _BYTES_PER_CROP / 1e6:.0f} MB of disk under {project.layout.reid}."
    )
    return 0


def _followers(project: Project, wish: Wish, upstream: bool) -> list[Work]:
    """What comes after the embeddings; whatever depends on something that will be made is listed too."""
    because = "its inputs will be made anew"
    id_map = planner.whole_work(project, "global_id_map", wish)
    if not id_map and upstream and wish.wants("global_id_map"):
        id_map = [Work("global_id_map", None, because)]
    work = list(id_map)
    after_map = upstream or bool(id_map)
    for artifact in planner.ATTACHED:
        for video in project.layout.video_names():
            if not wish.wants(artifact) or (wish.videos and video not in wish.videos):
                continue
            why = "forced" if wish.force else project.freshness.why_stale(artifact, video)
            if after_map or why:
                work.append(Work(artifact, video, why or "if its part of the map changes"))
    for artifact in planner.RESULTS:
        if wish.wants(artifact):
            why = "forced" if wish.force else project.freshness.why_stale(artifact)
            if after_map or why:
                work.append(Work(artifact, None, why or because))
    return work
