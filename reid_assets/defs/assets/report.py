"""What people look at: one folder that opens without a server."""

from typing import Any

import dagster as dg
import pandas as pd

from reid_assets.defs.schemas import table_metadata
from reid_assets.io_managers.identity_io import read_evidence
from reid_assets.io_managers.movement_io import movement
from reid_assets.io_managers.project_resource import ProjectResource
from reid_assets.io_managers.report_io import Report
from reid_assets.reid.report.contents import REPORT, collect_contents
from reid_assets.state.staleness import Made


@dg.asset(
    description="Moves, occupancy and every identity with its gallery and evidence, for a browser: "
    "`reid/report/index.html`, which opens from disk.",
    io_manager_key="report_io",
    group_name="reid",
    kinds={"plotly", "duckdb"},
    metadata=table_metadata(REPORT),
)
def report(
    global_id_map: pd.DataFrame,
    galleries: pd.DataFrame,
    merged_analytics: dict[str, Any],
    project: ProjectResource,
) -> dg.MaterializeResult[Made]:
    """Gather what the report tells."""
    opened = project.open()
    of = opened.freshness.of("report")
    with movement(global_id_map, opened.clocks(), opened.settings.flows) as moved:
        contents = collect_contents(
            moved.ask, global_id_map, read_evidence(opened), galleries, merged_analytics
        )
    metadata: dict[str, Any] = {
        "identities": len(contents.table),
        "pictures": len(contents.pictures),
        "order": merged_analytics["flows"]["assumption"] or "by clocks",
    }
    return dg.MaterializeResult(value=Made(Report(contents), of), metadata=metadata)
