"""`reid-assets sql`: one question to the database, answered as a table, CSV or JSON.

Reads only. Moments are shown in the zone that cameras.yaml names, else in UTC.
"""

import sys
from typing import Literal

import duckdb

from reid_assets.commands.console import Screen
from reid_assets.commands.project_options import open_project
from reid_assets.reid.core.errors import ReidError
from reid_assets.state.project import Project
from reid_assets.storage.database import Database, DatabaseBusyError
from reid_assets.storage.duckdb_scan import text

_MOST_ROWS = 200
Form = Literal["table", "csv", "json"]


class SqlError(ReidError):
    """The question cannot be answered; the message is DuckDB's, with the tables there are."""


def sql_command(root: str | None, config: str | None, query: str, form: Form) -> int:
    """Print the answer.

    Raises:
        SqlError: there is no database yet, somebody writes to it, or it does not understand the question.
    """
    project = open_project(root, config)
    if not project.layout.database.is_file():
        raise SqlError(f"{project.layout.database}: not made yet. Run `reid-assets run`.")
    try:
        return _ask(project, query, form)
    except DatabaseBusyError as error:
        raise SqlError(str(error)) from error


def _ask(project: Project, query: str, form: Form) -> int:
    with Database(project.layout.database).connect(read_only=True) as connection:
        connection.execute(f"SET TimeZone = {text(project.cameras.time_zone or 'UTC')}")
        try:
            answer = connection.sql(query)
            if answer is not None:
                _print(project, answer, form)
        except duckdb.Error as error:
            found = connection.execute("SHOW TABLES").fetchall()
            tables = ", ".join(name for (name,) in found if not name.startswith("_"))
            raise SqlError(f"{' '.join(str(error).split())} (tables: {tables})") from error
    return 0


def _print(project: Project, answer: duckdb.DuckDBPyRelation, form: Form) -> None:
    if form == "table":
        rows = answer.limit(_MOST_ROWS + 1).fetchall()
        shown = [["" if cell is None else str(cell) for cell in row] for row in rows[:_MOST_ROWS]]
        Screen().table(str(project.layout.database), answer.columns, shown)
        if len(rows) > _MOST_ROWS:
            Screen().say(f"Only the first {_MOST_ROWS} rows; --csv prints all.")
        return
    frame = answer.to_arrow_table().to_pandas()
    if form == "csv":
        frame.to_csv(sys.stdout, index=False, lineterminator="\n")
    else:
        records = frame.to_json(orient="records", date_format="iso", indent=2, force_ascii=False)
        sys.stdout.write(f"{records}\n")
