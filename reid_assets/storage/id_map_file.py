"""The identity map, with the memory of which ids were ever given, and to which tracks."""

import os
from dataclasses import dataclass

import duckdb
import pandas as pd

from reid_assets.artifact_spec import ArtifactSpec
from reid_assets.layout import Layout
from reid_assets.reid.core.errors import ReidError
from reid_assets.reid.core.tables import GLOBAL_ID_MAP, IDENTITY_STATE
from reid_assets.storage.artifact_files import Log, read_table, write_content
from reid_assets.storage.atomic import free_name, write_json
from reid_assets.storage.database import Database, DatabaseBusyError
from reid_assets.storage.duckdb_scan import exists
from reid_assets.storage.former_ids import FormerIds, write_former_ids
from reid_assets.storage.incremental_files import KeptState, write_state
from reid_assets.storage.records import read_record


@dataclass(frozen=True)
class NumberedMap:
    """Rows of `tables.GLOBAL_ID_MAP`, and what goes with them.

    Attributes:
        id_map: the rows.
        next_id: the highest id ever given + 1.
        former: the ids of tracks that return.
        state: what it takes to add to the map; None: nothing is kept, and the next map is a full pass.
    """

    id_map: pd.DataFrame
    next_id: int
    former: FormerIds | None = None
    state: KeptState | None = None


class IdMapFile:
    """`reid/global_id_map.csv`, `identity_state.json`, `former_ids.npz` and the state behind additions."""

    def store(self, layout: Layout, spec: ArtifactSpec, video: str | None, value: NumberedMap) -> int:
        """Write the highest id first: an id given twice would be worse than one left out.

        The map comes last: what a kill leaves behind knows of ids that no map has shown yet, and gives them
        to the same tracks again.
        """
        write_json(layout.identity_state, {"next_id": value.next_id})
        if value.former is not None:
            write_former_ids(layout.former_ids, value.former)
        size = write_content(layout.global_id_map, value.id_map, GLOBAL_ID_MAP)
        write_state(layout, value.state)
        return size

    def load(self, layout: Layout, spec: ArtifactSpec, log: Log) -> pd.DataFrame:
        """Rows of `tables.GLOBAL_ID_MAP`."""
        return read_map(layout)


def read_map(layout: Layout) -> pd.DataFrame:
    """Read `global_id_map.csv`.

    Raises:
        ReidError: it is not there or cannot be read.
    """
    path = layout.global_id_map
    try:
        return read_table(GLOBAL_ID_MAP, path)
    except FileNotFoundError:
        raise ReidError(f"{path}: not made yet. Run `reid-assets run`.") from None
    except ValueError as error:
        raise ReidError(f"{path}: not a usable map ({error}). Remove it and run again.") from error


def previous_map(layout: Layout, database: Database) -> NumberedMap | None:
    """The map as it is; None, where there is none and no id was ever given."""
    id_map = read_map(layout) if os.path.lexists(layout.global_id_map) else None
    next_id = _next_id(layout, database, id_map)
    if id_map is None and not next_id:
        return None
    return NumberedMap(GLOBAL_ID_MAP.empty() if id_map is None else id_map, next_id)


def _next_id(layout: Layout, database: Database, id_map: pd.DataFrame | None) -> int:
    """Highest id that the state file, the database or the map knows of, plus one."""
    noted = _noted_next_id(layout)
    candidates = [0, _highest_in_database(database) if noted is None else noted]
    if id_map is not None and len(id_map):
        candidates.append(int(id_map["global_id"].max()) + 1)
    return max(candidates)


def _noted_next_id(layout: Layout) -> int | None:
    """What the state file says; None where there is none, or it says nothing of use."""
    try:
        noted = read_record(layout.identity_state)["next_id"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return noted if type(noted) is int and 0 <= noted < 1 << 63 else None


def repair_identity_state(layout: Layout, database: Database) -> str | None:
    """Write a state file that cannot be used anew, from the database and the map; what was done, in words."""
    path = layout.identity_state
    if not path.exists() or _noted_next_id(layout) is not None:
        return None
    aside = free_name(path)
    path.rename(aside)
    write_json(path, {"next_id": _next_id(layout, database, None) or _next_of_map(layout)})
    return f"{path.name} could not be read: kept as {aside.name}, and made again"


def _next_of_map(layout: Layout) -> int:
    try:
        id_map = read_map(layout)
    except ReidError:
        return 0
    return int(id_map["global_id"].max()) + 1 if len(id_map) else 0


def _highest_in_database(database: Database) -> int:
    if not database.path.is_file():
        return 0
    try:
        with database.connect(read_only=True) as connection:
            if not exists(connection, IDENTITY_STATE.name):
                return 0
            row = connection.execute(
                f"SELECT CAST(value AS BIGINT) FROM {IDENTITY_STATE.name} WHERE key = 'next_id'"
            ).fetchone()
    except (DatabaseBusyError, duckdb.Error):
        return 0
    return int(row[0]) if row else 0
