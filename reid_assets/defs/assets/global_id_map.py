"""Which identity each track is, with the evidence and what was measured: all videos together."""

from collections.abc import Mapping
from typing import Any

import dagster as dg
import pandas as pd
from pydantic import Field

from reid_assets.defs.artifact_assets import artifact_asset
from reid_assets.defs.metadata_images import inline_picture
from reid_assets.defs.table_metadata import rows_shown
from reid_assets.io_managers.project_resource import ProjectResource
from reid_assets.reid.accuracy.identity_count import count_interval
from reid_assets.reid.cameras.cameras import camera_of
from reid_assets.reid.presentation.margins_picture import draw_margins
from reid_assets.state.map_changes import why_changed
from reid_assets.state.map_passes import PassInputs, make_map
from reid_assets.storage.embeddings_pair import StoredPairs
from reid_assets.storage.former_ids import FormerIds, read_former_ids
from reid_assets.storage.id_map_file import NumberedMap, previous_map

_CERTAINTY = (
    "Tracks by how much nearer they are to their own identity than to the next. Left of the line: doubt"
)
_OF_GROUPS = ["class", "tracks", "by", "network_card", "mean_confidence", "fewest", "most"]
FATES = {
    "kept": "kept their id",
    "returned": "came back with a removed video, and have the id they had",
    "born": "are new",
    "merged": "were several",
    "split": "were one",
    "gone": "id retired",
}


class GlobalIdMapConfig(dg.Config):
    """How ids are given in this run; also in the Launchpad of the UI."""

    fresh_ids: bool = Field(default=False, description="Number the identities anew, from 0.")
    full: bool = Field(
        default=False, description="Cluster all tracks anew, not only what changed since the last map."
    )


def changes_shown(report: Mapping[str, Any]) -> dg.MetadataValue:
    """What became of the identities since the map before, one line a fate."""
    fates = pd.DataFrame(
        [(fate, report[fate], meaning) for fate, meaning in FATES.items()],
        columns=["since the last map", "identities", "meaning"],
    )
    return rows_shown(fates)


@artifact_asset
def global_id_map(
    track_embeddings: StoredPairs,
    cameras: pd.DataFrame,
    project: ProjectResource,
    config: GlobalIdMapConfig,
) -> Mapping[str, dg.MaterializeResult]:
    """Group all tracks under the identity rules; ids are stable from map to map."""
    opened = project.open()
    versions = opened.staleness.input_versions
    before = None if config.fresh_ids else previous_map(opened.layout, opened.mirror.database)
    known = FormerIds() if config.fresh_ids else read_former_ids(opened.layout.former_ids)
    footage = {video: versions.footage(video) for video in opened.layout.embedded_names()}
    then, now = opened.staleness.made_from("global_id_map"), versions("global_id_map")
    asked = "asked for" if config.fresh_ids or config.full else ""
    made = make_map(
        PassInputs(
            opened,
            track_embeddings,
            camera_of(cameras),
            before,
            recall=lambda tracks: known.recall(tracks, footage),
            full=asked,
            versions=now,
        )
    )
    found = made.found
    why = why_changed(then, now) if before else "first map"
    if config.fresh_ids:
        # An id may now be somebody else's: what was told of it is told of nobody.
        opened.layout.path("identity_events").unlink(missing_ok=True)
        why = "numbered anew"
    margins = draw_margins(found.evidence["margin"])
    numbers: dict[str, Any] = {
        "identities": found.report["identities"],
        **count_interval(found.report),
        "certainty": inline_picture(margins, "image/svg+xml", "margins of tracks", _CERTAINTY),
        "changes": changes_shown(found.report),
        "groups": rows_shown(pd.DataFrame(found.report["groups"]).filter(_OF_GROUPS)),
        **{name: value for name, value in found.report.items() if name != "groups"},
        "pass": made.told,
        "fresh_ids": config.fresh_ids,
        "cameras": int(cameras["camera"].nunique()),
        "clocks": opened.clocks().counts(),
    }
    former = known.updated(found.id_map, footage)
    id_map = NumberedMap(found.id_map, found.next_id, former, made.state)
    return {
        "global_id_map": dg.MaterializeResult(value=id_map, metadata=numbers),
        "identity_evidence": dg.MaterializeResult(value=found.evidence),
        "association_report": dg.MaterializeResult(value={**found.report, "why": why}),
    }
