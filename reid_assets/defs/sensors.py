"""The sensors: for videos that came, changed or went, for a map behind its vectors, for what is out of date.

They only look and ask for runs; what is to do is `reid_assets.automation.reconcile`. The configuration is
read anew by each tick. A run holds the root's lock, so nothing here waits for one: the next tick comes
soon.
"""

import json
import sys
import time
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import dagster as dg

from reid_assets.automation.data_versions import external_events, unaffected_events
from reid_assets.automation.file_activity import stamp_of
from reid_assets.automation.reconcile import Observation, observe, results_to_make, videos_to_embed
from reid_assets.automation.retention import purge_skipped_ticks
from reid_assets.automation.run_retries import WORK, close_dead_runs, may_try, runs_under_way
from reid_assets.defs.checks.stored_artifacts import changed_evaluations
from reid_assets.defs.jobs import associate, embed, everything, tidy_up
from reid_assets.defs.partitions import videos as videos_partitions
from reid_assets.defs.run_requests import (
    embedding_requests,
    known_videos,
    map_step,
    partition_set,
    requests,
    whole_chain,
)
from reid_assets.state.left_out import foreign_pairs
from reid_assets.state.planner import map_to_make
from reid_assets.state.project import Project
from reid_assets.storage.digests import digest_of_text

_SECONDS, _SECONDS_TO_LOOK = 5, 30


