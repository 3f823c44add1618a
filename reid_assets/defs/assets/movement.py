"""Who was where when, and what follows from it: one pass over the map, one asset a table."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import pandas as pd

from reid_assets.defs.schemas import table_metadata
from reid_assets.io_managers.movement_io import Answer, movement
from reid_assets.io_managers.project_resource import ProjectResource
from reid_assets.layout import MOVEMENT
from reid_assets.reid.movement.movement_tables import MOVEMENT_TABLES
from reid_assets.state.staleness import Made

_DESCRIPTIONS = {
    "visits": "Each stay of an identity at a place: enter, leave, dwell.",
    "identities": "Each identity: first and last seen, places, dwell, re-entries.",
    "occupancy": "How many identities are at a place, from each change to the next.",
    "transitions": "Moves between cameras with the seconds they took.",
    "od_matrix": "Where identities are seen first and where last.",
    "camera_flows": "Moves between cameras, ready for a Sankey.",
}


@dg.multi_asset(
    outs={
        name: dg.AssetOut(
            description=f"{_DESCRIPTIONS[name]} `reid/{name}.csv`.",
            io_manager_key=f"{name}_io",
            group_name="reid",
            kinds={"csv", "duckdb"},
            metadata=table_metadata(MOVEMENT_TABLES[name]),
            is_required=False,
        )
        for name in MOVEMENT
    },
    can_subset=True,
)
def movement_tables(
    context: dg.AssetExecutionContext, global_id_map: pd.DataFrame, project: ProjectResource
) -> Iterator[dg.MaterializeResult[Made]]:
    """Place all tracks in time, then ask one question a table."""
    opened = project.open()
    clocks = opened.clocks()
    with movement(global_id_map, clocks, opened.settings.flows) as moved:
        note = moved.direction().note() or "by clocks: every move is known to have gone that way"
        for name in sorted(key.to_user_string() for key in context.selected_asset_keys):
            of = opened.freshness.of(name)
            metadata: dict[str, Any] = {"order": note, "clocks": clocks.counts()}
            yield dg.MaterializeResult(asset_key=name, value=Made(Answer(moved, name), of), metadata=metadata)
