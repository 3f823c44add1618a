"""What the sensors and the schedule are to do now, as far as the files and the failures tell.

`reid_assets.state.planner` knows what is out of date; here is what of that is ripe: settled, not held back by
a failure, in the order of the lineage. How it becomes runs is `reid_assets.defs.run_requests`.
"""

from dataclasses import dataclass, field, replace

import dagster as dg

from reid_assets.automation import arrivals
from reid_assets.automation.file_activity import quiet_for
from reid_assets.state import planner
from reid_assets.state.planner import Wish
from reid_assets.state.project import Project
from reid_assets.storage.database import DatabaseBusyError
from reid_assets.storage.video_sources import crop_sources

# A tick has a minute; each event costs about 20 ms. What is over comes with the next tick.
_EVENTS_A_TICK = 500
# Videos that are ready wait for others that still change, this many times the settling time.
_PATIENCE = 6.0


@dataclass(frozen=True)
class Videos:
    """Videos whose vectors must be made, by name.

    Attributes:
        ready: can be embedded now.
        waiting: still change.
        held_back: failed, and nothing has changed since; their delay has not passed, or never will.
    """

    ready: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    held_back: list[str] = field(default_factory=list)


def videos_to_embed(project: Project, known: set[str]) -> Videos:
    """Sort the videos that are new or out of date; a file that is still being written is not read."""
    found, settings = Videos(), project.settings.arrival
    for video in project.layout.video_names():
        settled = quiet_for(project.layout, video) >= settings.settle_seconds
        # One that is no partition yet becomes one with the next tick; no run could name it before.
        if video not in known or (not settled and _changing(project, video)):
            found.waiting.append(video)
        elif planner.why_embed(project, video):
            if not settled:
                found.waiting.append(video)
            elif project.failures.holds_back("track_embeddings", video, settings):
                found.held_back.append(video)
            else:
                found.ready.append(video)
    if found.ready and found.waiting:
        longest = max(quiet_for(project.layout, video) for video in found.ready)
        if longest < _PATIENCE * settings.settle_seconds:
            return replace(found, ready=[], waiting=sorted([*found.waiting, *found.ready]))
    return found


def _changing(project: Project, video: str) -> bool:
    paths = [project.layout.tracks(video), *(s.path for s in crop_sources(project.layout, video))]
    return any(project.freshness.digests.differs(path) for path in paths)


def bring_level(project: Project, instance: dg.DagsterInstance, partitions: str) -> list[str]:
    """Add and remove videos, report inputs and pairs to the history; whoever calls holds the root's lock.

    Returns:
        What a person should know, one line each: removed, withheld and refused videos.
    """
    known, at = set(instance.get_dynamic_partitions(partitions)), project.layout
    settle = project.settings.arrival.settle_seconds
    found = arrivals.look(project, known)
    moving = {v for v in (*found.new, *found.gone, *found.refused) if quiet_for(at, v) < settle}
    found = replace(
        found,
        new=[video for video in found.new if video not in moving],
        gone=[video for video in found.gone if video not in moving],
    )
    arrivals.register(project, instance, partitions, found)
    known = (known | set(found.new)) - set(found.gone)
    level = [v for v in at.video_names() if v in known]
    level = [v for v in level if quiet_for(at, v) >= settle or not _changing(project, v)]
    arrivals.report_inputs(project, instance, level, limit=_EVENTS_A_TICK)
    stale = set(at.video_names()) - set(level) | {v for v in level if planner.why_embed(project, v)}
    arrivals.report_found(project, instance, stale | moving, limit=_EVENTS_A_TICK)
    for artifact, video in project.failures.known():
        if video in level and planner.why_key(project, artifact, video) is None:
            # Its files are again what they were when it could be made.
            project.failures.clear(artifact, video)
    lines = _level_database(project)
    project.freshness.digests.save()
    lines += [f"{video}: removed, its folder is gone" for video in found.gone]
    if found.withheld:
        lines.append(arrivals.withheld_line(found, len(known)))
    return lines + [
        f"{folder!r} is no video: {why}" for folder, why in found.refused.items() if folder not in moving
    ]


def _level_database(project: Project) -> list[str]:
    if not project.layout.embedded_names() and not project.layout.database.is_file():
        return []
    try:
        project.mirror.level()
    except DatabaseBusyError as error:
        return [str(error)]
    return []


def results_to_make(project: Project, children: dict[str, set[str]]) -> dict[str, list[str]]:
    """What follows from the map and is out of date: asset -> its videos (none for an asset without).

    Args:
        project: the root.
        children: asset -> assets made from it. What is made from something out of date comes along.
    """
    wanted: dict[str, list[str]] = {}
    for work in planner.attach_work(project, Wish(), set()):
        held = project.failures.holds_back(work.artifact, work.video or "", project.settings.arrival)
        if work.video and not held:
            wanted.setdefault(work.artifact, []).append(work.video)
    for artifact in planner.RESULTS:
        if planner.whole_work(project, artifact, Wish()):
            wanted[artifact] = []
    for artifact in list(wanted):
        for child in children.get(artifact, set()) & set(planner.RESULTS):
            wanted.setdefault(child, [])
    return wanted
