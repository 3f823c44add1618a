"""What people call the identities."""

import dagster as dg
import pandas as pd

from reid_assets.defs.artifact_assets import artifact_asset
from reid_assets.defs.table_metadata import rows_shown
from reid_assets.io_managers.project_resource import ProjectResource
from reid_assets.reid.association.identity_names import identity_names as named


@artifact_asset
def identity_names(
    global_id_map: pd.DataFrame, project: ProjectResource
) -> dg.MaterializeResult[pd.DataFrame]:
    """Find the identity of each track through which a name was given."""
    table = named(project.open().corrections, global_id_map)
    several = int((table["names"] > 1).sum())
    return dg.MaterializeResult(
        value=table, metadata={"names": len(table), "with_several": several, "table": rows_shown(table)}
    )
