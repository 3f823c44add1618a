"""How much of a root's Dagster history is kept, and the removal of what is older.

Dagster keeps a database of some hundred kilobytes for each run for ever. Kept are the last `KEPT_RUNS` and
every run that says what is there now: the latest materialization of an asset, the latest result of a check,
the failure of a partition that was not made since. Of the others go the run, its log and its events, except
the latest event of each asset and partition, on which partition status, lineage and staleness rest.

Dagster can only delete a run with all its events, so this works on its SQLite files. A history elsewhere
(`DAGSTER_HOME`, another storage) belongs to somebody else and is left alone.
"""

import shutil
import sqlite3
import time
import uuid
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import dagster as dg
from dagster._core.scheduler.instigation import TickStatus

from reid_assets.automation.run_retries import ENDED_BADLY, UNDER_WAY
from reid_assets.layout import Layout

KEPT_RUNS = 20
# Runs that are over before anything is done, so that not each run pays for it.
_SLACK = 5
# Failed runs that are remembered beyond that: so many attempts a sensor counts.
_KEPT_FAILURES = 10
_KEPT_RUNLESS = 500
_SECONDS_TO_WAIT = 2.0
# A sensor looks every few seconds, and each look leaves a row.
_SECONDS_OF_SKIPPED_TICKS = 3600.0
# Free pages are reused; a file is only written anew where that gives back much.
_FREE_SHARE, _FREE_BYTES = 0.25, 1 << 20

_LATEST_EVENTS = """
SELECT max(id) FROM event_logs WHERE asset_key IS NOT NULL
AND dagster_event_type IN ('ASSET_MATERIALIZATION', 'ASSET_OBSERVATION', 'ASSET_FAILED_TO_MATERIALIZE')
GROUP BY asset_key, partition, dagster_event_type
"""
_LATEST_CHECKS = """
SELECT max(id) FROM asset_check_executions GROUP BY asset_key, check_name, partition
UNION
SELECT max(id) FROM asset_check_executions WHERE evaluation_event_storage_id IS NOT NULL
AND execution_status <> 'PLANNED' GROUP BY asset_key, check_name, partition
"""
_TELLING_RUNS = f"""
SELECT run_id FROM event_logs WHERE id IN (
    SELECT max(id) FROM event_logs WHERE dagster_event_type = 'ASSET_MATERIALIZATION' GROUP BY asset_key
)
UNION
SELECT run_id FROM asset_check_executions WHERE id IN ({_LATEST_CHECKS})
"""
# Runs that were to make something that was not made since.
_OWING_RUNS = """
SELECT run_id FROM event_logs WHERE id IN (
    SELECT max(id) FROM event_logs
    WHERE dagster_event_type IN ('ASSET_MATERIALIZATION', 'ASSET_MATERIALIZATION_PLANNED')
    GROUP BY asset_key, partition
) AND dagster_event_type = 'ASSET_MATERIALIZATION_PLANNED'
"""
# Events without a run are as old as the runs around them.
_REMOVAL = (
    f"""
    DELETE FROM event_logs WHERE id NOT IN ({_LATEST_EVENTS})
    AND id NOT IN (SELECT coalesce(evaluation_event_storage_id, 0) FROM asset_check_executions
                   WHERE id IN ({_LATEST_CHECKS}))
    AND (run_id NOT IN (SELECT run_id FROM kept) AND run_id <> '' OR run_id = '' AND id < (
        SELECT min(id) FROM event_logs WHERE run_id IN (SELECT run_id FROM kept WHERE recent)
    ))""",
    "DELETE FROM asset_event_tags WHERE event_id NOT IN (SELECT id FROM event_logs)",
    f"""
    DELETE FROM asset_check_executions WHERE id NOT IN ({_LATEST_CHECKS})
    AND (run_id NOT IN (SELECT run_id FROM kept) AND run_id <> '' OR run_id = '' AND id < (
        SELECT min(id) FROM asset_check_executions WHERE run_id IN (SELECT run_id FROM kept WHERE recent)
    ))""",
)


