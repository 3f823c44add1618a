"""`reid-assets run --dry-run`: what would be made, why, and about how much time and disk it takes.

Reads only. Time rests on this root's last run, and says so where there was none yet.
"""

from reid_assets.artifacts import ARTIFACTS
from reid_assets.automation import arrivals
from reid_assets.commands.console import Screen
from reid_assets.state import planner
from reid_assets.state.estimates import crops_at_most, crops_per_second, stage_seconds, tracks_at_most
from reid_assets.state.on_demand import render_tasks
from reid_assets.state.planner import RunOptions, Task
from reid_assets.state.project import Project
from reid_assets.state.staleness import stale_step
from reid_assets.storage.expiry import videos_without_clock

_BYTES_PER_CROP = 9_000


def show_plan(project: Project, options: RunOptions, screen: Screen) -> int:
    """Print the work list; 0, as nothing can fail that is not done."""
    embedding = planner.embedding_tasks(project, options)
    removed = _removed(project, screen)
    follows = _followers(project, options, bool(embedding or removed))
    if unknown := ageless_line(project):
        screen.warn(unknown)
    if not embedding and not follows:
        screen.say("Everything is up to date: nothing would be made.")
        return 0
    rows = [
        [name, task.video or "(all)", task.why]
        for task in [*embedding, *follows]
        # Of a video, what goes with its vectors goes without saying.
        for name in ([task.artifact] if task.video else ARTIFACTS.step(task.artifact))
    ]
    for video, why in removed.items():
        screen.say(f"Would be removed: all that was made of {video}: {why}")
    screen.table("Would be made", ["asset", "video", "why"], rows)
    screen.say(_estimate(project, embedding, follows))
    return 0


def ageless_line(project: Project) -> str | None:
    """Which videos `privacy.keep_days` cannot judge; None where there is no limit, or none of them."""
    if project.settings.privacy.keep_days is None:
        return None
    unknown = videos_without_clock(project.layout, project.cameras)
    listed = ", ".join(unknown[:5]) + (", ..." if len(unknown) > 5 else "")
    if not unknown:
        return None
    return (
        f"privacy.keep_days: {len(unknown)} videos have no clock and are kept: {listed}. Say when they "
        "began: start_time in summary.json, or cameras.yaml."
    )


def _removed(project: Project, screen: Screen) -> dict[str, str]:
    """Videos whose results would be removed, and why; a suspicious number of them would be kept."""
    known = project.staleness.recorded_videos(planner.EMBEDDINGS)
    found = arrivals.compare(project, known)
    if found.withheld:
        screen.warn(arrivals.withheld_line(found, len(known)))
    return {video: found.why_gone(video) for video in found.gone}


def _estimate(project: Project, embedding: list[Task], follows: list[Task]) -> str:
    """Time of the whole run, and disk."""
    videos = [task.video for task in embedding if task.video]
    crops = crops_at_most(project, videos)
    rate, source = crops_per_second(project)
    tracks = tracks_at_most(project)
    stages = {planner.stage_of(task.artifact) for task in follows}
    attached = len({task.video for task in follows if task.video})
    sizes = {stage: attached if stage == "attach" else tracks for stage in sorted(stages)}
    rest = stage_seconds(project, {**sizes, "other": tracks})
    disk = f"About {crops * _BYTES_PER_CROP / 1e6:.0f} MB under {project.layout.reid}."
    said = (
        f"About {crops / rate + rest:.0f} s in all ({source}): at most {crops} crops at {rate:.0f} a second, "
    )
    return f"{said}{rest:.0f} s for the rest. {disk}"


def _followers(project: Project, options: RunOptions, upstream: bool) -> list[Task]:
    """What comes after the embeddings; whatever depends on something that will be made is listed too."""
    because = "its inputs will be made anew"
    tasks: list[Task] = []
    for lead in planner.association_artifacts():
        task = planner.whole_tasks(project, lead, options)
        if not task and (upstream or tasks) and options.wants(lead):
            task = [Task(lead, None, because)]
        tasks += task
    after_map = upstream or bool(tasks)
    for artifact in planner.attached_artifacts():
        for video in project.layout.video_names():
            if not options.wants(artifact) or (options.videos and video not in options.videos):
                continue
            why = "forced" if options.force else planner.why_attach(project, artifact, video)
            if after_map or why:
                tasks.append(Task(artifact, video, why or "if its part of the map changes"))
    for artifact in planner.result_artifacts():
        if options.wants(artifact):
            why = "forced" if options.force else stale_step(project.staleness, artifact)
            if after_map or why:
                tasks.append(Task(artifact, None, why or because))
    return [*tasks, *render_tasks(project, options)]
