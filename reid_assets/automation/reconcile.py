"""What the sensors and the schedule are to do now, as far as the files and the failures tell.

`reid_assets.state.planner` knows what is out of date; here is what of that is ripe: settled, not held back by
a failure, in the order of the lineage. Looking changes nothing; what has to change on disk is done by a run
(`tidy_up`). How it becomes runs is `reid_assets.defs.run_requests`.
"""

from dataclasses import dataclass, field, replace
from itertools import islice

import dagster as dg

from reid_assets.artifacts import ARTIFACTS
from reid_assets.automation import arrivals
from reid_assets.automation.data_versions import Event, external_events, found_events, input_events
from reid_assets.automation.file_activity import seconds_since_change
from reid_assets.state import planner
from reid_assets.state.planner import RunOptions
from reid_assets.state.project import Project
from reid_assets.storage.database import DatabaseBusyError
from reid_assets.storage.video_sources import crop_sources

# On runs that begin with `tidy_up`.
TIDY = "reid/tidy"
# A tick has a minute; each event costs about 20 ms. What is over comes with the next tick.
_EVENTS_A_TICK = 500
# Videos that are ready wait for others that still change, this many times the settling time.
_PATIENCE = 6.0


@dataclass(frozen=True)
class Observation:
    """How the root differs from what the history knows.

    Attributes:
        new: videos that are no partitions yet.
        gone: partitions whose videos are gone, and whose results are to be removed.
        events: what the history should know of inputs and of results that others made.
        withheld: partitions whose videos vanished in suspicious number; nothing of theirs is removed.
        database_behind: tables whose files changed or are gone.
        overcome: artifact and video of failures whose cause is gone.
        lines: what a person should know.
    """

    new: list[str]
    gone: list[str]
    withheld: list[str]
    events: list[Event]
    database_behind: list[str]
    overcome: list[tuple[str, str]]
    lines: list[str]

    @property
    def to_tidy(self) -> list[str]:
        """What a run has to change on disk, in words; nothing where there is nothing."""
        failures = [f"{artifact} of {video}" for artifact, video in self.overcome]
        return [*self.gone, *self.database_behind, *failures]


def observe(
    project: Project, instance: dg.DagsterInstance, partitions: str, settle: float | None = None
) -> Observation:
    """Compare the root with the history; nothing is changed.

    Args:
        settle: seconds for which a video must not have changed; None: as configured.
    """
    known, layout = set(instance.get_dynamic_partitions(partitions)), project.layout
    settle = project.settings.arrival.settle_seconds if settle is None else settle
    found = arrivals.compare(project, known)
    candidates = (*found.new, *found.gone, *found.refused)
    moving = {video for video in candidates if seconds_since_change(layout, video) < settle}
    new = [video for video in found.new if video not in moving]
    gone = [video for video in found.gone if video not in moving]
    here = (known | set(new)) - set(gone)
    settled = [v for v in layout.video_names() if v in here]
    settled = [v for v in settled if seconds_since_change(layout, v) >= settle or not _changing(project, v)]
    stale = set(layout.video_names()) - set(settled)
    stale |= {video for video in settled if planner.why_embed(project, video)}
    events: list[Event] = [*external_events(project, instance)]
    events += islice(input_events(project, instance, settled), _EVENTS_A_TICK)
    events += islice(found_events(project, instance, stale | moving | set(gone)), _EVENTS_A_TICK)
    behind, lines = _database_behind(project, set(found.withheld))
    lines += [f"{video}: {found.why_gone(video)}, and what was made from it is removed" for video in gone]
    if found.withheld:
        lines.append(arrivals.withheld_line(found, len(known)))
    lines += [f"{name!r} is no video: {why}" for name, why in found.refused.items() if name not in moving]
    overcome = [
        (artifact, video)
        for artifact, video in project.failures.known()
        # Its files are again what they were when it could be made.
        if video in settled and planner.why_video(project, artifact, video) is None
    ]
    return Observation(new, gone, found.withheld, events, behind, overcome, lines)


def tidy_up(
    project: Project, instance: dg.DagsterInstance, partitions: str, settle: float | None = None
) -> Observation:
    """Remove what was made for videos that are gone, bring the database in step.

    The caller holds the root's lock.
    """
    seen = observe(project, instance, partitions, settle)
    for video in seen.gone:
        arrivals.forget(project, video)
        instance.delete_dynamic_partition(partitions, video)
    for artifact, video in seen.overcome:
        project.failures.clear(artifact, video)
    if seen.gone or seen.database_behind:
        project.mirror.sync(keep=set(seen.withheld))
    project.staleness.digests.save()
    return seen


def register(instance: dg.DagsterInstance, partitions: str, seen: Observation) -> None:
    """Tell the history what a look has found; for those who are no sensor, which returns it."""
    if seen.new:
        instance.add_dynamic_partitions(partitions, seen.new)
    for event in seen.events:
        instance.report_runless_asset_event(event)


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
        settled = seconds_since_change(project.layout, video) >= settings.settle_seconds
        # One that is no partition yet becomes one with the next tick; no run could name it before.
        if video not in known or (not settled and _changing(project, video)):
            found.waiting.append(video)
        elif planner.why_embed(project, video):
            if not settled:
                found.waiting.append(video)
            elif project.failures.in_backoff("track_embeddings", video, settings):
                found.held_back.append(video)
            else:
                found.ready.append(video)
    if found.ready and found.waiting:
        longest = max(seconds_since_change(project.layout, video) for video in found.ready)
        if longest < _PATIENCE * settings.settle_seconds:
            return replace(found, ready=[], waiting=sorted([*found.waiting, *found.ready]))
    return found


def results_to_make(project: Project) -> dict[str, list[str]]:
    """What follows from the map and is out of date: asset -> its videos (none for an asset without).

    What is made from something out of date comes along.
    """
    wanted: dict[str, list[str]] = {}
    for task in planner.attach_tasks(project, RunOptions(), set()):
        held = project.failures.in_backoff(task.artifact, task.video or "", project.settings.arrival)
        if task.video and not held:
            wanted.setdefault(task.artifact, []).append(task.video)
    for lead in planner.result_artifacts():
        stale = planner.whole_tasks(project, lead, RunOptions())
        if stale or (set(ARTIFACTS[lead].inputs) & set(wanted) and not planner.blocked(project, lead)):
            wanted |= {name: [] for name in ARTIFACTS.step(lead)}
    return wanted


def _changing(project: Project, video: str) -> bool:
    paths = [project.layout.tracks(video), *(s.path for s in crop_sources(project.layout, video))]
    return any(project.staleness.digests.differs(path) for path in paths)


def _database_behind(project: Project, withheld: set[str]) -> tuple[list[str], list[str]]:
    """Tables that are not in step with their files, and what to tell where nobody can know."""
    if not project.layout.embedded_names() and not project.layout.database.is_file():
        return [], []
    try:
        changed, gone = project.mirror.behind(withheld)
    except DatabaseBusyError as error:
        return [], [str(error)]
    return [f"{p.table.name} {p.part}".rstrip() for p in changed] + [
        " ".join(key).rstrip() for key in gone
    ], []
