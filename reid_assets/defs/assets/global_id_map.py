"""Which identity each track is: all videos together."""

from collections.abc import Mapping
from typing import Any

import dagster as dg
import pandas as pd
from pydantic import Field

from reid_assets.defs.metadata_images import inline_picture
from reid_assets.defs.schemas import rows_shown, table_metadata
from reid_assets.io_managers.identity_io import GlobalIdMapIOManager
from reid_assets.io_managers.project_resource import ProjectResource
from reid_assets.reid.accuracy.identity_count import count_interval
from reid_assets.reid.association.global_id_map import associate
from reid_assets.reid.core.embeddings import TrackEmbeddings
from reid_assets.reid.core.tables import GLOBAL_ID_MAP
from reid_assets.reid.presentation.margins_picture import draw_margins
from reid_assets.state.staleness import Made
from reid_assets.storage.transient_errors import retried_if_it_can_pass

_CERTAINTY = (
    "Tracks by how much nearer they are to their own identity than to the next. Left of the line: doubt"
)
_OF_GROUPS = ["class", "tracks", "by", "network_card", "supported", "mean_confidence", "fewest", "most"]
FATES = {
    "kept": "kept their id",
    "born": "are new",
    "merged": "were several",
    "split": "were one",
    "gone": "id retired",
}


class Numbering(dg.Config):
    """How ids are given in this run; also in the Launchpad of the UI."""

    fresh_ids: bool = Field(default=False, description="Number the identities anew, from 0.")


def changes_shown(report: Mapping[str, Any]) -> dg.MetadataValue:
    """What became of the identities since the map before, one line a fate."""
    fates = pd.DataFrame(
        [(fate, report[fate], meaning) for fate, meaning in FATES.items()],
        columns=["since the last map", "identities", "meaning"],
    )
    return rows_shown(fates)


@dg.asset(
    description="A `global_id` for every (video, track): `reid/global_id_map.csv`.",
    io_manager_key="global_id_map_io",
    group_name="reid",
    kinds={"python", "duckdb"},
    metadata=table_metadata(GLOBAL_ID_MAP),
)
def global_id_map(
    track_embeddings: dict[str, TrackEmbeddings],
    project: ProjectResource,
    config: Numbering,
    map_store: dg.ResourceParam[GlobalIdMapIOManager],
) -> dg.MaterializeResult[Made]:
    """Group all tracks under the identity rules; ids last from map to map."""
    opened = project.open()
    of = opened.freshness.of("global_id_map")
    previous, next_id = (None, 0) if config.fresh_ids else map_store.previous()
    clocks = opened.clocks()
    with retried_if_it_can_pass():
        found = associate(track_embeddings, opened.settings.associate, previous, next_id, clocks=clocks)
    margins = draw_margins(found.evidence["margin"])
    numbers: dict[str, Any] = {
        "identities": found.report["identities"],
        **count_interval(found.report),
        "certainty": inline_picture(margins, "image/svg+xml", "margins of tracks", _CERTAINTY),
        "changes": changes_shown(found.report),
        "groups": rows_shown(pd.DataFrame(found.report["groups"]).filter(_OF_GROUPS)),
        **{name: value for name, value in found.report.items() if name != "groups"},
        "fresh_ids": config.fresh_ids,
        "cameras": len(set(clocks.cameras().values())),
        "clocks": clocks.counts(),
    }
    return dg.MaterializeResult(value=Made(found, of), metadata=numbers)
