"""The SQL of one part of one table: a video's rows, or all rows, as they are loaded, counted and compared."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from reid_assets.reid.core.tables import Table
from reid_assets.storage.duckdb_scan import exists, pattern, quote, relation_over

WHOLE = ""
LEDGER = """
CREATE TABLE IF NOT EXISTS "_parts" (name VARCHAR, part VARCHAR, digest VARCHAR, PRIMARY KEY (name, part))
"""


@dataclass(frozen=True)
class Part:
    """One file's share of a table: a video's rows, or all rows (`WHOLE`)."""

    table: Table
    part: str
    path: Path


def differs(connection: duckdb.DuckDBPyConnection, part: Part) -> str | None:
    """How the rows of a part differ from its file, in words; None where they agree."""
    if not exists(connection, part.table.name):
        return f"{part.path.name}: table {part.table.name} is missing in the database"
    relation = relation_over(part.table, part.part, part.path)
    columns = ", ".join(quote(name) for name in relation.columns)
    digest = f"SELECT count(*), bit_xor(hash({columns})), sum(hash({columns}) % 1000003)"
    in_file = connection.execute(f"{digest} FROM ({relation.sql})", [pattern(part.path)]).fetchone()
    where, values = where_of(part.table, part.part)
    in_table = connection.execute(f"{digest} FROM {quote(part.table.name)}{where}", values).fetchone()
    if in_file == in_table:
        return None
    rows = (in_file or (0,))[0], (in_table or (0,))[0]
    return f"{part.path.name}: {rows[0]} rows in the file, {rows[1]} in the database, or other values"


def create(connection: duckdb.DuckDBPyConnection, table: Table, extra: tuple[str, ...]) -> None:
    """Make the table, or give it the columns that it lacks."""
    columns = ", ".join(f"{quote(c.name)} {c.duckdb_type}" for c in table.columns)
    connection.execute(f"CREATE TABLE IF NOT EXISTS {quote(table.name)} ({columns})")
    # A database of an earlier version may lack columns that the table has by now.
    known = [(column.name, column.duckdb_type) for column in table.columns]
    for name, kind in known + [(name, "VARCHAR") for name in extra]:
        connection.execute(f"ALTER TABLE {quote(table.name)} ADD COLUMN IF NOT EXISTS {quote(name)} {kind}")


def delete(connection: duckdb.DuckDBPyConnection, table: Table, part: str) -> None:
    """Delete the rows of a part."""
    where, values = where_of(table, part)
    connection.execute(f"DELETE FROM {quote(table.name)}{where}", values)  # noqa: S608 (a declared table)


def where_of(table: Table, part: str) -> tuple[str, list[str]]:
    """The condition that selects the rows of a part, with its values."""
    return ("", []) if part == WHOLE else (" WHERE video = ?", [part])


def note(connection: duckdb.DuckDBPyConnection, part: Part, digest: str) -> None:
    """Note from which state of its file a part was loaded."""
    connection.execute(
        'INSERT OR REPLACE INTO "_parts" VALUES (?, ?, ?)', [part.table.name, part.part, digest]
    )


def count_rows(connection: duckdb.DuckDBPyConnection, part: Part) -> int:
    """Number of rows of a part."""
    where, values = where_of(part.table, part.part)
    counted = f"SELECT count(*) FROM {quote(part.table.name)}{where}"  # noqa: S608 (a declared table)
    row = connection.execute(counted, values).fetchone()
    return row[0] if row else 0
