"""The tables of movement, computed in a DuckDB of its own in memory, which spills to disk.

The questions are the SQL of `visits.py` and `flows.py`. Visits come from the identity map and the clocks;
every other table comes from the visits, so that the stays of an identity are worked out once. Nothing is
read from or written to the root here, except that an answer of any size can be written to a file.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pandas as pd

from reid_assets.reid.core.clocks import Clocks
from reid_assets.reid.core.settings import FlowSettings
from reid_assets.reid.movement import flows, visits

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
_FORMAT = "FORMAT csv, HEADER, TIMESTAMPFORMAT '%Y-%m-%dT%H:%M:%S.%gZ'"


class MovementEngine:
    """Answers questions about who was where when: SQL over `visits`, `moves`, `seen`, `clocks`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, settings: FlowSettings) -> None:
        self._connection = connection
        self._settings = settings

    def frame(self, question: str) -> pd.DataFrame:
        """The rows of a movement table (its name), in memory."""
        return self.ask(_QUESTIONS[question])

    def ask(self, sql: str) -> pd.DataFrame:
        """The answer to any SQL over the tables of movement."""
        return self._connection.sql(sql).to_arrow_table().to_pandas()

    def write(self, question: str, path: Path) -> None:
        """The rows of a movement table as a CSV file, however many."""
        target = str(path).replace("'", "''")
        self._connection.execute(f"COPY ({_QUESTIONS[question]}) TO '{target}' ({_FORMAT})")

    def direction(self) -> flows.Direction:
        """What the direction of the moves rests on."""
        row = self.frame("direction").iloc[0]
        counts = {name: int(row[name]) for name in ("moves", "assumed", "guessed")}
        return flows.Direction(**counts, without_clock=self._settings.without_clock)


@contextmanager
def movement(
    id_map: pd.DataFrame, clocks: Clocks, settings: FlowSettings, known_visits: pd.DataFrame | None = None
) -> Iterator[MovementEngine]:
    """An engine for the length of the block.

    Args:
        id_map: rows of `tables.GLOBAL_ID_MAP`.
        clocks: of all videos; a video that is not in them has no clock and is a camera of its own.
        settings: the section `flows` of the configuration.
        known_visits: rows of `visits.VISITS` of this map and these clocks; None: they are computed.
    """
    with tempfile.TemporaryDirectory(prefix="reid-assets-") as spill:
        connection = duckdb.connect(config={"temp_directory": spill})
        try:
            connection.execute("SET TimeZone = 'UTC'")
            for name, frame in _given(id_map, clocks, settings).items():
                _create(connection, name, frame)
            connection.execute(f"CREATE TABLE seen AS {visits.SEEN}")
            if known_visits is None:
                connection.execute(f"CREATE TABLE stays AS {visits.STAYS}")
                connection.execute(f"CREATE VIEW visits AS {visits.VISITS_SQL}")
            else:
                _create(connection, "visits", known_visits)
                connection.execute(f"CREATE TABLE stays AS {visits.STAYS_OF_VISITS}")
            connection.execute(f"CREATE VIEW steps AS {flows.STEPS}")
            connection.execute(f"CREATE VIEW moves AS {flows.MOVES}")
            yield MovementEngine(connection, settings)
        finally:
            connection.close()


def _given(id_map: pd.DataFrame, clocks: Clocks, settings: FlowSettings) -> dict[str, pd.DataFrame]:
    pairs = [
        (a, b) for pair in clocks.settings.overlapping_pairs() for a, b in (sorted(pair), sorted(pair)[::-1])
    ]
    ways = [(a, b, way.max_s) for (a, b), way in clocks.settings.transitions_by_pair().items()]
    return {
        "id_map": id_map[["global_id", "video", "track_id", "class_name", "f_min", "f_max"]],
        "clocks": clocks.table(),
        "together": pd.DataFrame(pairs, columns=["a", "b"], dtype=str),
        "ways": pd.DataFrame(ways, columns=["from", "to", "max_s"]).astype({"max_s": float}),
        "rules": pd.DataFrame(
            {"visit_gap_s": [settings.visit_gap_s], "directed": [settings.without_clock == "common_start"]}
        ),
    }


def _create(connection: duckdb.DuckDBPyConnection, name: str, frame: pd.DataFrame) -> None:
    connection.register("given", frame)
    connection.execute(f"CREATE TABLE {name} AS SELECT * FROM given")
    connection.unregister("given")
