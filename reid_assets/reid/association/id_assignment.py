"""Assignment of global ids that are stable from one map to the next (identity rule 2).

The only place where global ids are given. Clusters come in, ids go out: an identity keeps its id while
it keeps the larger part of its tracks, and a retired id is never given again.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components


@dataclass(frozen=True)
class IdAssignment:
    """Ids of the clusters, and what became of the earlier ones.

    Attributes:
        ids: int64 (clusters,), the id of each cluster.
        next_id: highest id ever given + 1.
        counts: number of identities by fate: `kept` and `born` among the new; `gone` among the earlier;
            `merged`: new ones with tracks of several earlier ones; `split`: earlier ones with tracks in
            several new ones.
    """

    ids: np.ndarray
    next_id: int
    counts: dict[str, int]


def assign_ids(
    meta: pd.DataFrame, labels: np.ndarray, previous: pd.DataFrame | None, next_id: int
) -> IdAssignment:
    """Give every cluster its id: the best assignment against the previous map, fresh ids for the rest.

    Args:
        meta: `video, track_id` of n tracks, sorted by them.
        labels: int (n,), canonical: cluster of each track, numbered 0, 1, … by their first rows.
        previous: the earlier map (`video, track_id, global_id`), or None.
        next_id: highest id ever given + 1.
    """
    clusters = int(labels.max()) + 1 if len(labels) else 0
    ids = np.full(clusters, -1, dtype=np.int64)
    if previous is None or not len(previous):
        counts = {"kept": 0, "born": clusters, "merged": 0, "split": 0, "gone": 0}
        return IdAssignment(np.arange(next_id, next_id + clusters), next_id + clusters, counts)
    before = previous[["video", "track_id", "global_id"]]
    known = meta[["video", "track_id"]].assign(label=labels).merge(before, on=["video", "track_id"])
    earlier, column = np.unique(known["global_id"].to_numpy(dtype=np.int64), return_inverse=True)
    cells = (known["label"].to_numpy(dtype=np.int64), column)
    shared = coo_array((np.ones(len(known)), cells), shape=(clusters, len(earlier))).tocsr()
    for cluster, kept in _best_assignment(shared):
        ids[cluster] = earlier[kept]
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
    return IdAssignment(ids, next_id + int(fresh.sum()), counts)


def _best_assignment(shared: coo_array) -> list[tuple[int, int]]:
    """Pairs (row, column) of a one-to-one assignment with the largest sum of shared tracks.

    The Hungarian method, per connected component, which are small. Of equally good assignments the one with
    the lower numbers wins.
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
