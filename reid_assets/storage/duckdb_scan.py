"""A file of the contract as something DuckDB can select from.

CSV cells are read as text and cast column by column, after the tables of `reid_assets.reid.core.tables`:
types that were sniffed would change with the rows. Connections and transactions are `database.py`.
"""

import csv
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.core.outside_files import reason_of
from reid_assets.reid.core.tables import Column, Table

# Columns by which tables name a track, alone or as one of two.
TRACK_COLUMNS = (
    ("video", "track_id"),
    ("witness_video", "witness_track_id"),
    ("video_a", "track_a"),
    ("video_b", "track_b"),
)


@dataclass(frozen=True)
class Relation:
    """A SELECT over one file.

    Attributes:
        sql: with one placeholder, the file's path as `pattern` writes it.
        columns: names it yields.
        extra: those of them that the table does not know; they stay text.
    """

    sql: str
    columns: tuple[str, ...]
    extra: tuple[str, ...]


def relation_over(table: Table, part: str, path: Path) -> Relation:
    """The rows that a CSV, or the entries that a JSON object, holds for one part of a table."""
    return _over_json(table, part) if path.suffix == ".json" else _over_csv(table, path)


def _over_json(table: Table, part: str) -> Relation:
    """One row a key: `key, value` (JSON text), before them `video` where the table has one."""
    video = f"{text(part)} AS video, " if table.header[0] == "video" else ""
    entries = "read_text(?) AS file, json_each(CAST(file.content AS JSON)) AS entry"
    sql = f"SELECT {video}entry.key AS key, CAST(entry.value AS VARCHAR) AS value FROM {entries}"
    return Relation(sql, tuple(table.header), ())


def _over_csv(table: Table, path: Path) -> Relation:
    names, empty_lines = _header(path)
    header = _all_named(names)
    known = {column.name: column for column in table.columns}
    taken = {name.lower() for name in known}
    # DuckDB's names do not distinguish case: of two such columns the first, or the contract's own, is kept.
    extra = []
    for name in header:
        if name.lower() not in taken:
            taken.add(name.lower())
            extra.append(name)
    kept = [name for name in header if name in known or name in extra]
    columns = ", ".join(f"{text(_cell(i))}: 'VARCHAR'" for i in range(len(header)))
    selected = ", ".join(
        f"{_cast(known.get(name), _cell(header.index(name)))} AS {quote(name)}" for name in kept
    )
    source = (
        "read_csv(?, header = true, delim = ',', quote = '\"', escape = '\"', nullstr = '', "
        # Strict, it refuses files whose lines end in more than one way.
        "auto_detect = false, strict_mode = false, hive_partitioning = false, "
        f"skip = {empty_lines}, columns = {{{columns}}}, max_line_size = 16777216, "
        # By default a buffer holds many of the longest lines: a third of the memory at ten million rows.
        "buffer_size = 16777216)"
    )
    return Relation(f"SELECT {selected} FROM {source}", tuple(kept), tuple(extra))


def _header(path: Path) -> tuple[list[str], int]:
    """The column names, and how many empty lines stand before them."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return next((cells, line) for line, cells in enumerate(csv.reader(stream)) if cells)
    except (StopIteration, ValueError, csv.Error, OSError) as error:
        raise InputError(f"{path}: not a readable table ({reason_of(error)}).") from error


def _all_named(header: list[str]) -> list[str]:
    """SQL has no nameless column; index columns of other tools have no name."""
    taken = {name.lower() for name in header}
    named = []
    for place, name in enumerate(header):
        free = f"unnamed_{place}"
        while not name and free in taken:
            free += "_"
        named.append(name or free)
        taken.add(named[-1].lower())
    return named


def _cell(place: int) -> str:
    return f"c{place}"


def _cast(column: Column | None, cell: str) -> str:
    if column is None:
        return cell
    if column.kind == "text":
        return cell if column.optional else f"coalesce({cell}, '')"
    if column.kind == "int":
        # A float ends at 2^53, and is asked only for what is written as one (`3e2`).
        return f"coalesce(TRY_CAST({cell} AS BIGINT), TRY_CAST(TRY_CAST({cell} AS DOUBLE) AS BIGINT))"
    return f"TRY_CAST({cell} AS {column.duckdb_type})"


def pattern(path: Path) -> str:
    """The path so that DuckDB takes it for itself alone, whatever wildcards a video's name holds."""
    return "".join(f"[{letter}]" if letter in "[*?" else letter for letter in str(path))


def exists(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    """Whether the database has the table."""
    found = connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = ?", [table])
    return bool(found.fetchone())


def quote(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """A text as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def rows_of_tracks(
    connection: duckdb.DuckDBPyConnection, tracks: Collection[tuple[str, int]]
) -> list[tuple[str, int]]:
    """Tables with rows of some tracks (video, track_id), and how many; of tracks_global those with an id."""
    connection.register("wanted_tracks", pd.DataFrame(sorted(tracks), columns=["video", "track_id"]))
    columns = connection.execute(
        "SELECT table_name, list(column_name) FROM information_schema.columns "
        "WHERE table_schema = 'main' AND table_name <> 'wanted_tracks' GROUP BY ALL ORDER BY table_name"
    ).fetchall()
    found = []
    for table, names in columns:
        for video, track in TRACK_COLUMNS:
            if not {video, track} <= set(names):
                continue
            which = " WHERE t.global_id IS NOT NULL" if "x1" in names else ""
            row = connection.execute(
                f"SELECT count(*) FROM {quote(table)} t SEMI JOIN wanted_tracks g "
                f"ON t.{video} = g.video AND t.{track} = g.track_id{which}"
            ).fetchone()
            found += [(table, row[0])] if row and row[0] else []
    return found
