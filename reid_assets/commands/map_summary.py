"""What can be said of the map in a line or two: how many identities, and how right they are.

`run` ends with it and `status` shows it; the figures are `reid_assets.reid.accuracy`.
"""

from collections.abc import Iterator

import pandas as pd

from reid_assets.reid.accuracy.identity_count import count_interval
from reid_assets.reid.accuracy.uncertainty import short_reason
from reid_assets.reid.core.errors import ReidError
from reid_assets.reid.core.network_labels import is_person
from reid_assets.state.project import Project
from reid_assets.storage.artifact_files import load_if_there
from reid_assets.storage.id_map_file import read_map


def map_summary(project: Project) -> Iterator[str]:
    """Lines about the map as it lies there; none where there is none."""
    report = load_if_there(project.layout, "association_report")
    if not isinstance(report, dict):
        return
    accuracy = load_if_there(project.layout, "expected_accuracy")
    if accuracy is None:
        accuracy = pd.DataFrame()
    yield headline(report, accuracy)
    held = {name: count for name, count in (report.get("corrections") or {}).items() if count}
    if held:
        listed = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in held.items())
        yield f"Corrections: {listed}"
    for _, row in accuracy.iterrows():
        if pd.notna(row["expected_precision"]):
            recall = row["expected_recall"]
            more = f", recall {recall:.2f}" if pd.notna(recall) else ""
            precision = f"precision {row['expected_precision']:.2f}{more}"
            yield f"Estimated accuracy, class {row['class_group']}: {precision}"


def headline(report: dict, accuracy: pd.DataFrame) -> str:
    """For example "19 tracks → 3 identities (uncertain: too few tracks)"."""
    interval = count_interval(report)
    few, most = interval.get("identities_fewest"), interval.get("identities_most")
    doubts = [f"{few} to {most}, as the cut may be off"] if few != most else []
    if not accuracy.empty and (short := short_reason(accuracy)):
        doubts.append(f"uncertain: {short}")
    told = f" ({'; '.join(doubts)})" if doubts else ""
    return f"{report['tracks']} tracks → {report['identities']} identities{told}"


def persons_hint(project: Project) -> str | None:
    """How to leave out what is no person, where there are persons and much else; None elsewhere."""
    try:
        id_map = read_map(project.layout)
    except ReidError:
        return None
    others = id_map.loc[~id_map["class_name"].map(is_person), "class_name"].value_counts()
    if project.settings.embed.class_filter is not None or not 0 < others.sum() < len(id_map):
        return None
    persons = id_map.loc[id_map["class_name"].map(is_person), "class_id"].unique().tolist()
    listed = ", ".join(f"{name} {count}" for name, count in others.head(3).items())
    more = ", ..." if len(others) > 3 else ""
    return (
        f"{others.sum()} of {len(id_map)} tracks are no persons ({listed}{more}). For persons alone, set "
        f"embed.class_filter: {persons}."
    )
