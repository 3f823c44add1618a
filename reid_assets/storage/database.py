"""Loading one file into one table of the DuckDB database, whole or not at all.

Files are the truth; a table here is always loaded from the file that was just written, one part (a
video, or the whole) in one transaction, together with the digest of that file. A database that
somebody holds open delays the mirror, never the files: the next run brings it level.
"""

import atexit
import time
import typing
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from reid_assets.reid.core.tables import Table
from reid_assets.storage.duckdb_scan import exists, pattern, quote, relation_over

WHOLE = ""
_WAITS = (0.05, 0.1, 0.2, 0.4, 0.8, 1.5, 2.0)
_FORGIVEN_AFTER = 300.0
_LEDGER = """
CREATE TABLE IF NOT EXISTS "_parts" (name VARCHAR, part VARCHAR, digest VARCHAR, PRIMARY KEY (name, part))
"""


class DatabaseBusyError(Exception):
    """Another process has the database open; the message says which."""


@dataclass(frozen=True)
class Part:
    """One file's share of a table: a video's rows, or all rows (`WHOLE`)."""

    table: Table
    part: str
    path: Path


# DuckDB's binding complains on standard error about every one of its objects that outlives the interpreter.
# Compiled parts of NumPy and torch hold `typing` for ever, its registry of overloads holds a function of
# Dagster, that one Dagster's registry of types, and those are our classes, whose modules use DuckDB.
# The registry serves introspection alone; without it the chain is broken.
atexit.register(typing.clear_overloads)

# When each database last stayed locked, for reading or for writing: who was refused does not wait again for
# each of a thousand parts. Another's open reader lets read, and still nobody writes.
_refused: dict[tuple[Path, bool], float] = {}


class Database:
    """Short connections to one DuckDB file."""

    def __init__(self, path: Path, waits: tuple[float, ...] = _WAITS) -> None:
        self.path = path
        self._waits = waits

    @contextmanager
    def connect(self, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection that is closed at the end of the block.

        Raises:
            DatabaseBusyError: somebody else kept the file open for all of the waiting time.
        """
        connection = self.open(read_only)
        try:
            yield connection
        finally:
            connection.close()

    def open(self, read_only: bool) -> duckdb.DuckDBPyConnection:
        """A connection that is the caller's to close; errors as in `connect`."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        lately = time.monotonic() - _refused.get((self.path, read_only), -_FORGIVEN_AFTER) < _FORGIVEN_AFTER
        for wait in (*(() if lately else self._waits), None):
            try:
                connection = duckdb.connect(str(self.path), read_only=read_only)
            except duckdb.IOException as error:
                if "lock" not in str(error).lower():
                    raise
                if wait is None:
                    _refused[self.path, read_only] = time.monotonic()
                    holder = " ".join(str(error).split())
                    raise DatabaseBusyError(
                        f"{self.path} is open elsewhere ({holder}). The files are complete; close that "
                        "client and run again to bring the database level."
                    ) from error
                time.sleep(wait)
            else:
                _refused.pop((self.path, read_only), None)
                return connection
        raise AssertionError("unreachable")

    def held_open(self) -> str | None:
        """Who keeps the database from being written, in words; None where nobody does."""
        if not self.path.is_file():
            return None
        try:
            self.open(read_only=False).close()
        except DatabaseBusyError as error:
            return str(error)
        return None

    def load(self, part: Part, digest: str) -> int:
        """Replace one part of a table by the rows of its file; return how many there are."""
        with self.connect() as connection:
            connection.execute(_LEDGER)
            relation = relation_over(part.table, part.part, part.path)
            _create(connection, part.table, relation.extra)
            connection.execute("BEGIN")
            _delete(connection, part.table, part.part)
            connection.execute(
                f"INSERT INTO {quote(part.table.name)} BY NAME {relation.sql}", [pattern(part.path)]
            )
            _note(connection, part, digest)
            rows = _count(connection, part)
            connection.execute("COMMIT")
        return rows

    def drop(self, gone: Iterable[tuple[str, str]]) -> None:
        """Delete the rows of some (table, part)."""
        gone = list(gone)
        if not gone:
            return
        with self.connect() as connection:
            connection.execute("BEGIN")
            for name, part in gone:
                _delete(connection, Table(name, ()), part)
                connection.execute('DELETE FROM "_parts" WHERE name = ? AND part = ?', [name, part])
            connection.execute("COMMIT")

    def parts(self) -> dict[tuple[str, str], str]:
        """(table, part) -> digest of the file it was loaded from."""
        if not self.path.is_file():
            return {}
        with self.connect(read_only=True) as connection:
            if not exists(connection, "_parts"):
                return {}
            rows = connection.execute('SELECT name, part, digest FROM "_parts"').fetchall()
        return {(name, part): digest for name, part, digest in rows}

    def differences(self, parts: Iterable[Part]) -> list[str]:
        """How the rows of parts differ from their files, in words; nothing where they agree.

        Compares the number of rows and a hash over them that does not depend on their order.
        """
        with self.connect(read_only=True) as connection:
            found = (_differs(connection, part) for part in parts)
            return [difference for difference in found if difference]


def _differs(connection: duckdb.DuckDBPyConnection, part: Part) -> str | None:
    if not exists(connection, part.table.name):
        return f"{part.path.name}: table {part.table.name} is missing in the database"
    relation = relation_over(part.table, part.part, part.path)
    columns = ", ".join(quote(name) for name in relation.columns)
    digest = f"SELECT count(*), bit_xor(hash({columns})), sum(hash({columns}) % 1000003)"
    in_file = connection.execute(f"{digest} FROM ({relation.sql})", [pattern(part.path)]).fetchone()
    where, values = _where(part.table, part.part)
    in_table = connection.execute(f"{digest} FROM {quote(part.table.name)}{where}", values).fetchone()
    if in_file == in_table:
        return None
    rows = (in_file or (0,))[0], (in_table or (0,))[0]
    return f"{part.path.name}: {rows[0]} rows in the file, {rows[1]} in the database, or other values"


def _create(connection: duckdb.DuckDBPyConnection, table: Table, extra: tuple[str, ...]) -> None:
    columns = ", ".join(f"{quote(c.name)} {c.duckdb_type}" for c in table.columns)
    connection.execute(f"CREATE TABLE IF NOT EXISTS {quote(table.name)} ({columns})")
    # A database of an earlier version may lack columns that the table has by now.
    known = [(column.name, column.duckdb_type) for column in table.columns]
    for name, kind in known + [(name, "VARCHAR") for name in extra]:
        connection.execute(f"ALTER TABLE {quote(table.name)} ADD COLUMN IF NOT EXISTS {quote(name)} {kind}")


def _delete(connection: duckdb.DuckDBPyConnection, table: Table, part: str) -> None:
    where, values = _where(table, part)
    connection.execute(f"DELETE FROM {quote(table.name)}{where}", values)


def _where(table: Table, part: str) -> tuple[str, list[str]]:
    return ("", []) if part == WHOLE else (" WHERE video = ?", [part])


def _note(connection: duckdb.DuckDBPyConnection, part: Part, digest: str) -> None:
    connection.execute(
        'INSERT OR REPLACE INTO "_parts" VALUES (?, ?, ?)', [part.table.name, part.part, digest]
    )


def _count(connection: duckdb.DuckDBPyConnection, part: Part) -> int:
    where, values = _where(part.table, part.part)
    row = connection.execute(f"SELECT count(*) FROM {quote(part.table.name)}{where}", values).fetchone()
    return row[0] if row else 0
