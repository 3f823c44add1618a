"""Whether the footage supports the decisions that were made on it."""

import dagster as dg
import pandas as pd

from reid_assets.defs.table_metadata import rows_shown
from reid_assets.io_managers.project_resource import ProjectResource
from reid_assets.reid.accuracy.calibration_pairs import MIN_TRACKS
from reid_assets.reid.accuracy.similarity_calibration import MIN_PRECISION
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
    # Detectors report a few plants and clocks everywhere; they are no reason to doubt the people.
    counts = (accuracy["compared"] >= MIN_TRACKS) | (accuracy["tracks"] == accuracy["tracks"].max())
    judged = accuracy[counts & (accuracy["tracks"] > 1)]
    if opened.settings.associate.method == "threshold":
        # Who names the threshold has decided without the footage; only what was measured can object.
        judged = judged[judged["expected_precision"].notna()]
    doubted = judged[~judged["supported"]]
    return dg.AssetCheckResult(
        passed=doubted.empty,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "expected": rows_shown(accuracy[_SHOWN]),
            "class_groups_compared": len(judged),
            "least_precision": MIN_PRECISION,
            "why": "\n".join(f"{row.class_group}: {row.why}" for row in doubted.itertuples()) or "supported",
            "next_step": _next_step(doubted),
        },
    )


def _next_step(doubted: pd.DataFrame) -> str:
    if doubted.empty:
        return "none"
    groups = "; ".join(f"{row.class_group}: {row.why}" for row in doubted.itertuples())
    return (
        f"{groups}. Judge by the galleries; more videos, a re-identification network as backbone, or a "
        "higher associate.caution help."
    )
