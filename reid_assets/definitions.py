"""What Dagster loads: every asset and check below `reid_assets.defs`, the jobs, and what they need."""

from collections.abc import Sequence
from typing import Any

import dagster as dg

from reid_assets.defs import assets, checks
from reid_assets.defs.assets.configuration import cameras_and_clocks, corrections, forgotten, sections
from reid_assets.defs.checks.stored_artifacts import stored_artifact_checks
from reid_assets.defs.jobs import JOBS
from reid_assets.defs.resources import project_resources
from reid_assets.defs.schedules import nightly
from reid_assets.defs.sensors import new_videos, out_of_date, reassociate


def build_definitions(more_assets: Sequence[dg.AssetsDefinition] = ()) -> dg.Definitions:
    """All definitions, with assets that are declared elsewhere besides."""
    loaded: Any = dg.load_assets_from_package_module(assets, include_specs=True)
    external = {spec.key for spec in (cameras_and_clocks, corrections, forgotten, *sections)}
    own = [one for one in loaded if not (isinstance(one, dg.AssetSpec) and one.key in external)]
    return dg.Definitions(
        assets=[*own, cameras_and_clocks, corrections, forgotten, *sections, *more_assets],
        asset_checks=[*dg.load_asset_checks_from_package_module(checks), *stored_artifact_checks()],
        jobs=JOBS,
        sensors=[new_videos, reassociate, out_of_date],
        schedules=[nightly],
        resources=project_resources(),
        # One process a run: a step process would pay seconds to start and load the backbone again.
        executor=dg.in_process_executor,
    )


defs = build_definitions()
