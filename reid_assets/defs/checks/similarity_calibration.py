"""Whether the footage supports the decisions that were made on it."""

import dagster as dg

from reid_assets.defs.checks.verdict import verdict
from reid_assets.defs.table_metadata import rows_shown
from reid_assets.io_managers.project_resource import ProjectResource
from reid_assets.reid.accuracy.similarity_calibration import MIN_PRECISION
from reid_assets.reid.accuracy.uncertainty import full_reason, what_helps
from reid_assets.reid.core.network_labels import OTHERS, PERSON
from reid_assets.storage.artifact_files import load_content

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
def clustering_supported(project: ProjectResource) -> dg.AssetCheckResult:
    """Look at the largest class group, and at each other one that has tracks enough."""
    opened = project.open()
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
