"""Whether what is shown as a direction is one."""

import dagster as dg

from reid_assets.defs.checks.verdict import verdict
from reid_assets.io_managers.project_resource import ProjectResource
from reid_assets.reid.movement.engine import movement
from reid_assets.storage.artifact_files import load_content


@dg.asset_check(
    asset="flows",
    description="Warns where moves are ordered without a clock: then nobody knows which way they went.",
)
def moves_rest_on_clocks(project: ProjectResource) -> dg.AssetCheckResult:
    """Count the moves whose direction is an assumption or a guess."""
    opened = project.open()
    id_map, visits = (load_content(opened.layout, name) for name in ("global_id_map", "visits"))
    with movement(id_map, opened.clocks(), opened.settings.flows, visits) as moved:
        direction = moved.direction()
    note = direction.note()
    return verdict(
        note is None,
        note or "",
        "Say when the videos began: `start_time` in summary.json, or cameras.yaml "
        "(see configs/cv/cameras.example.yaml).",
        warn=True,
        metadata={
            "moves": direction.moves,
            "assumed": direction.assumed,
            "guessed": direction.guessed,
            "without_clock": direction.without_clock,
            "order": note or "by clocks",
        },
    )
