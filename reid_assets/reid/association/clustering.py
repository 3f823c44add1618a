"""The result of clustering one class group or all of them, whichever method made it.

The fields of the measured statistics have the field's names; the keys under which they are published in
`association.json` are older and stay. `REPORT_KEYS` is the only place that knows both.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reid_assets.reid.association.group_state import GroupState

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

# Field of `CutChoice`, `FootageStatistics` or `IntraTrackScale` -> key in association.json.
REPORT_KEYS = {
    "score": "score",
    "by_silhouette_difference": "by_margin",
    "by_model": "by_model",
    "singleton_cut": "strict",
    "returns": "footage_decides",
    "same_id_count": "mates",
    "other_camera_count": "mates_elsewhere",
    "cameras": "cameras",
    "transitivity": "closure",
    "first_spacings": "first_gaps",
    "first_spacing_excess": "stand_out",
    "intra_track_cosine": "within",
    "inter_track_distance": "across",
}


@dataclass(frozen=True)
class Clustering:
    """Clusters of tracks.

    Attributes:
        labels: int64 (rows,), canonical: numbered 0, 1, … in the order of their first rows.
        diagnostics: what was measured and chosen, as plain values under their public keys. `footage_decides`:
            whether the footage says who comes back; `fewest`, `most`: how the number of identities moves with
            the cut.
        evidence: one row a track; see `assignment_confidence.score_assignments`.
        states: what it takes to add tracks later, of class groups by name; where it was asked for.
    """

    labels: np.ndarray
    diagnostics: dict[str, object]
    evidence: pd.DataFrame
    states: Mapping[str, GroupState] = field(default_factory=dict)


def number_clusters(labels: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Labels of one class group that no other group has: the row number of each cluster's first track.

    Args:
        labels: int (m,), canonical, of the tracks `rows`.
        rows: int64 (m,), row numbers in the whole table.
    """
    return rows[np.unique(labels, return_index=True)[1]][labels]


def report_values(statistics: "DataclassInstance") -> dict[str, object]:
    """The fields of a dataclass under their keys in `association.json`, in the order of the fields."""
    return {REPORT_KEYS[field.name]: getattr(statistics, field.name) for field in fields(statistics)}
