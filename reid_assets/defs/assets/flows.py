"""Who moved from which video to which."""

from typing import Any

import dagster as dg
import pandas as pd

from reid_assets.defs.metadata_images import inline_picture
from reid_assets.defs.schemas import rows_shown, table_metadata
from reid_assets.io_managers.movement_io import movement
from reid_assets.io_managers.outputs_io import DrawnFlows
from reid_assets.io_managers.project_resource import ProjectResource
from reid_assets.reid.core.tables import FLOWS
from reid_assets.reid.presentation.flow_picture import draw_flows
from reid_assets.state.staleness import Made


@dg.asset(
    description="Moves between videos, ready for a Sankey: `reid/flows.csv`, `.json`, `.svg`.",
    io_manager_key="flows_io",
    group_name="reid",
    kinds={"csv", "json", "duckdb"},
    metadata=table_metadata(FLOWS),
)
def flows(global_id_map: pd.DataFrame, project: ProjectResource) -> dg.MaterializeResult[Made]:
    """Count the moves of all identities."""
    opened = project.open()
    of = opened.freshness.of("flows")
    clocks = opened.clocks()
    with movement(global_id_map, clocks, opened.settings.flows) as moved:
        table, direction = FLOWS.conform(moved.frame("flows")), moved.direction()
        picture = draw_flows(moved.frame("camera_flows"), direction.note())
    metadata: dict[str, Any] = {
        "moves": int(table["count"].sum()),
        "pairs": len(table),
        "picture": inline_picture(picture.encode(), "image/svg+xml", "moves"),
        "table": rows_shown(table.sort_values("count", ascending=False, kind="stable")),
        "order": direction.note() or "by clocks",
        "clocks": clocks.counts(),
    }
    return dg.MaterializeResult(value=Made(DrawnFlows(table, picture), of), metadata=metadata)
