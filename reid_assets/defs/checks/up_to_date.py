"""What is out of date, and why: a warning on each asset.

Compared are this product's own fingerprints, since Dagster's staleness reaches neither into a YAML file
nor across the videos. A run evaluates the check of what it makes; the sensor `out_of_date` reports what
has gone out of date since, so that a change of the configuration is seen before anything runs.
"""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from reid_assets.automation.check_results import last_evaluations
from reid_assets.io_managers.project_resource import ProjectResource
from reid_assets.layout import ARTIFACTS, PER_VIDEO
from reid_assets.state.planner import out_of_date
from reid_assets.state.project import Project
from reid_assets.state.staleness import fingerprint

CHECK = "up_to_date"


def facts(project: Project, asset: str) -> tuple[bool, Mapping[str, Any]]:
    """Whether an asset is up to date, and what a person should see of it."""
    stale = out_of_date(project, asset)
    of = len(project.layout.video_names()) if asset in PER_VIDEO else 1
    shown = [f"{video}: {why}" if video else why for video, why in list(stale.items())[:20]]
    return not stale, {
        "out_of_date": len(stale),
        "of": of,
        "why": "\n".join(shown) or "nothing has changed",
        "fingerprint": fingerprint(stale),
        "next_step": "The sensors make it; without them, materialise the asset or run `reid-assets run`.",
    }


def _up_to_date(asset: str) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        asset=asset,
        name=CHECK,
        description="Warns where inputs, settings or files differ from those it was made of.",
    )
    def up_to_date(project: ProjectResource) -> dg.AssetCheckResult:
        # Not the run's own project: that remembers files as they were when the run began.
        passed, metadata = facts(project.open().anew(), asset)
        return dg.AssetCheckResult(passed=passed, severity=dg.AssetCheckSeverity.WARN, metadata=metadata)

    return up_to_date


up_to_date_checks = [_up_to_date(asset) for asset in ARTIFACTS]


def changed_evaluations(project: Project, instance: dg.DagsterInstance) -> list[dg.AssetCheckEvaluation]:
    """Evaluations that differ from the last ones in the history."""
    keys = {asset: dg.AssetCheckKey(dg.AssetKey(asset), CHECK) for asset in ARTIFACTS}
    latest = last_evaluations(instance, keys.values())
    found = []
    for asset, key in keys.items():
        passed, metadata = facts(project, asset)
        then = latest.get(key)
        same = then and then.metadata.get("fingerprint")
        # Nothing to tell of what was never made and need not be.
        if (not then and passed) or (same and same.value == metadata["fingerprint"]):
            continue
        found.append(
            dg.AssetCheckEvaluation(
                asset_key=key.asset_key,
                check_name=CHECK,
                passed=passed,
                severity=dg.AssetCheckSeverity.WARN,
                metadata=metadata,
            )
        )
    return found
