"""The nightly schedule: catches up on everything that is missing or out of date, for those who switch the
sensors off.

When it runs is in the configuration, which is read when the definitions are loaded.
"""

import dagster as dg

from reid_assets.automation.reconcile import observe, register, videos_to_embed
from reid_assets.automation.run_retries import close_dead_runs
from reid_assets.defs.jobs import everything
from reid_assets.defs.run_requests import known_videos, partition_set, whole_chain
from reid_assets.reid.core.errors import ConfigError
from reid_assets.reid.core.settings import ArrivalSettings
from reid_assets.state.project import Project


def nightly_time() -> tuple[str, str]:
    """Cron line and time zone: `arrival.time_zone`, else that of cameras.yaml, else UTC.

    The defaults where the configuration cannot be read, so that the UI can show the error.
    """
    try:
        project = Project.open()
    except ConfigError:
        return ArrivalSettings().nightly, "UTC"
    arrival = project.settings.arrival
    return arrival.nightly, arrival.time_zone or project.cameras.time_zone or "UTC"


_CRON, _ZONE = nightly_time()


@dg.schedule(
    job=everything,
    cron_schedule=_CRON,
    execution_timezone=_ZONE,
    description="Catches up on everything that is missing or out of date, in few runs over ranges of videos. "
    "For those who switch the sensors off; `arrival.nightly` of the configuration says when.",
)
def nightly(context: dg.ScheduleEvaluationContext) -> list[dg.RunRequest] | dg.SkipReason:
    """Bring the known videos level and ask for all that is out of date, in the order of the lineage."""
    project, instance = Project.open(), context.instance
    if not project.layout.root.is_dir():
        return dg.SkipReason(f"{project.layout.root}: there is no such folder. Is a disk unmounted?")
    close_dead_runs(instance, project.layout)
    seen = observe(project, instance, partition_set())
    register(instance, partition_set(), seen)
    for line in seen.lines:
        context.log.warning(line)
    ready = videos_to_embed(project, known_videos(instance)).ready
    asked = whole_chain(project, instance, ready, job="everything", tidy=bool(seen.to_tidy))
    return asked or dg.SkipReason("Everything is up to date, or failed too lately to be tried again.")
