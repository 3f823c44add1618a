"""Numbers that stay with their identities from one map to the next (identity rule 2).

The only place where global ids are given. A grouping comes in, ids go out: an identity keeps its id
while it keeps the larger part of its tracks, and an id once given is never given to somebody else.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components


@dataclass(frozen=True)
class Numbering:
    """Ids of a grouping, and what became of the earlier ones.

    Attributes:
        ids: int64 (groups,), the id of each group.
        next_id: highest id ever given + 1.
        counts: identities by fate: `kept` and `born` among the new; `gone` among the earlier;
            `merged` new ones with tracks of several earlier ones; `split` earlier ones with tracks
            in several new ones.
    """

    ids: np.ndarray
    next_id: int
    counts: dict[str, int]


def number_groups(
    meta: pd.DataFrame, labels: np.ndarray, previous: pd.DataFrame | None, next_id: int
) -> Numbering:
    """Give every group its id: the best assignment against the previous map, fresh ids for the rest.

    Args:
        meta: `video, track_id` of n tracks, sorted by them.
        labels: int (n,), group of each track, numbered 0, 1, … by their first rows.
        previous: the earlier map (`video, track_id, global_id`), or None.
        next_id: highest id ever given + 1.
    """
    groups = int(labels.max()) + 1 if len(labels) else 0
    ids = np.full(groups, -1, dtype=np.int64)
    if previous is None or not len(previous):
        counts = {"kept": 0, "born": groups, "merged": 0, "split": 0, "gone": 0}
        return Numbering(np.arange(next_id, next_id + groups), next_id + groups, counts)
    before = previous[["video", "track_id", "global_id"]]
    known = meta[["video", "track_id"]].assign(label=labels).merge(before, on=["video", "track_id"])
    earlier, place = np.unique(known["global_id"].to_numpy(dtype=np.int64), return_inverse=True)
    shared = coo_array(
        (np.ones(len(known)), (known["label"].to_numpy(dtype=np.int64), place)), shape=(groups, len(earlier))
    ).tocsr()
    for group, old in _best_assignment(shared):
        ids[group] = earlier[old]
    fresh = ids < 0
    next_id = max(next_id, int(before["global_id"].max()) + 1)
    ids[fresh] = np.arange(next_id, next_id + int(fresh.sum()))
    counts = {
        "kept": int((~fresh).sum()),
        "born": int(fresh.sum()),
        "merged": int((np.diff(shared.indptr) > 1).sum()),
        "split": int((np.diff(shared.tocsc().indptr) > 1).sum()),
        "gone": int(before["global_id"].nunique() - (~fresh).sum()),
    }
    return Numbering(ids, next_id + int(fresh.sum()), counts)


def _best_assignment(shared: coo_array) -> list[tuple[int, int]]:
    """Pairs (row, column) of a one-to-one assignment with the largest sum of shared tracks.

    Solved per connected component, which are small. Of equally good ones the lower numbers win.
    """
    rows, columns = shared.shape
    joint = coo_array(shared)
    graph = coo_array((joint.data, (joint.row, joint.col + rows)), shape=(rows + columns,) * 2)
    _, component = connected_components(graph, directed=False)
    order = np.argsort(component, kind="stable")
    pairs = []
    for members in np.split(order, np.flatnonzero(np.diff(component[order])) + 1):
        left, right = members[members < rows], members[members >= rows] - rows
        if not (len(left) and len(right)):
            continue
        weight = shared[left][:, right].toarray()
        # Less than one track in sum, so it decides between equals alone.
        rank = np.add.outer(np.arange(len(left)), np.arange(len(right)))
        chosen = linear_sum_assignment(weight - rank / (2.0 * rank.size * (rank.max() + 1)), maximize=True)
        pairs += [(int(left[i]), int(right[j])) for i, j in zip(*chosen, strict=True) if weight[i, j] > 0]
    return pairs