def prune_history(
    instance: dg.DagsterInstance,
    layout: Layout,
    kept_runs: int = KEPT_RUNS,
    slack: int | None = None,
    *,
    since: datetime | None = None,
) -> list[str]:
    """Remove what is older than the last runs; the caller holds the root's lock.

    Args:
        kept_runs: how many runs stay, besides those that say what is there now.
        slack: how many more there may be before anything is removed.
        since: instead, remove every run that began before this time, whatever it says.

    Returns:
        Ids of the removed runs; none where the history is short, elsewhere, or being written.

    Raises:
        sqlite3.OperationalError: with `since`, that it is being read or written.
    """
    index = (home := layout.dagster_home) / "history" / "runs" / "index.db"
    if not index.is_file() or Path(instance.root_directory).resolve() != home.resolve():
        return []
    if since is None and instance.get_runs_count() <= kept_runs + (_SLACK if slack is None else slack):
        return []
    files = [*index.parent.glob("*.db*"), *(home / "storage").glob("*")]
    try:
        gone = _remove_events(instance, index, kept_runs, since)
        for run in gone:
            instance.run_storage.delete_run(run)
        _remove_files(files, set(instance.get_run_ids()))
        _shorten_runless(index.with_name(".db"))
        for database in (index, home / "history" / "runs.db", home / "schedules" / "schedules.db"):
            _give_back_pages(database)
    except sqlite3.OperationalError:
        if since is not None:
            raise
        return []  # somebody reads or writes it now: after one of the next runs
    return gone


def purge_skipped_ticks(instance: dg.DagsterInstance) -> None:
    """Forget looks of the sensors that led to nothing, once they are an hour old."""
    before = time.time() - _SECONDS_OF_SKIPPED_TICKS
    for state in instance.all_instigator_state():
        instance.purge_ticks(state.instigator_origin_id, state.selector_id, before, [TickStatus.SKIPPED])


def _remove_events(
    instance: dg.DagsterInstance, index: Path, kept_runs: int, since: datetime | None = None
) -> list[str]:
    """Remove the events of runs that are not kept; returns these runs."""
    with closing(sqlite3.connect(index, timeout=_SECONDS_TO_WAIT, isolation_level=None)) as connection:
        # A run is listed before it has events: who has some now is among those listed from now on.
        connection.execute("BEGIN IMMEDIATE")
        runs = list(instance.get_run_ids())
        failed = instance.get_run_ids(dg.RunsFilter(statuses=ENDED_BADLY))
        under_way = instance.get_run_ids(dg.RunsFilter(statuses=UNDER_WAY))
        recent = set(runs[:kept_runs])
        kept = recent | set(under_way) | set(failed[:_KEPT_FAILURES])
        kept |= _column(connection, _TELLING_RUNS) | (_column(connection, _OWING_RUNS) & set(failed))
        if since is not None:
            recent = set(instance.get_run_ids(dg.RunsFilter(created_after=since)))
            kept = recent | set(under_way)
        connection.execute("CREATE TEMP TABLE kept (run_id TEXT PRIMARY KEY, recent BOOLEAN)")
        connection.executemany("INSERT INTO kept VALUES (?, ?)", [(run, run in recent) for run in kept])
        for statement in _REMOVAL:
            connection.execute(statement)
        connection.execute("COMMIT")
    return [run for run in runs if run not in kept]


def _column(connection: sqlite3.Connection, sql: str) -> set[str]:
    return {row[0] for row in connection.execute(sql)}


def _remove_files(files: Iterable[Path], runs: set[str]) -> None:
    """Remove databases and logs of runs that are gone. The files were listed before the runs were."""
    for path in files:
        run = path.name.partition(".")[0]
        if run in runs or not _is_uuid(run):
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _is_uuid(name: str) -> bool:
    try:
        return str(uuid.UUID(name)) == name
    except ValueError:
        return False


def _shorten_runless(database: Path) -> None:
    """Of the second copy of events without a run, which nobody reads, keep the last."""
    if not database.is_file():
        return
    with closing(sqlite3.connect(database, timeout=_SECONDS_TO_WAIT)) as connection, connection:
        connection.execute(
            "DELETE FROM event_logs WHERE id <= (SELECT max(id) FROM event_logs) - ?", (_KEPT_RUNLESS,)
        )


def _give_back_pages(database: Path) -> None:
    if not database.is_file():
        return
    with closing(sqlite3.connect(database, timeout=_SECONDS_TO_WAIT)) as connection:
        pages, free, size = (
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        if free * size > _FREE_BYTES and free > _FREE_SHARE * pages:
            connection.execute("VACUUM")
