"""Runs the questions of `reid.visits` and `reid.flows`, and stores the answers.

A DuckDB of its own in memory, which spills to disk where memory is short; the answers are written
straight to their CSV files and from there loaded into the mirror like every other table.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from reid_assets.io_managers.project_resource import ProjectIOManager, path_facts
from reid_assets.reid.core.clocks import Clocks
from reid_assets.reid.core.settings import FlowSettings
from reid_assets.reid.movement import flows, visits
from reid_assets.state.project import Project
from reid_assets.storage.atomic import replacing
from reid_assets.storage.duckdb_scan import text

_QUESTIONS = {
    "visits": visits.VISITS_SQL,
    "identities": visits.IDENTITIES_SQL,
    "occupancy": visits.OCCUPANCY_SQL,
    "flows": flows.FLOWS_SQL,
    "camera_flows": flows.CAMERA_FLOWS_SQL,
    "transitions": flows.TRANSITIONS_SQL,
    "od_matrix": flows.OD_MATRIX_SQL,
    "direction": flows.DIRECTION_SQL,
}
_TABLES = {"seen": visits.SEEN, "stays": visits.STAYS}
_VIEWS = {"steps": flows.STEPS, "moves": flows.MOVES}
_FORMAT = "FORMAT csv, HEADER, TIMESTAMPFORMAT '%Y-%m-%dT%H:%M:%S.%gZ'"


class Movement:
    """Everything that can be asked about one map, with its clocks."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, settings: FlowSettings) -> None:
        self._connection = connection
        self._settings = settings

    def frame(self, question: str) -> pd.DataFrame:
        """The answer in memory; for the small ones."""
        return self.ask(_QUESTIONS[question])

    def ask(self, sql: str) -> pd.DataFrame:
        """The answer to any SQL over `visits`, `moves`, `seen`, `clocks`."""
        self._make_visits(sql)
        return self._connection.sql(sql).to_arrow_table().to_pandas()

    def write(self, question: str, path: Path) -> None:
        """The answer as a CSV file, however large."""
        self._make_visits(_QUESTIONS[question])
        self._connection.execute(f"COPY ({_QUESTIONS[question]}) TO {text(str(path))} ({_FORMAT})")

    def _make_visits(self, sql: str) -> None:
        """Moves need no visits, so the table is made for the first question that names it."""
        if "FROM visits" in sql:
            self._connection.execute(f"CREATE TABLE IF NOT EXISTS visits AS {visits.VISITS_SQL}")

    def direction(self) -> flows.Direction:
        """What the direction of the moves rests on."""
        row = self.frame("direction").iloc[0]
        counts = {name: int(row[name]) for name in ("moves", "assumed", "guessed")}
        return flows.Direction(**counts, without_clock=self._settings.without_clock)


@contextmanager
def movement(id_map: pd.DataFrame, clocks: Clocks, settings: FlowSettings) -> Iterator[Movement]:
    """Who was where when, for the length of the block.

    Args:
        id_map: rows of `tables.GLOBAL_ID_MAP`.
        clocks: of all videos; one that is not there has no clock and is a camera of its own.
    """
    pairs = [
        (a, b) for pair in clocks.settings.overlapping_pairs() for a, b in (sorted(pair), sorted(pair)[::-1])
    ]
    ways = [(a, b, way.max_s) for (a, b), way in clocks.settings.transitions_by_pair().items()]
    given = {
        "id_map": id_map[["global_id", "video", "track_id", "class_name", "f_min", "f_max"]],
        "clocks": clocks.table(),
        "together": pd.DataFrame(pairs, columns=["a", "b"], dtype=str),
        "ways": pd.DataFrame(ways, columns=["from", "to", "max_s"]).astype({"max_s": float}),
        "rules": pd.DataFrame(
            {"visit_gap_s": [settings.visit_gap_s], "directed": [settings.without_clock == "common_start"]}
        ),
    }
    with tempfile.TemporaryDirectory(prefix="reid-assets-") as spill:
        connection = duckdb.connect(config={"temp_directory": spill})
        try:
            connection.execute("SET TimeZone = 'UTC'")
            for name, frame in given.items():
                connection.register("given", frame)
                connection.execute(f"CREATE TABLE {name} AS SELECT * FROM given")
                connection.unregister("given")
            for name, sql in _TABLES.items():
                connection.execute(f"CREATE TABLE {name} AS {sql}")
            for name, sql in _VIEWS.items():
                connection.execute(f"CREATE VIEW {name} AS {sql}")
            yield Movement(connection, settings)
        finally:
            connection.close()


@dataclass(frozen=True)
class Answer:
    """One question with who can answer it: what a movement asset hands to its IO manager."""

    movement: Movement
    question: str


class MovementIOManager(ProjectIOManager):
    """`reid/<table>.csv` of one of the movement tables."""

    table: str

    @property
    def artifact(self) -> str:
        """Name of the asset."""
        return self.table

    def store(self, project: Project, video: str | None, value: Answer) -> dict[str, Any]:
        """Write the file straight from DuckDB."""
        path = project.layout.movement(self.table)
        with replacing(path) as partial:
            value.movement.write(value.question, partial)
        return path_facts(project, path)
