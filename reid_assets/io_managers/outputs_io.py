"""IO managers of what follows from the map: attached tracks and summaries, flows, analytics."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import dagster as dg
import pandas as pd

from reid_assets.io_managers.project_resource import ProjectIOManager, path_facts
from reid_assets.reid.core.errors import ReidError
from reid_assets.reid.core.tables import FLOWS
from reid_assets.state.project import Project
from reid_assets.storage.atomic import write_bytes, write_json


class TracksGlobalIOManager(ProjectIOManager):
    """`<video>/tracks_global.csv`, streamed."""

    @property
    def artifact(self) -> str:
        """Name of the asset."""
        return "tracks_global"

    def store(self, project: Project, video: str | None, value: Iterable[bytes]) -> dict[str, Any]:
        """Write the chunks as they come."""
        assert video is not None
        path = project.layout.tracks_global(video)
        write_bytes(path, value)
        return path_facts(project, path)


class SummaryGlobalIOManager(ProjectIOManager):
    """`<video>/summary_global.json`."""

    @property
    def artifact(self) -> str:
        """Name of the asset."""
        return "summary_global"

    def store(self, project: Project, video: str | None, value: dict[str, Any]) -> dict[str, Any]:
        """Write the object."""
        assert video is not None
        path = project.layout.summary_global(video)
        write_json(path, value)
        return path_facts(project, path)


@dataclass(frozen=True)
class DrawnFlows:
    """Rows of `tables.FLOWS`, and the moves as SVG text."""

    table: pd.DataFrame
    picture: str


class FlowsIOManager(ProjectIOManager):
    """`reid/flows.csv`, the same as a list of objects in `reid/flows.json`, and `reid/flows.svg`."""

    @property
    def artifact(self) -> str:
        """Name of the asset."""
        return "flows"

    def store(self, project: Project, video: str | None, value: DrawnFlows) -> dict[str, Any]:
        """Write all forms."""
        at, table = project.layout, FLOWS.conform(value.table)
        write_bytes(at.flows_picture, [value.picture.encode("utf-8")])
        write_json(at.flows_json, json.loads(table.to_json(orient="records")))
        write_bytes(at.flows_csv, [table.to_csv(index=False, lineterminator="\n").encode("utf-8")])
        return path_facts(project, at.flows_csv, at.flows_json)


class MergedAnalyticsIOManager(ProjectIOManager):
    """`reid/merged_analytics.json`."""

    @property
    def artifact(self) -> str:
        """Name of the asset."""
        return "merged_analytics"

    def store(self, project: Project, video: str | None, value: dict[str, Any]) -> dict[str, Any]:
        """Write the object."""
        path = project.layout.merged_analytics
        write_json(path, value)
        return path_facts(project, path)

    def load_input(self, context: dg.InputContext) -> dict[str, Any]:
        """The object.

        Raises:
            ReidError: it is not there or cannot be read.
        """
        path = self.project.open().layout.merged_analytics
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError) as error:
            raise ReidError(
                f"{path}: not a usable file ({error}). Make it: `reid-assets run --only merged_analytics`."
            ) from error
