"""Assignment of global ids that are stable from one map to the next (identity rule 2).

The only place where global ids are given. Clusters come in, ids go out: an identity keeps its id while
it keeps the larger part of its tracks, and a retired id is never given to somebody else. It may return to
tracks that had it: when they come back, or are told apart again from those they were joined with.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components


@dataclass(frozen=True)
class IdAssignment:
    """Ids of the clusters, and what became of the earlier ones.

    Attributes:
        ids: int64 (clusters,), the id of each cluster.
        next_id: highest id ever given + 1.
        counts: number of identities by fate: `kept`, `returned` and `born` among the new; `gone` among the
            earlier; `merged`: new ones with tracks of several earlier ones; `split`: earlier ones with tracks
            in several new ones.
    """

    ids: np.ndarray
    next_id: int
    counts: dict[str, int]


_KNOWN = ["video", "track_id", "global_id"]


def assign_ids(
    meta: pd.DataFrame,
    labels: np.ndarray,
    previous: pd.DataFrame | None,
    next_id: int,
    former: pd.DataFrame | None = None,
) -> IdAssignment:
    """Give every cluster its id: the best assignment against the previous map, fresh ids for the rest.

    Clusters that share nothing with the previous map, or less than another does, get the ids that tracks had
    which return, by the same assignment, as far as nobody else has them now.

    Args:
        meta: `video, track_id` of n tracks, sorted by them.
        labels: int (n,), canonical: cluster of each track, numbered 0, 1, … by their first rows.
        previous: the earlier map (`video, track_id, global_id`), or None.
        next_id: highest id ever given + 1.
        former: ids that tracks had earlier (`video, track_id, global_id`), several of a track or none.
    """
    clusters = int(labels.max()) + 1 if len(labels) else 0
    nobody = meta.head(0).assign(global_id=np.array([], dtype=np.int64))[_KNOWN]
    before, away = ((nobody if one is None else one[_KNOWN]) for one in (previous, former))
    ids = np.full(clusters, -1, dtype=np.int64)
    shared, earlier = _shared_tracks(meta, labels, clusters, before)
    for cluster, kept in _best_assignment(shared):
        ids[cluster] = earlier[kept]
    named = ids >= 0
    _name_returned(ids, meta, labels, _other_than(away, before))
    fresh = ids < 0
    next_id = max([next_id, *(int(one["global_id"].max()) + 1 for one in (before, away) if len(one))])
    ids[fresh] = np.arange(next_id, next_id + int(fresh.sum()))
    counts = {
        "kept": int(named.sum()),
        "returned": int((~named & ~fresh).sum()),
        "born": int(fresh.sum()),
        "merged": int((np.diff(shared.indptr) > 1).sum()),
        "split": int((np.diff(shared.tocsc().indptr) > 1).sum()),
        "gone": int(before["global_id"].nunique() - named.sum()),
    }
    return IdAssignment(ids, next_id + int(fresh.sum()), counts)


def _name_returned(ids: np.ndarray, meta: pd.DataFrame, labels: np.ndarray, away: pd.DataFrame) -> None:
    """Give clusters that have no id yet (-1) those of their returning tracks that nobody has."""
    if not len(away):
        return
    back, former_ids = _shared_tracks(meta, labels, len(ids), away)
    unnamed, free = np.flatnonzero(ids < 0), np.flatnonzero(~np.isin(former_ids, ids))
    for row, column in _best_assignment(back[unnamed][:, free]):
        ids[unnamed[row]] = former_ids[free[column]]


def _other_than(tracks: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    joined = tracks.merge(others[_KNOWN].drop_duplicates(), how="left", on=_KNOWN, indicator=True)
    return joined.loc[joined["_merge"] == "left_only", tracks.columns]


def _shared_tracks(
    meta: pd.DataFrame, labels: np.ndarray, clusters: int, known: pd.DataFrame
) -> tuple[csr_array, np.ndarray]:
    """How many tracks each cluster has of each earlier id: (clusters, ids), and those ids, sorted."""
    found = meta[["video", "track_id"]].assign(label=labels).merge(known, on=["video", "track_id"])
    ids, column = np.unique(found["global_id"].to_numpy(dtype=np.int64), return_inverse=True)
    cells = (found["label"].to_numpy(dtype=np.int64), column)
    return coo_array((np.ones(len(found)), cells), shape=(clusters, len(ids))).tocsr(), ids


def _best_assignment(shared: csr_array) -> list[tuple[int, int]]:
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
        from scipy.optimize import linear_sum_assignment  # loads slowly

        chosen = linear_sum_assignment(weight - rank / (2.0 * rank.size * (rank.max() + 1)), maximize=True)
        pairs += [(int(left[i]), int(right[j])) for i, j in zip(*chosen, strict=True) if weight[i, j] > 0]
    return pairs
