"""A map without somebody who was forgotten, and everybody else as before.

Tracks are only left out. Grouping the others anew would be another map: whoever is forgotten must not change
who the others are. The next map is grouped from the vectors that are left, as any other.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from reid_assets.reid.core.forgotten import Forgotten


def evidence_without(evidence: pd.DataFrame, forgotten: Forgotten) -> pd.DataFrame:
    """Rows of `tables.IDENTITY_EVIDENCE` without forgotten tracks, nor as the most similar of another."""
    left = forgotten.without(evidence).copy()
    gone = forgotten.mask(left, "witness_video", "witness_track_id")
    left.loc[gone, ["witness_video", "witness_track_id"]] = None
    return left


def report_without(report: Mapping[str, Any], before: pd.DataFrame, left: pd.DataFrame) -> dict[str, Any]:
    """The association report with the tracks and identities that are left; what was measured stays.

    Args:
        report: the object of association.json.
        before, left: rows of `tables.GLOBAL_ID_MAP`, then and now.
    """
    groups = []
    for group in report.get("groups", []):
        name = group.get("class")
        tracks, identities = _fewer(before, left, name)
        if tracks:
            group = group | {"tracks": int(group["tracks"]) - tracks}
            group |= {end: max(0, int(group[end]) - identities) for end in ("fewest", "most") if end in group}
        if not tracks or group["tracks"] > 0:
            groups.append(group)
    tracks, identities = _fewer(before, left)
    fewer = {"tracks": int(report["tracks"]) - tracks, "identities": int(report["identities"]) - identities}
    return {**report, **fewer, "groups": groups}


def _fewer(before: pd.DataFrame, left: pd.DataFrame, name: str | None = None) -> tuple[int, int]:
    """How many tracks and identities (of a class) there are less."""
    if name is not None:
        before, left = before[before["class_name"] == name], left[left["class_name"] == name]
    return len(before) - len(left), before["global_id"].nunique() - left["global_id"].nunique()
