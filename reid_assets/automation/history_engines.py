"""One SQLAlchemy engine for each SQLite file of Dagster's history.

Dagster makes a new engine for every statement, and compiles the statement anew with it: a sixth of the time
of a run on a small folder. Engines without a pool hold no connection, so keeping them changes nothing else.
"""

from functools import lru_cache
from typing import Any

import sqlalchemy
from dagster._core.storage.event_log.sqlite import sqlite_event_log
from dagster._core.storage.runs.sqlite import sqlite_run_storage
from dagster._core.storage.schedules.sqlite import sqlite_schedule_storage
from sqlalchemy.pool import NullPool

_STORAGES: tuple[Any, ...] = (sqlite_event_log, sqlite_run_storage, sqlite_schedule_storage)
_FILES = 64


def keep_engines() -> None:
    """Let the SQLite storages of this process share engines."""
    for storage in _STORAGES:
        if getattr(storage, "create_engine", None) is sqlalchemy.create_engine:
            storage.create_engine = _engine


def _engine(url: str, **options: Any) -> sqlalchemy.Engine:
    connect_args = options.pop("connect_args", {})
    if options != {"poolclass": NullPool}:
        return sqlalchemy.create_engine(url, connect_args=connect_args, **options)
    return _kept_engine(url, tuple(sorted(connect_args.items())))


@lru_cache(maxsize=_FILES)
def _kept_engine(url: str, connect_args: tuple[tuple[str, Any], ...]) -> sqlalchemy.Engine:
    return sqlalchemy.create_engine(url, poolclass=NullPool, connect_args=dict(connect_args))