@dg.sensor(
    jobs=[embed, tidy_up],
    minimum_interval_seconds=_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Finds videos that are new, changed or gone, once they rest, and embeds them.",
)
def new_videos(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    """Tell what came, changed or went, and ask for the embedding of the videos that need it."""
    project, instance = Project.open(), context.instance
    memory: dict[str, Any] = json.loads(context.cursor or "{}")
    if not project.layout.root.is_dir():
        return _skip(f"{project.layout.root}: there is no such folder. Is a disk unmounted?", memory)
    close_dead_runs(instance, project.layout)
    if runs := runs_under_way(instance):
        return _skip(f"Run {runs[-1].run_id[:8]} ({runs[-1].job_name}) is under way.", memory)
    stamp = _stamp(project)
    if _is_quiet(memory, stamp):
        return _skip(memory["said"], memory)
    seen = observe(project, instance, partition_set())
    news = [line for line in seen.lines if line not in memory.get("told", [])]
    for line in news:
        context.log.warning(line)
    # What was asked to be tidied is asked for once, and again only after it had been in order.
    told = {"told": seen.lines, "tidied": memory.get("tidied", "") if seen.to_tidy else ""}
    if result := _tell(project, instance, seen, memory, news):
        return result
    found = videos_to_embed(project, known_videos(instance))
    if asked := embedding_requests(project, instance, found.ready):
        return dg.SensorResult(run_requests=asked, cursor=json.dumps(told))
    state = {"still changing": found.waiting, "failed before": found.ready + found.held_back}
    said = [f"{len(names)} {what}: {', '.join(names[:5])}" for what, names in state.items() if names]
    memory = dict(told)
    if not (found.ready or found.waiting):
        memory |= _quiet(project, stamp, "; ".join(said) or "Every video is embedded.")
    return _skip("; ".join([*said, *news]) or "Every video is embedded.", memory)


@dg.sensor(
    jobs=[associate, everything],
    minimum_interval_seconds=_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Associates when the vectors differ from those the map was made of, and then makes all that "
    "follows from the map and is out of date. Waits for running embeddings, for a bounded time.",
)
def reassociate(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    """Ask for the map, and once it is level, for what follows from it."""
    project, instance = Project.open(), context.instance
    memory: dict[str, Any] = json.loads(context.cursor or "{}")
    if not project.layout.root.is_dir():
        return _skip(f"{project.layout.root}: there is no such folder. Is a disk unmounted?", memory)
    runs = runs_under_way(instance)
    stamp = _stamp(project)
    if not runs and _is_quiet(memory, stamp):
        return _skip(memory["said"], memory)
    videos = videos_to_embed(project, known_videos(instance))
    behind, wanted = map_to_make(project), results_to_make(project)
    if not behind and not wanted:
        said = project.quarantine.reason() or "Everything is up to date."
        return _skip(said, {} if videos.waiting else _quiet(project, stamp, said))
    if behind and (foreign := foreign_pairs(project)):
        names = ", ".join(foreign)
        return _skip(f"{names}: made by another backbone. Configure that one, or remove these pairs.", {})
    if runs or videos.ready or videos.waiting:
        since = memory.get("since", time.time())
        patient = time.time() - since < project.settings.arrival.wait_minutes * 60
        mine = any(run.tags.get("dagster/sensor_name") == "reassociate" for run in runs)
        if patient or mine:
            what = f"run {runs[-1].run_id[:8]} ({runs[-1].job_name})" if runs else "videos to be embedded"
            return _skip(f"Waiting for {what}.", {"since": since})
        asked = whole_chain(project, instance, [])
    elif behind:
        asked = requests(project, instance, "associate", map_step(project))
    else:
        asked = requests(project, instance, "everything", wanted)
    if asked:
        return dg.SensorResult(run_requests=asked, cursor="{}")
    return _skip("The last attempt failed; the next one comes later, or when something changes.", {})


@dg.sensor(
    minimum_interval_seconds=_SECONDS_TO_LOOK,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Reports to the check `up_to_date` of each asset what has gone out of date, and why; runs "
    "nothing. Leave it on where the others are off.",
)
def out_of_date(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    """Compare the fingerprints of everything, and report what differs from the last report."""
    project, memory = Project.open(), json.loads(context.cursor or "{}")
    purge_skipped_ticks(context.instance)
    if runs_under_way(context.instance):
        return _skip("A run is under way, and evaluates the checks of what it makes.", memory)
    stamp = _stamp(project)
    if memory.get("quiet") == stamp:
        return _skip("Nothing has changed.", memory)
    found = changed_evaluations(project, context.instance)
    events = external_events(project, context.instance)
    # What follows compares with what was recorded: one asset a tick, so the next tick sees it.
    unaffected = [] if events else _first_asset(unaffected_events(project, context.instance))
    if not found and not events and not unaffected:
        return _skip("Nothing has gone out of date.", {"quiet": stamp})
    reported: list[Any] = [*found, *events, *unaffected]
    names = ", ".join(dict.fromkeys(event.asset_key.to_user_string() for event in reported))
    told = f"Reported what is out of date, and what no longer is: {names}."
    cursor = {} if events or unaffected else {"quiet": stamp}
    return dg.SensorResult(asset_events=reported, skip_reason=told, cursor=json.dumps(cursor))


def _first_asset(events: Iterator[dg.AssetMaterialization]) -> list[dg.AssetMaterialization]:
    """The events of the first asset among them."""
    return next((list(group) for _, group in groupby(events, key=lambda event: event.asset_key)), [])


def _tell(
    project: Project,
    instance: dg.DagsterInstance,
    seen: Observation,
    memory: dict[str, Any],
    news: list[str],
) -> dg.SensorResult | None:
    """What came and went, for the history; and a run for what has to change on disk, once for each."""
    work = digest_of_text(str(seen.to_tidy)) if seen.to_tidy else ""
    tidying = []
    if work and work != memory.get("tidied") and may_try(instance, work, project.settings.arrival):
        tidying = [dg.RunRequest(job_name="tidy_up", tags={WORK: work})]
    if not (seen.new or seen.events or tidying):
        return None
    words = {
        "new": seen.new,
        "recorded": [str(e.partition or e.asset_key.to_user_string()) for e in seen.events],
    }
    said = [f"{len(names)} {what}: {', '.join(names[:5])}" for what, names in words.items() if names]
    return dg.SensorResult(
        run_requests=tidying,
        skip_reason=None if tidying else "; ".join([*said, *news]),
        dynamic_partitions_requests=[videos_partitions.build_add_request(seen.new)] if seen.new else [],
        asset_events=seen.events,
        cursor=json.dumps({"told": seen.lines, "tidied": work}),
    )


def _skip(why: str, memory: dict[str, Any]) -> dg.SensorResult:
    return dg.SensorResult(skip_reason=why, cursor=json.dumps(memory))


def _quiet(project: Project, stamp: str, said: str) -> dict[str, Any]:
    """What to remember so that nothing is looked at again before something changes, or is to be tried."""
    until = min(project.failures.next_try(project.settings.arrival), sys.float_info.max)
    return {"quiet": stamp, "until": until, "said": said}


def _is_quiet(memory: dict[str, Any], stamp: str) -> bool:
    return bool(memory.get("quiet") == stamp and time.time() < memory["until"])


def _stamp(project: Project) -> str:
    said = [project.settings, project.cameras, project.corrections, sorted(project.layout.expired)]
    files = [*map(str, said), *map(str, stamp_of(project.layout))]
    return digest_of_text("\n".join(files))
