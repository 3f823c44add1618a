"""Whether the footage supports the decisions that were made on it."""

import dagster as dg

from reid_assets.defs.checks.verdict import verdict
from reid_assets.defs.table_metadata import rows_shown
from reid_assets.io_managers.project_resource import ProjectResource
from reid_assets.reid.accuracy.similarity_calibration import MIN_PRECISION
from reid_assets.reid.accuracy.uncertainty import full_reason, what_helps
from reid_assets.reid.core.network_labels import OTHERS, PERSON
from reid_assets.state.planner import MAP
from reid_assets.state.project import Project
from reid_assets.storage.artifact_files import load_content

ON_THE_MAP = "supported_by_footage"
_SHOWN = [
    "class_group",
    "tracks",
    "decided_by",
    "compared",
    "joined",
    "expected_precision",
    "expected_recall",
]


@dg.asset_check(
    asset="similarity_calibration",
    description="Warns where there are too few tracks to tell people apart from chance, where identities "
    f"overlap (expected precision below {MIN_PRECISION:g}), or where nobody stands out as coming back.",
)
def clustering_supported(
    context: dg.AssetCheckExecutionContext, project: ProjectResource
) -> dg.AssetCheckResult:
    """Judge the map, and say it on the map's own page too, where people look."""
    found = _judge(project.open())
    context.instance.report_runless_asset_event(
        dg.AssetCheckEvaluation(
            dg.AssetKey(MAP), ON_THE_MAP, found.passed, metadata=found.metadata, severity=found.severity
        )
    )
    return found


@dg.asset_check(
    asset=MAP,
    name=ON_THE_MAP,
    description="What `clustering_supported` says of this map. Passes until that has judged it: the "
    "calibration is made after the map.",
)
def supported_by_footage(project: ProjectResource) -> dg.AssetCheckResult:
    """The same verdict, once the calibration is that of the present map."""
    opened = project.open().reopened()
    if opened.staleness.stale_reason("expected_accuracy"):
        return verdict(True, "", "", {"judged": "not yet: similarity_calibration is made after the map"})
    return _judge(opened)


def _judge(opened: Project) -> dg.AssetCheckResult:
    """Look at the largest class group, and at each other one that has tracks enough."""
    accuracy = load_content(opened.layout, "expected_accuracy")
    if opened.settings.associate.method == "threshold":
        # Who names the threshold has decided without the footage; only what was measured can object.
        accuracy = accuracy[accuracy["expected_precision"].notna()]
    reason, names = full_reason(accuracy), opened.network_names()
    network = names.get(PERSON) or names.get(OTHERS) or opened.settings.backbone.name
    return verdict(
        reason is None,
        reason or "",
        what_helps(opened.settings.associate, network),
        {"expected": rows_shown(accuracy[_SHOWN]), "least_precision": MIN_PRECISION},
        warn=True,
    )
