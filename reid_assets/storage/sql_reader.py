"""One question of a person to the database, answered in text or as an Arrow table.

As text, every type is told as DuckDB itself writes it, so that none is without a form: a BLOB, an interval,
a date outside of what Python counts. What a question may do is `sql_guard.py`.
"""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from reid_assets.storage.sql_guard import SqlError, bare, guarded, statement_of

_BATCH = 2048
_MOMENT = re.compile(r"(\d+-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)([+-]\d\d)?(:\d\d)?")


@dataclass(frozen=True)
class Answer:
    """Names and types of the columns, and the rows: cells as text, None where there is nothing."""

    columns: list[str]
    types: list[str]
    rows: Iterator[tuple[str | None, ...]]


@contextmanager
def answered(path: Path, question: str, zone: str, seconds: float, as_json: bool = False) -> Iterator[Answer]:
    """The answer, to be read inside the block.

    Args:
        path: of the database.
        question: one statement that reads.
        zone: in which moments are told.
        seconds: for all of it, reading included.
        as_json: each cell is JSON; else as DuckDB prints it.

    Raises:
        SqlError: it is not one question, DuckDB does not answer it, or not in time.
        DatabaseBusyError: somebody writes to the database.
    """
    with guarded(path, zone, seconds) as (connection, late):
        yield _ask(connection, question, as_json, late)


def arrow_answer(path: Path, question: str, zone: str, seconds: float, limit: int) -> pa.Table:
    """The answer in DuckDB's own types, under the same bounds.

    Args:
        path, question, zone, seconds: as of `answered`.
        limit: most rows.

    Raises:
        SqlError: as of `answered`; or there are more rows.
        DatabaseBusyError: somebody writes to the database.
    """
    with guarded(path, zone, seconds) as (connection, _):
        statement = statement_of(connection, question)
        if statement.type == duckdb.StatementType.SELECT:
            asked = f"SELECT * FROM (\n{bare(statement)}\n) LIMIT {limit + 1:d}"
            table = connection.sql(asked).to_arrow_table()
        else:
            table = connection.sql(question).to_arrow_table()
    if table.num_rows > limit:
        raise SqlError(f"more than {limit} rows. Ask for less, or allow more of them (limit).")
    return table


def _ask(
    connection: duckdb.DuckDBPyConnection, question: str, as_json: bool, late: threading.Event
) -> Answer:
    statement, asked = statement_of(connection, question), question
    if statement.type == duckdb.StatementType.SELECT:
        cell = "to_json(COLUMNS(*))" if as_json else "CAST(COLUMNS(*) AS VARCHAR)"
        asked = f"SELECT {cell} FROM (\n{bare(statement)}\n)"
    types = [str(kind) for kind in connection.sql(statement).types] if asked != question else []
    connection.execute(asked)
    columns = [column[0] for column in connection.description or []]
    return Answer(columns, types or ["VARCHAR"] * len(columns), _rows(connection, late))


def _rows(connection: duckdb.DuckDBPyConnection, late: threading.Event) -> Iterator[tuple[str | None, ...]]:
    while rows := connection.fetchmany(_BATCH):
        yield from rows
        if late.is_set():
            raise duckdb.InterruptException("late")


def iso_moment(printed: str) -> str:
    """A moment as DuckDB prints it, in the form of ISO 8601; anything else as it is."""
    if not (match := _MOMENT.fullmatch(printed)):
        return printed
    day, time, hours, minutes = match.groups()
    return f"{day}T{time}{hours}{minutes or ':00'}" if hours else f"{day}T{time}"
