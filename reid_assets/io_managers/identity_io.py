"""IO manager of the identity map, with the memory of which ids were ever given."""

import json
from typing import Any

import dagster as dg
import duckdb
import pandas as pd

from reid_assets.io_managers.project_resource import ProjectIOManager, path_facts
from reid_assets.reid.association.global_id_map import Association
from reid_assets.reid.core.errors import ReidError
from reid_assets.reid.core.tables import GLOBAL_ID_MAP, IDENTITY_EVIDENCE
from reid_assets.state.project import Project
from reid_assets.storage.atomic import write_bytes, write_json
from reid_assets.storage.database import DatabaseBusyError
from reid_assets.storage.duckdb_scan import exists


class GlobalIdMapIOManager(ProjectIOManager):
    """`reid/global_id_map.csv`, `identity_evidence.csv`, `identity_state.json` and `association.json`."""

    @property
    def artifact(self) -> str:
        """Name of the asset."""
        return "global_id_map"

    def store(self, project: Project, video: str | None, value: Association) -> dict[str, Any]:
        """Write the highest id first: an id given twice would be worse than one left out."""
        at = project.layout
        write_json(at.identity_state, {"next_id": value.next_id})
        write_json(at.association_report, value.report)
        for table, frame, path in (
            (IDENTITY_EVIDENCE, value.evidence, at.identity_evidence),
            (GLOBAL_ID_MAP, value.id_map, at.global_id_map),
        ):
            write_bytes(path, [table.conform(frame).to_csv(index=False, lineterminator="\n").encode()])
        return path_facts(project, at.global_id_map)

    def previous(self) -> tuple[pd.DataFrame | None, int]:
        """The map as it is, if any, and the first id that was never given."""
        project = self.project.open()
        if not project.layout.global_id_map.is_file():
            return None, _next_id(project, None)
        id_map = read_map(project)
        return id_map, _next_id(project, id_map)

    def load_input(self, context: dg.InputContext) -> pd.DataFrame:
        """The map, rows of `tables.GLOBAL_ID_MAP`."""
        return read_map(self.project.open())


def read_map(project: Project) -> pd.DataFrame:
    """Read `global_id_map.csv`.

    Raises:
        ReidError: it is not there or cannot be read.
    """
    path = project.layout.global_id_map
    try:
        text = {"video": str, "class_name": str}
        return GLOBAL_ID_MAP.conform(pd.read_csv(path, dtype=text, keep_default_na=False))
    except FileNotFoundError:
        raise ReidError(f"{path}: not made yet. Run `reid-assets run`.") from None
    except ValueError as error:
        raise ReidError(f"{path}: not a usable map ({error}). Remove it and run again.") from error


def read_evidence(project: Project) -> pd.DataFrame:
    """Rows of `tables.IDENTITY_EVIDENCE`; none where they are not there or cannot be read."""
    try:
        text = {"video": str, "witness_video": str}
        return IDENTITY_EVIDENCE.conform(pd.read_csv(project.layout.identity_evidence, dtype=text))
    except (FileNotFoundError, ValueError):
        return IDENTITY_EVIDENCE.empty()


def read_report(project: Project) -> dict[str, Any]:
    """What the association measured, chose and changed (the association report); empty if unknown."""
    try:
        report = json.loads(project.layout.association_report.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return report if isinstance(report, dict) else {}


def _next_id(project: Project, id_map: pd.DataFrame | None) -> int:
    """Highest id that the state file, the database or the map knows of, plus one."""
    candidates = [0]
    try:
        candidates.append(int(json.loads(project.layout.identity_state.read_text())["next_id"]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        candidates.append(_highest_in_database(project))
    if id_map is not None and len(id_map):
        candidates.append(int(id_map["global_id"].max()) + 1)
    return max(candidates)


def _highest_in_database(project: Project) -> int:
    database = project.mirror.database
    if not database.path.is_file():
        return 0
    try:
        with database.connect(read_only=True) as connection:
            if not exists(connection, "identity_state"):
                return 0
            row = connection.execute(
                "SELECT CAST(value AS BIGINT) FROM identity_state WHERE key = 'next_id'"
            ).fetchone()
    except (DatabaseBusyError, duckdb.Error):
        return 0
    return int(row[0]) if row else 0
