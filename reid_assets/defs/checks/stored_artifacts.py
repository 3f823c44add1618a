"""Two checks on every artifact: its rows in DuckDB are those of its files, and it is up to date.

Compared are this product's own versions, since Dagster's staleness reaches neither into a YAML file
nor across the videos. A run evaluates the checks of what it makes; the sensor `out_of_date` reports what
has gone out of date since, so that a change of the configuration is seen before anything runs.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg

from reid_assets.artifacts import ARTIFACTS
from reid_assets.automation.check_results import AGREE, UP_TO_DATE, last_evaluations
from reid_assets.defs.checks.verdict import verdict
from reid_assets.io_managers.project_resource import ProjectResource
from reid_assets.state.input_versions import fingerprint
from reid_assets.state.planner import stale_parts
from reid_assets.state.project import Project
from reid_assets.storage.database import DatabaseBusyError

_DESCRIPTIONS = {
    AGREE: "The rows in DuckDB are those of the files: same number, same content.",
    UP_TO_DATE: "Warns where inputs, settings or files differ from those it was made from.",
}


def stored_artifact_checks() -> list[dg.AssetChecksDefinition]:
    """One step of checks for each step that makes artifacts."""
    leads = dict.fromkeys(ARTIFACTS.lead(name).name for name in ARTIFACTS.names)
    return [_step_checks(lead) for lead in leads]


def _step_checks(lead: str) -> dg.AssetChecksDefinition:
    specs = []
    for artifact in ARTIFACTS.step(lead):
        names = (AGREE, UP_TO_DATE) if ARTIFACTS[artifact].tables else (UP_TO_DATE,)
        specs += [dg.AssetCheckSpec(name, asset=artifact, description=_DESCRIPTIONS[name]) for name in names]

    @dg.multi_asset_check(name=f"{lead}_checks", specs=specs, can_subset=True)
    def evaluate(
        context: dg.AssetCheckExecutionContext, project: ProjectResource
    ) -> Iterator[dg.AssetCheckResult]:
        # Not the run's own project: that remembers files as they were when the run began.
        opened = project.open().reopened()
        for key in sorted(context.selected_asset_check_keys):
            asset = key.asset_key.to_user_string()
            yield _agreement(opened, asset) if key.name == AGREE else _up_to_date(opened, asset)

    return evaluate


def _agreement(project: Project, asset: str) -> dg.AssetCheckResult:
    named: dict[str, Any] = {"asset_key": asset, "check_name": AGREE}
    try:
        differences = project.mirror.differences(asset)
    except DatabaseBusyError as error:
        return _behind(str(error), named)
    # A client that only reads lets compare, and yet keeps the database from following the files.
    if differences and (held := project.mirror.database.held_open()):
        return _behind(held, named)
    return verdict(
        not differences,
        f"the database differs from the files of {asset}: {'; '.join(differences[:3])}",
        "Run `reid-assets run`: it brings the database in step with the files.",
        {
            "database": dg.MetadataValue.path(str(project.layout.database)),
            "differences": len(differences),
            "examples": "\n".join(differences[:20]) or "none",
        },
        **named,
    )


def _behind(held: str, named: dict[str, Any]) -> dg.AssetCheckResult:
    reason, _, next_step = held.partition(". ")
    return verdict(False, reason, next_step, {}, warn=True, **named)


def _up_to_date(project: Project, asset: str) -> dg.AssetCheckResult:
    passed, metadata = staleness_facts(project, asset)
    named: dict[str, Any] = {"asset_key": asset, "check_name": UP_TO_DATE}
    return verdict(passed, "", "", dict(metadata), warn=True, **named)


def staleness_facts(project: Project, asset: str) -> tuple[bool, Mapping[str, Any]]:
    """Whether an asset is up to date, and what a person should see of it."""
    stale = stale_parts(project, asset)
    parts = len(project.layout.video_names()) if ARTIFACTS[asset].per_video else 1
    shown = [f"{video}: {why}" if video else why for video, why in list(stale.items())[:20]]
    what = (
        f"{len(stale)} of {parts} videos, first {shown[0]}" if shown and "" not in stale else "".join(shown)
    )
    told = {
        "reason": f"{asset} is out of date ({what})",
        "next_step": "Ask for it again: `reid-assets render`, or materialise it."
        if ARTIFACTS[asset].on_demand
        else "Run `reid-assets run`, or materialise it. While the UI runs, its sensors do.",
    }
    return not stale, (told if stale else {}) | {
        "out_of_date": len(stale),
        "of": parts,
        "why": "\n".join(shown) or "nothing has changed",
        "fingerprint": fingerprint(stale),
    }


def changed_evaluations(project: Project, instance: dg.DagsterInstance) -> list[dg.AssetCheckEvaluation]:
    """Evaluations of `up_to_date` that differ from the last ones in the history."""
    keys = {asset: dg.AssetCheckKey(dg.AssetKey(asset), UP_TO_DATE) for asset in ARTIFACTS.names}
    latest = last_evaluations(instance, keys.values())
    found = []
    for asset, key in keys.items():
        passed, metadata = staleness_facts(project, asset)
        then = latest.get(key)
        same = then and then.metadata.get("fingerprint")
        # Nothing to tell of what was never made and need not be.
        if (not then and passed) or (same and same.value == metadata["fingerprint"]):
            continue
        found.append(
            dg.AssetCheckEvaluation(
                asset_key=key.asset_key,
                check_name=UP_TO_DATE,
                passed=passed,
                severity=dg.AssetCheckSeverity.WARN,
                metadata=metadata,
            )
        )
    return found
