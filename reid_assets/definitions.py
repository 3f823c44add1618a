"""What Dagster loads: every asset and check below `reid_assets.defs`, the jobs, and what they need."""

from collections.abc import Sequence
from typing import Any

import dagster as dg

from reid_assets.defs import assets, checks
from reid_assets.defs.jobs import JOBS
from reid_assets.defs.resources import project_resources
from reid_assets.defs.schedules import nightly
from reid_assets.defs.sensors import new_videos, out_of_date, reassociate

OWNER = "team:reid"


def _with_policy() -> Sequence[Any]:
    """All assets with what holds for each of them: an owner, and where their code lies."""
    loaded: Any = dg.load_assets_from_package_module(assets, include_specs=True)
    owned: Any = dg.map_asset_specs(lambda spec: spec.replace_attributes(owners=[OWNER]), loaded)
    return dg.with_source_code_references(owned)


defs = dg.Definitions(
    assets=_with_policy(),
    asset_checks=dg.load_asset_checks_from_package_module(checks),
    jobs=JOBS,
    sensors=[new_videos, reassociate, out_of_date],
    schedules=[nightly],
    resources=project_resources(),
    # One process a run: a step process would pay seconds to start and load the backbone again.
    executor=dg.in_process_executor,
)
