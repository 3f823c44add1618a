"""Loading one file into one table of the DuckDB database, whole or not at all.

Files are the truth; a table here is always loaded from the file that was just written, one part (a video, or
all) in one transaction, with the digest of that file. A database that somebody holds open delays the mirror,
never the files: the next run brings it level.
"""

import atexit
import time
import typing
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import duckdb

from reid_assets.reid.core.tables import Table
from reid_assets.storage.atomic import free_name, partial_of
from reid_assets.storage.duckdb_scan import exists, pattern, quote, relation_over, text
from reid_assets.storage.kept_open import POLL_S, connect, kept_open, let_go
from reid_assets.storage.table_parts import LEDGER, Part, count_rows, create, delete, differs, note

_WAITS = (POLL_S,) * 100
_FORGIVEN_AFTER = 300.0


class DatabaseBusyError(Exception):
    """Another process has the database open; the message says which."""


class DatabaseDamagedError(DatabaseBusyError):
    """The database cannot be read; its content is in the files, so that `run` can make it again."""


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
                connection = connect(self.path, read_only)
            except duckdb.Error as error:
                if "could not set lock" not in str(error).lower():
                    raise self._damaged(error) from error
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

    def kept_open(self) -> AbstractContextManager[None]:
        """Within it, the file stays open from one use to the next, with pauses for others."""
        return kept_open(self.path)

    @contextmanager
    def _session(self, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection for queries of our own: what fails in the database's file is damage."""
        with self.connect(read_only) as connection:
            try:
                yield connection
            except (duckdb.IOException, duckdb.InternalException, duckdb.FatalException) as error:
                # Of a table's file that cannot be read, the message does not name the database.
                if self.path.name in str(error) or "orrupt" in str(error):
                    raise self._damaged(error) from error
                raise

    def _damaged(self, error: Exception) -> DatabaseDamagedError:
        why = " ".join(str(error).split())
        return DatabaseDamagedError(
            f"{self.path} cannot be read ({why}). The files are complete; `reid-assets run` sets it aside "
            "and makes it again from them."
        )

    def set_aside_damaged(self) -> str | None:
        """Move a database that cannot be read out of the way; what was done, in words.

        Raises:
            DatabaseBusyError: it stays open elsewhere.
        """
        try:
            self.parts()
        except DatabaseDamagedError as error:
            with let_go(self.path):
                aside = free_name(self.path)
                self.path.rename(aside)
                self.path.with_name(f"{self.path.name}.wal").unlink(missing_ok=True)
            why = str(error).partition(" cannot be read ")[2].partition(". The files")[0]
            return f"{self.path.name} could not be read {why}: kept as {aside.name}, and made again"
        return None

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
        with self._session() as connection:
            connection.execute(LEDGER)
            relation = relation_over(part.table, part.part, part.path)
            create(connection, part.table, relation.extra)
            connection.execute("BEGIN")
            delete(connection, part.table, part.part)
            connection.execute(
                f"INSERT INTO {quote(part.table.name)} BY NAME {relation.sql}", [pattern(part.path)]
            )
            note(connection, part, digest)
            rows = count_rows(connection, part)
            connection.execute("COMMIT")
        return rows

    def drop(self, gone: Iterable[tuple[str, str]]) -> None:
        """Delete the rows of some (table, part)."""
        gone = list(gone)
        if not gone:
            return
        with self._session() as connection:
            connection.execute("BEGIN")
            for name, part in gone:
                delete(connection, Table(name, ()), part)
                connection.execute('DELETE FROM "_parts" WHERE name = ? AND part = ?', [name, part])
            connection.execute("COMMIT")

    def rewrite(self) -> None:
        """Write the file anew, so that deleted rows are not in it any more.

        Raises:
            DatabaseBusyError: it is open elsewhere, or damaged.
        """
        if not self.path.is_file():
            return
        partial = partial_of(self.path)
        partial.unlink(missing_ok=True)
        try:
            with let_go(self.path), duckdb.connect() as connection:
                self.open(read_only=False).close()  # nobody else has it open, and its log is written
                connection.execute(f"ATTACH {text(str(self.path))} AS old (READ_ONLY)")
                connection.execute(f"ATTACH {text(str(partial))} AS new")
                connection.execute("COPY FROM DATABASE old TO new")
            partial.replace(self.path)
        except duckdb.Error as error:
            raise self._damaged(error) from error
        finally:
            partial.unlink(missing_ok=True)

    def parts(self) -> dict[tuple[str, str], str]:
        """(table, part) -> digest of the file it was loaded from."""
        if not self.path.exists():
            return {}
        with self._session(read_only=True) as connection:
            if not exists(connection, "_parts"):
                return {}
            rows = connection.execute('SELECT name, part, digest FROM "_parts"').fetchall()
        return {(name, part): digest for name, part, digest in rows}

    def differences(self, parts: Iterable[Part]) -> list[str]:
        """How the rows of parts differ from their files, in words; nothing where they agree.

        Compares the number of rows and a hash over them that does not depend on their order.
        """
        with self._session(read_only=True) as connection:
            found = (differs(connection, part) for part in parts)
            return [difference for difference in found if difference]
