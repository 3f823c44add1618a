"""Visits and moves: who was where, and where to."""

from reid_assets.artifact_spec import ArtifactSpec, TableFile
from reid_assets.declarations.columns import ID, IN_VIDEO, WHO_WHEN
from reid_assets.reid.core import tables
from reid_assets.reid.core.tables import Table
from reid_assets.reid.movement.flows import CAMERA_FLOWS, OD_MATRIX, TRANSITIONS
from reid_assets.reid.movement.visits import IDENTITIES, OCCUPANCY, VISITS


def _movement(table: Table, description: str, made_with: str | None = None) -> ArtifactSpec:
    """A table that is one question to the visits; all of them are asked in one pass."""
    return ArtifactSpec(
        table.name,
        group="movement",
        description=f"{description} `reid/{table.name}.csv`.",
        files=(f"reid/{table.name}.csv",),
        inputs=("visits", "global_id_map"),
        external=("clocks",),
        settings=("flows",),
        tables=(TableFile(table, f"reid/{table.name}.csv"),),
        made_with=made_with,
        code_version="2",
        column_sources=dict.fromkeys(table.header, WHO_WHEN),
    )


MOVEMENT = (
    ArtifactSpec(
        "visits",
        group="movement",
        description="Each stay of an identity at a place: enter, leave, dwell. `reid/visits.csv`.",
        files=("reid/visits.csv",),
        inputs=("global_id_map",),
        external=("clocks",),
        settings=("flows",),
        tables=(TableFile(VISITS, "reid/visits.csv"),),
        code_version="2",
        column_sources=dict.fromkeys(VISITS.header, WHO_WHEN),
    ),
    _movement(IDENTITIES, "Each identity: first and last seen, places, dwell, re-entries."),
    _movement(OCCUPANCY, "How many identities are at a place, from each change to the next.", "identities"),
    _movement(TRANSITIONS, "Moves between cameras with the seconds they took.", "identities"),
    _movement(OD_MATRIX, "Where identities are seen first and where last.", "identities"),
    _movement(CAMERA_FLOWS, "Moves between cameras, ready for a Sankey.", "identities"),
    ArtifactSpec(
        "flows",
        group="movement",
        description="Moves between videos, ready for a Sankey: `reid/flows.csv`, `.json`, `.svg`.",
        files=("reid/flows.csv", "reid/flows.json", "reid/flows.svg"),
        inputs=("visits", "global_id_map"),
        external=("clocks",),
        settings=("flows",),
        tables=(TableFile(tables.FLOWS, "reid/flows.csv"),),
        kinds=frozenset({"csv", "json", "duckdb"}),
        code_version="5",
        column_sources={"from": IN_VIDEO, "to": IN_VIDEO, "count": ID},
    ),
)
