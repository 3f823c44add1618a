"""What can be said of the map in a line or two: how many identities, and how right they are.

`run` ends with it and `status` shows it; the figures are `reid_assets.reid.accuracy.identity_count` and
`reid_assets.reid.accuracy.similarity_calibration`.
"""

from collections.abc import Iterator

import pandas as pd

from reid_assets.reid.accuracy.identity_count import count_interval
from reid_assets.state.project import Project
from reid_assets.storage.artifact_files import load_if_there


def map_summary(project: Project) -> Iterator[str]:
    """Lines about the map as it lies there; none where there is none."""
    report = load_if_there(project.layout, "association_report")
    if not isinstance(report, dict):
        return
    interval = count_interval(report)
    few, most = interval.get("identities_fewest"), interval.get("identities_most")
    doubt = f" ({few} to {most}, as the cut may be off)" if few != most else ""
    yield f"Identities: {report['identities']} of {report['tracks']} tracks{doubt}"
    for group in report.get("groups", ()):
        if group.get("by") == "prior" and group["tracks"] > 1:
            yield (
                f"Few tracks of {group['class']} ({group['tracks']}): judged with the figures of "
                f"network card {group['network_card']!r}; who is doubtful stays apart"
            )
    accuracy = load_if_there(project.layout, "expected_accuracy")
    for _, row in (pd.DataFrame() if accuracy is None else accuracy).iterrows():
        if not row["supported"] and row["tracks"] > 1:
            yield f"Uncertain: {row['why']}, class {row['class_group']}; judge by the galleries"
        if pd.notna(row["expected_precision"]):
            recall = row["expected_recall"]
            more = f", recall {recall:.2f}" if pd.notna(recall) else ""
            precision = f"precision {row['expected_precision']:.2f}{more}"
            yield f"Estimated accuracy, class {row['class_group']}: {precision}"
