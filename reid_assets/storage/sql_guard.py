"""A connection for one question of a person to the database, without any way out of it.

Read-only, with DuckDB's access to files, extensions and the network switched off and its configuration
locked, with a bound on time and memory. How the answer is told is `sql_reader.py`.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import psutil

from reid_assets.reid.core.errors import ReidError
from reid_assets.storage.database import Database
from reid_assets.storage.duckdb_scan import text

_MOST_MEMORY = 4 << 30
_BESIDE_MEMORY = 1 << 30
_ANSWERED = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)


class SqlError(ReidError):
    """The question cannot be answered; the message is DuckDB's, or says which bound was met."""


@contextmanager
def guarded(
    path: Path, zone: str, seconds: float
) -> Iterator[tuple[duckdb.DuckDBPyConnection, threading.Event]]:
    """A connection that reads, within its bounds; the event is set when its time is over.

    Args:
        path: of the database.
        zone: in which moments are told.
        seconds: for all of it, reading included.

    Raises:
        SqlError: DuckDB does not answer what is asked inside the block, or not in time.
        DatabaseBusyError: somebody writes to the database.
    """
    memory = min(_MOST_MEMORY, psutil.virtual_memory().total // 2)
    with _opened(path) as connection, _bounded(memory + _BESIDE_MEMORY):
        late = threading.Event()
        timer = threading.Timer(seconds, _stop, (connection, late))
        timer.daemon = True
        try:
            _lock(connection, zone, memory)
            timer.start()
            yield connection, late
        except (duckdb.Error, MemoryError) as error:
            if late.is_set():
                raise SqlError(
                    f"no answer within {seconds:g} s. Ask for less, or allow more time "
                    "(--timeout; in Python, timeout=)."
                ) from error
            raise SqlError(f"{' '.join(str(error).split())}{_tables(connection)}") from error
        finally:
            timer.cancel()


def _stop(connection: duckdb.DuckDBPyConnection, late: threading.Event) -> None:
    late.set()
    connection.interrupt()


@contextmanager
def _bounded(size: int) -> Iterator[None]:
    """Let this process grow by so many bytes: DuckDB does not count one value that is as large as memory."""
    try:
        import resource
    except ImportError:  # not a POSIX system
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = psutil.Process().memory_info().vms + size
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    if soft != resource.RLIM_INFINITY:
        limit = min(limit, soft)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


@contextmanager
def _opened(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    database = Database(path)
    try:
        connection = database.open(read_only=True)
    except (duckdb.Error, RuntimeError) as error:
        raise SqlError(
            f"{path}: cannot be opened ({' '.join(str(error).split())[:300]}). It is made from the files "
            "next to it: delete it and run `reid-assets run`."
        ) from error
    try:
        yield connection
    finally:
        connection.close()


def _lock(connection: duckdb.DuckDBPyConnection, zone: str, memory: int) -> None:
    settings = {
        "TimeZone": text(zone),
        "memory_limit": f"'{memory >> 20}MiB'",
        # No files beside the database, either.
        "temp_directory": "''",
        # A name that is no table would be looked up among this program's variables.
        "python_enable_replacements": "false",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "enable_external_access": "false",
        "lock_configuration": "true",
    }
    for name, value in settings.items():
        connection.execute(f"SET {name} = {value}")


def statement_of(connection: duckdb.DuckDBPyConnection, question: str) -> duckdb.Statement:
    """The one statement of a question, which only reads.

    Raises:
        SqlError: there are several or none, or it does something else.
    """
    statements = connection.extract_statements(question)
    if len(statements) != 1:
        raise SqlError(f"{len(statements)} statements; ask one question at a time.")
    if statements[0].type not in _ANSWERED:
        raise SqlError(
            f"{statements[0].type.name} is not answered: `sql` is read-only. Ask with SELECT, SHOW, "
            "DESCRIBE, SUMMARIZE or EXPLAIN."
        )
    return statements[0]


def bare(statement: duckdb.Statement) -> str:
    """The text of a statement, to be put into brackets.

    It is one whole statement, so nothing in it closes them; its last line may be a comment.
    """
    return statement.query.strip().rstrip(";")


def _tables(connection: duckdb.DuckDBPyConnection) -> str:
    try:
        found = connection.execute("SHOW TABLES").fetchall()
    except duckdb.Error:
        return ""
    return f" (tables: {', '.join(name for (name,) in found if not name.startswith('_'))})"
