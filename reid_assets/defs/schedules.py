"""The nightly schedule: catches up on everything that is missing or out of date, for those who switch the
sensors off.

Its cron line stands in the configuration; it is read when the definitions are loaded.
"""

import dagster as dg

from reid_assets.automation.reconcile import bring_level, videos_to_embed
from reid_assets.automation.run_retries import close_dead_runs
from reid_assets.config import find_config, load_settings
from reid_assets.defs.jobs import everything
from reid_assets.defs.run_requests import known_videos, partition_set, whole_chain
from reid_assets.defs.sensors import children_of
from reid_assets.io_managers.project_resource import print_nothing
from reid_assets.reid.core.errors import ConfigError
from reid_assets.reid.core.settings import ArrivalSettings
from reid_assets.state.project import Project
from reid_assets.storage.lock import RootBusyError, hold


def cron_line() -> str:
    """From the configuration; the default where that cannot be read, so that the UI can show the error."""
    try:
        return load_settings(find_config()).arrival.nightly
    except ConfigError:
        return ArrivalSettings().nightly


@dg.schedule(
    job=everything,
    cron_schedule=cron_line(),
    description="Catches up on everything that is missing or out of date, in few runs over ranges of videos. "
    "For those who switch the sensors off; `arrival.nightly` of the configuration says when.",
)
def nightly(context: dg.ScheduleEvaluationContext) -> list[dg.RunRequest] | dg.SkipReason:
    """Bring the known videos level and ask for all that is out of date, in the order of the lineage."""
    project, instance = Project.open(), context.instance
    if not project.layout.root.is_dir():
        return dg.SkipReason(f"{project.layout.root}: there is no such folder. Is a disk unmounted?")
    close_dead_runs(instance, project.layout)
    try:
        with hold(project.layout.lock, "schedule nightly", 0.0, print_nothing):
            for line in bring_level(project, instance, partition_set()):
                context.log.warning(line)
    except RootBusyError as error:
        context.log.info(f"New and removed videos come with the next night: {error}")
    ready = videos_to_embed(project, known_videos(instance)).ready
    asked = whole_chain(project, instance, ready, children_of(context), job="everything")
    return asked or dg.SkipReason("Everything is up to date, or failed too lately to be tried again.")
