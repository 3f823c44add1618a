"""What people look at: one folder that opens without a server."""

from typing import Any

import dagster as dg
import pandas as pd

from reid_assets.defs.artifact_assets import artifact_asset
from reid_assets.io_managers.project_resource import ProjectResource
from reid_assets.reid.movement.engine import movement
from reid_assets.reid.report.contents import Contents, collect_contents


@artifact_asset
def report(
    global_id_map: pd.DataFrame,
    identity_evidence: pd.DataFrame,
    galleries: pd.DataFrame,
    visits: pd.DataFrame,
    merged_analytics: dict[str, Any],
    project: ProjectResource,
) -> dg.MaterializeResult[Contents]:
    """Gather what the report tells."""
    opened = project.open()
    with movement(global_id_map, opened.clocks(), opened.settings.flows, visits) as moved:
        contents = collect_contents(moved.ask, global_id_map, identity_evidence, galleries, merged_analytics)
    metadata: dict[str, Any] = {
        "identities": len(contents.table),
        "pictures": len(contents.pictures),
        "order": merged_analytics["flows"]["assumption"] or "by clocks",
        "open": dg.MetadataValue.url(opened.layout.report_page.resolve().as_uri()),
    }
    return dg.MaterializeResult(value=contents, metadata=metadata)
