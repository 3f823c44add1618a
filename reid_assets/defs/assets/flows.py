"""Who moved from which video to which."""

from typing import Any

import dagster as dg
import pandas as pd

from reid_assets.defs.artifact_assets import artifact_asset
from reid_assets.defs.metadata_images import inline_picture
from reid_assets.defs.table_metadata import rows_shown
from reid_assets.io_managers.project_resource import ProjectResource
from reid_assets.reid.core.tables import FLOWS
from reid_assets.reid.movement.engine import movement
from reid_assets.reid.presentation.flow_picture import draw_flows


@artifact_asset
def flows(
    visits: pd.DataFrame, global_id_map: pd.DataFrame, project: ProjectResource
) -> dg.MaterializeResult[dict[str, Any]]:
    """Count the moves of all identities."""
    opened = project.open()
    clocks = opened.clocks()
    with movement(global_id_map, clocks, opened.settings.flows, visits) as moved:
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
    files = {".csv": table, ".json": table.to_dict("records"), ".svg": picture}
    return dg.MaterializeResult(value=files, metadata=metadata)
