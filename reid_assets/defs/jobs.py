"""Jobs: the embedding pass, everything that follows from the map, all of it, and tidying up."""

from typing import Any

import dagster as dg

from reid_assets.automation.reconcile import TIDY
from reid_assets.defs.artifact_assets import STAGE
from reid_assets.io_managers.project_resource import ProjectResource


@dg.op
def tidy(context: dg.OpExecutionContext, project: ProjectResource) -> None:
    """Nothing more than opening the project, which does what the run's tag says."""
    context.log.info(f"Tidied {project.open().layout.root}")


@dg.job(
    tags={TIDY: "true"},
    description="Removes what was made for videos that are gone; brings the database in step with the files.",
)
def tidy_up() -> None:
    """For the sensors, which only look: what changes on disk is changed by a run, under the root's lock."""
    tidy()


_STAGES = {
    "embed": "Vectors, crops and backgrounds of videos.",
    "associate": "The cameras, and the identity map with its evidence and its report.",
    "attach": "Identities into the tables and summaries of videos.",
    "results": "Calibration, movement, galleries, analytics, report.",
    "render": "Videos with boxes and ids drawn in; choose the videos. No schedule and no sensor asks for it.",
}
embed, associate, attach, results, render = (
    dg.define_asset_job(stage, selection=dg.AssetSelection.tag(STAGE, stage), description=text)
    for stage, text in _STAGES.items()
)
everything = dg.define_asset_job(
    "everything",
    selection=dg.AssetSelection.all() - dg.AssetSelection.tag(STAGE, "render"),
    description="The whole chain; choose a range of videos.",
)
JOBS: list[Any] = [embed, associate, attach, results, render, everything, tidy_up]
