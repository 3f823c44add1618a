"""What Dagster loads: every definition below `reid_assets.defs`, and the resources they need."""

import dagster as dg

import reid_assets.defs
from reid_assets.defs.resources import project_resources

defs = dg.Definitions.merge(
    dg.load_definitions_from_package_module(
        reid_assets.defs,
        resources=project_resources(),
        # One process a run: a step process would pay seconds to start and load the backbone again.
        executor=dg.in_process_executor,
    ),
)
