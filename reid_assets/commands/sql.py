"""`reid-assets sql`: one question to the database, answered as a table, CSV or JSON.

Reads the database and nothing else (`reid_assets.storage.sql_reader`). Moments are shown in the zone that
cameras.yaml names, else in UTC.
"""

import csv
import itertools
import json
import os
import sys
import threading
from typing import Any, Literal

from reid_assets.commands.console import Screen
from reid_assets.commands.project_options import open_project
from reid_assets.state.project import Project
from reid_assets.storage.database import DatabaseBusyError
from reid_assets.storage.sql_guard import SqlError
from reid_assets.storage.sql_reader import Answer, answered, iso_moment

_ROWS_OF_A_TABLE = 200
_SECONDS_OF_GRACE = 10.0
Form = Literal["table", "csv", "json"]


def sql_command(
    root: str | None, config: str | None, query: str, form: Form, timeout: float, limit: int
) -> int:
    """Print the answer.

    Raises:
        SqlError: there is no database yet, somebody writes to it, it does not understand the question, or the
            answer takes more time, memory or rows than are allowed.
    """
    project = open_project(root, config)
    path, zone = project.layout.database, project.cameras.time_zone or "UTC"
    if not path.is_file():
        raise SqlError(f"{path}: not made yet. Run `reid-assets run`.")
    # Some functions of DuckDB cannot be interrupted while they work on one value.
    watch = threading.Timer(timeout + _SECONDS_OF_GRACE, _end_process, (timeout,))
    watch.daemon = True
    watch.start()
    try:
        with answered(path, query, zone, timeout, as_json=form == "json") as answer:
            _print(project, answer, form, limit)
    except DatabaseBusyError as error:
        raise SqlError(str(error)) from error
    finally:
        watch.cancel()
    return 0


def _end_process(timeout: float) -> None:
    """Nothing is lost by it: the database is open for reading alone."""
    sys.stderr.write(f"failed: no answer within {timeout:g} s.\n")
    sys.stderr.flush()
    os._exit(1)


def _print(project: Project, answer: Answer, form: Form, limit: int) -> None:
    if form == "table":
        rows = list(itertools.islice(answer.rows, _ROWS_OF_A_TABLE + 1))
        shown = [["" if cell is None else cell for cell in row] for row in rows[:_ROWS_OF_A_TABLE]]
        Screen().table(str(project.layout.database), answer.columns, shown)
        if len(rows) > _ROWS_OF_A_TABLE:
            Screen().say(f"Only the first {_ROWS_OF_A_TABLE} rows; --csv prints all.")
    elif form == "csv":
        _print_csv(answer, limit)
    else:
        _print_json(answer, limit)
    if form != "table" and next(answer.rows, None) is not None:
        raise SqlError(f"more than {limit} rows; the others are not printed. To have them: --limit ROWS.")


def _print_csv(answer: Answer, limit: int) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(answer.columns)
    writer.writerows(itertools.islice(answer.rows, limit))


def _print_json(answer: Answer, limit: int) -> None:
    separator = "[\n"
    for row in itertools.islice(answer.rows, limit):
        cells = zip(answer.columns, answer.types, row, strict=True)
        record = {name: _value(cell, kind) for name, kind, cell in cells}
        sys.stdout.write(separator + json.dumps(record, ensure_ascii=False, allow_nan=False))
        separator = ",\n"
    sys.stdout.write("[]\n" if separator == "[\n" else "\n]\n")


def _value(cell: str | None, kind: str) -> Any:
    if cell is None:
        return None
    # JSON knows no NaN and no infinity.
    value = json.loads(cell, parse_constant=lambda name: None)
    return iso_moment(value) if kind.startswith("TIMESTAMP") and isinstance(value, str) else value
