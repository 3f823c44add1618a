"""Which runs of this history are under way, dead, or failed often enough.

The history is the memory: each run that a sensor asked for carries the fingerprint of its work, so that
a failed one is tried again after a delay, and not for ever. What a video's failure means is
`reid_assets.state.failures`; this is about runs that fail as a whole, or are killed.
"""

import time

import dagster as dg

from reid_assets.layout import Layout
from reid_assets.reid.core.settings import ArrivalSettings
from reid_assets.state.failures import may_retry
from reid_assets.storage.lock import is_held

WORK = "reid/work"
_CLOSED = "reid/closed"
UNDER_WAY = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]
_RUNNING = UNDER_WAY[2:]
ENDED_BADLY = [dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
# Between its start and the moment when it holds the root's lock.
_SECONDS_TO_BEGIN = 60.0
_CRASHES_FORGIVEN = 2


def runs_under_way(instance: dg.DagsterInstance) -> list[dg.DagsterRun]:
    """Runs that are queued or running."""
    return list(instance.get_runs(dg.RunsFilter(statuses=UNDER_WAY), limit=50))


def close_dead_runs(
    instance: dg.DagsterInstance, layout: Layout, older_than: float = _SECONDS_TO_BEGIN
) -> list[str]:
    """Close runs whose process is gone: a run that lives holds the root's lock, or waits for it.

    Args:
        instance: the history.
        layout: whose lock.
        older_than: seconds since a run's last sign of life; 0 where nobody can have started one.

    Returns:
        Ids of the runs that were closed.
    """
    running = instance.get_run_records(dg.RunsFilter(statuses=_RUNNING), limit=50)
    old = [r for r in running if time.time() - r.update_timestamp.timestamp() >= older_than]
    if not old or is_held(layout.lock):
        return []
    for record in old:
        run = record.dagster_run
        instance.add_run_tags(run.run_id, {_CLOSED: "its process was killed"})
        instance.report_run_canceled(run, "Its process is gone: it was killed, or the machine was.")
    return [record.dagster_run.run_id for record in old]


def may_try(instance: dg.DagsterInstance, work: str, arrival: ArrivalSettings) -> bool:
    """Whether a run with this work may be asked for now, after those that ended badly."""
    ended = instance.get_run_records(
        dg.RunsFilter(statuses=ENDED_BADLY, tags={WORK: work}), limit=arrival.retries + 10
    )
    # One that was killed from outside says nothing about its work.
    bad = [record for record in ended if _CLOSED not in record.dagster_run.tags]
    if not bad or (len(bad) <= _CRASHES_FORGIVEN and _crashed(instance, bad[0].dagster_run)):
        return True
    return may_retry(len(bad), bad[0].end_time or bad[0].update_timestamp.timestamp(), arrival)


def _crashed(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    """Whether the process of a failed run ended without any step having failed."""
    if run.status != dg.DagsterRunStatus.FAILURE:
        return False
    failures = instance.get_records_for_run(run.run_id, of_type=dg.DagsterEventType.STEP_FAILURE, limit=1)
    return not failures.records
