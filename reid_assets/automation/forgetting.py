"""After a video was removed: what the database, the caches and the history still hold of it.

Deleted rows stay in free pages of DuckDB and SQLite until these are written anew, and the history knows a
video by its partition. Names are noted when a video goes, and forgotten once nothing that is there was made
from it any more.
"""

import json
import re
import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import dagster as dg

from reid_assets.artifacts import ARTIFACTS
from reid_assets.automation.retention import prune_history
from reid_assets.layout import Layout
from reid_assets.state.project import Project
from reid_assets.storage.atomic import write_json
from reid_assets.storage.database import DatabaseBusyError
from reid_assets.storage.probe_cache import FileFacts

# The tag of runs that the command line made: it forgets at the end of all of them.
LAUNCHED_BY = {"user": "reid-assets run"}
_SECONDS_TO_WAIT = 5.0
_REMOVED = "(removed)"
# A name that is a plain word may be a word of Dagster's own: only its partition goes then.
_PLAIN_WORD = re.compile(r"[A-Za-z_]{1,15}")
# What may stand before and after a name in a path, a sentence or JSON, which may be nested.
_BEFORE = r'(?<![^"\'/\\ (,;|=\[\n\x00-\x1f])'
_AFTER = r'(?:(?=_track_(?:embeds|meta)\.)|(?![^"\'/\\ ).,:;|&\]\n\x00-\x1f]))'


def note_removed(layout: Layout, video: str) -> None:
    """Remember that a video was removed, until it is forgotten everywhere."""
    write_json(layout.removed_videos, sorted({*_noted(layout), video}))


def forget_removed(project: Project, instance: dg.DagsterInstance) -> None:
    """Forget the removed videos everywhere, once all results are made without them.

    Whoever calls holds the root's lock. What cannot be done now, since somebody reads the database or the
    history, is done after one of the next runs.
    """
    layout = project.layout
    names = _noted(layout)
    if not names or any(project.staleness.stale_reason(artifact) for artifact in ARTIFACTS.whole):
        return
    gone = sorted(set(names) - set(layout.video_names()) - set(layout.embedded_names()))
    try:
        database = project.mirror.database
        database.drop(key for key in database.parts() if key[1] in gone)
        database.rewrite()
        project.staleness.digests.forget_missing()
        FileFacts(layout.probe_cache).forget_missing()
        shutil.rmtree(layout.errors, ignore_errors=True)
        if Path(instance.root_directory).resolve() == layout.dagster_home.resolve():
            _forget_in_history(instance, layout, gone)
    except (DatabaseBusyError, sqlite3.OperationalError):
        return
    layout.removed_videos.unlink(missing_ok=True)


def _forget_in_history(instance: dg.DagsterInstance, layout: Layout, names: list[str]) -> None:
    prune_history(instance, layout, kept_runs=1, slack=0)
    living = layout.video_names()
    words = [
        name
        for name in names
        # Part of another's name, it stays in texts: these tell of the other's partition.
        if not _PLAIN_WORD.fullmatch(name) and not any(name in other for other in living)
    ]
    forms = {form for word in words for form in (word, json.dumps(word)[1:-1])}
    pattern = re.compile(
        _BEFORE + f"({'|'.join(map(re.escape, sorted(forms, key=len, reverse=True)))})" + _AFTER
    )
    for file in sorted(layout.dagster_home.rglob("*.db")):
        with closing(sqlite3.connect(file, timeout=_SECONDS_TO_WAIT)) as connection:
            with connection:
                _remove_partitions(connection, names)
                if words:
                    _replace_everywhere(connection, pattern)
            connection.execute("VACUUM")
            with suppress(sqlite3.OperationalError):
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _remove_partitions(connection: sqlite3.Connection, names: Iterable[str]) -> None:
    for table, columns in _text_columns(connection).items():
        if "partition" in columns:
            rows = [(name,) for name in names]
            connection.executemany(f'DELETE FROM "{table}" WHERE "partition" = ?', rows)


def _replace_everywhere(connection: sqlite3.Connection, pattern: re.Pattern[str]) -> None:
    def scrubbed(text: Any) -> Any:
        return pattern.sub(_REMOVED, text) if isinstance(text, str) else text

    connection.create_function("scrubbed", 1, scrubbed, deterministic=True)
    for table, columns in _text_columns(connection).items():
        for column in columns:
            changed = f'"{column}" IS NOT scrubbed("{column}")'
            connection.execute(
                f'UPDATE OR REPLACE "{table}" SET "{column}" = scrubbed("{column}") WHERE {changed}'
            )


def _text_columns(connection: sqlite3.Connection) -> dict[str, list[str]]:
    """Table -> its columns of text."""
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return {
        table: [
            name
            for _, name, kind, *_ in connection.execute(f'PRAGMA table_info("{table}")')
            if kind.upper().startswith(("TEXT", "VARCHAR", "CHAR"))
        ]
        for (table,) in tables
        if not table.startswith("sqlite_")
    }


def _noted(layout: Layout) -> list[str]:
    try:
        noted = json.loads(layout.removed_videos.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [name for name in noted if isinstance(name, str)] if isinstance(noted, list) else []
