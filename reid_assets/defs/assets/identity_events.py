"""What became of every identity, from the first map on."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import dagster as dg
import pandas as pd

from reid_assets.defs.artifact_assets import artifact_asset
from reid_assets.defs.table_metadata import rows_shown
from reid_assets.io_managers.project_resource import ProjectResource
from reid_assets.reid.association.identity_events import (
    IDENTITY_EVENTS,
    aliases,
    changes,
    in_words,
    replay,
    without_videos_gone,
)
from reid_assets.reid.association.identity_names import identity_names
from reid_assets.storage.identity_history import read_history


@artifact_asset
def identity_events(
    context: dg.AssetExecutionContext,
    global_id_map: pd.DataFrame,
    association_report: dict[str, Any],
    project: ProjectResource,
) -> Mapping[str, dg.MaterializeResult]:
    """Compare the map with what the events so far add up to, and note the difference."""
    opened = project.open()
    known = read_history(opened.layout, context.log.warning)
    before, names_before = replay(known)
    named = identity_names(opened.corrections, global_id_map)
    names = dict(zip(named["global_id"].astype(int), named["name"].astype(str), strict=True))
    now = datetime.now(UTC)
    new = pd.DataFrame(changes(before, global_id_map, names_before, names))
    if len(new):
        first = int(known["number"].max()) + 1 if len(known) else 0
        new = new.assign(
            number=range(first, first + len(new)),
            time=now,
            run_id=context.run_id,
            reason=str(association_report.get("why", "map of an earlier version")),
        )
        new.loc[new["event"] == "renamed", "reason"] = "corrections"
        known = pd.concat([known, IDENTITY_EVENTS.conform(new)], ignore_index=True)
    there = {*global_id_map["video"], *opened.layout.embedded_names()}
    events = IDENTITY_EVENTS.conform(without_videos_gone(known, there))
    latest = events[events["run_id"] == context.run_id]
    told = in_words(latest if len(latest) else events.tail(20))
    metadata: dict[str, Any] = {
        "events": len(events),
        "of_this_run": len(latest),
        "last_changes": rows_shown(told),
    }
    return {
        "identity_events": dg.MaterializeResult(value=events, metadata=metadata),
        "identity_aliases": dg.MaterializeResult(value=aliases(events, set(global_id_map["global_id"]))),
    }
