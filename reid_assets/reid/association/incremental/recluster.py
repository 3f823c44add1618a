"""Clustering again of those identities that additions and removals touch, and of nobody else.

The members of the touched identities and the new tracks are clustered by the very linkage of a full pass, at
its cut. Who is outside keeps his identity; how certain it is moves only where a neighbour's identity changed.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array

from reid_assets.reid.association.as_norm import pair_affinity
from reid_assets.reid.association.assignment_confidence import best_matches
from reid_assets.reid.association.auto_parameters import DEFAULT_PARAMETERS, AutoParameters
from reid_assets.reid.association.constraints.cannot_links import Constraints
from reid_assets.reid.association.constraints.told_links import carry_over_graph
from reid_assets.reid.association.group_state import GroupState
from reid_assets.reid.association.incremental.neighbour_lists import enter_new, leave, measure_cohorts, naming
from reid_assets.reid.association.pipeline import link

_ROWS_AT_ONCE = 50_000


@dataclass(frozen=True)
class Regrouped:
    """What became of the slots that were clustered again.

    Attributes:
        slots: int64 (m,), in the order of their rows.
        labels: int64 (m,), their clusters.
        changed: bool (m,), whether the cluster of each has other members than it had.
    """

    slots: np.ndarray
    labels: np.ndarray
    changed: np.ndarray


def update_lists(
    state: GroupState,
    gone: np.ndarray,
    new: np.ndarray,
    parameters: AutoParameters = DEFAULT_PARAMETERS,
) -> None:
    """Take the slots `gone` out of the neighbourhoods and put `new` in, in place."""
    changed = [leave(state, gone)]
    if len(new):
        changed.append(enter_new(state, new))
    measure_cohorts(state, np.unique(np.concatenate(changed)), parameters)


def touched_slots(
    state: GroupState,
    identity: np.ndarray,
    gone: np.ndarray,
    new: np.ndarray,
    corrected: np.ndarray,
    parameters: AutoParameters = DEFAULT_PARAMETERS,
) -> np.ndarray:
    """The living slots of all identities that may change: int64 (m,), ascending, with `new`.

    Those that lost a track, that have a track near enough to a new one to be joined with it, or of which a
    person said something.

    Args:
        identity: int64 (n,), global id of each slot; -1 of new ones.
        gone, new, corrected: int64, slots.
    """
    wanted = np.zeros(len(state) + 1, dtype=bool)
    wanted[new] = True
    left, right, weight = _edges(state, wanted[:-1], wanted, parameters)
    near = np.concatenate([left, right])[np.tile(weight >= state.threshold, 2)]
    touched = np.unique(identity[np.concatenate([gone, corrected, near.astype(np.int64)])])
    inside = np.isin(identity, touched[touched >= 0]) & state.alive
    inside[new] = True
    return np.flatnonzero(inside)


def regroup(
    state: GroupState,
    slots: np.ndarray,
    identity: np.ndarray,
    size: np.ndarray,
    corrected: np.ndarray,
    constraints: Constraints,
    rows: np.ndarray,
    parameters: AutoParameters = DEFAULT_PARAMETERS,
) -> Regrouped:
    """Cluster some slots by themselves, at the cut of the full pass.

    Args:
        slots: int64 (m,), in the order of their rows: whole identities, and new tracks.
        identity: int64 (n,), global id of each slot; -1 of new ones.
        size: int64 (m,), how many tracks the identity of each had, those that left included.
        corrected: int64, slots of which a person said something: their identities count as changed.
        constraints: over the tracks that are clustered again, of all class groups.
        rows: int64 (m,), row of each slot in `constraints`, ascending.
    """
    graph = _graph_within(state, slots, parameters)
    graph = carry_over_graph(graph, constraints.within(constraints.must, rows))
    labels = link(graph, constraints, rows).cut(state.threshold)
    before = identity[slots]
    first = np.unique(labels, return_index=True)[1]
    same = np.bincount(labels, weights=before == before[first][labels]) == np.bincount(labels)
    whole = same & (np.bincount(labels) == size[first]) & (before[first] >= 0)
    whole[labels[np.isin(slots, corrected)]] = False
    return Regrouped(slots, labels, ~whole[labels])


def rate_again(
    state: GroupState,
    found: Regrouped,
    identity: np.ndarray,
    parameters: AutoParameters = DEFAULT_PARAMETERS,
) -> tuple[np.ndarray, np.ndarray]:
    """What is certain of the identities that changed; raises `state.rival` of their neighbours, in place.

    The next identity of somebody outside can only become nearer here: where it fell apart, its old affinity
    stays until the next full pass, which makes him look less certain, never more.

    Args:
        found: what changed.
        identity: int64 (n,), the cluster of every slot as it is now, whatever the numbers.

    Returns:
        int64 (m,): the slots whose identities changed; float64 (m, 3): each one's best match (a slot, or -1),
        the affinity to it, and the mean affinity to its identity (the cut, where it is alone).
    """
    members = found.slots[found.changed]
    if not len(members):
        return members, np.empty((0, 3))
    wanted = np.zeros(len(state) + 1, dtype=bool)
    wanted[members] = True
    left, right, weight = _edges(state, wanted[:-1], wanted, parameters)
    there = np.unique(np.concatenate([members, left, right]))
    a, b = (np.searchsorted(there, one) for one in (left, right))
    one_way = csr_array((weight, (a, b)), shape=(len(there),) * 2)
    graph = one_way.maximum(one_way.T).tocsr()
    names, cluster = np.unique(identity[there], return_inverse=True)
    every = np.bincount(identity[state.alive & (identity >= 0)], minlength=int(names.max()) + 1)[names]
    own_rows = np.searchsorted(there, members)
    own, rival = _terms(graph, own_rows, cluster, every, max(state.threshold, 1e-9))
    state.rival[members] = rival
    outside = np.flatnonzero(~wanted[:-1][there])
    _, nearer = _terms(graph, outside, cluster, every, 0.0)
    state.rival[there[outside]] = np.maximum(state.rival[there[outside]], nearer)
    match, affinity = best_matches(graph, cluster)
    match = np.where(match[own_rows] >= 0, there[match[own_rows]], -1)
    return members, np.stack([match, affinity[own_rows], own], axis=1)


def _terms(
    graph: csr_array, rows: np.ndarray, cluster: np.ndarray, size: np.ndarray, alone: float
) -> tuple[np.ndarray, np.ndarray]:
    """Mean affinity of some rows to their own cluster (`alone`, where it has no other), and to the next."""
    part = graph[rows].tocoo()
    row, column = part.coords
    to = cluster[column]
    sums = coo_array((part.data.astype(np.float64), (row, to)), shape=(len(rows), len(size))).tocsr()
    sums.sum_duplicates()
    pairs = sums.tocoo()
    row, to = pairs.coords
    own, other = np.zeros(len(rows)), np.zeros(len(rows))
    inside = to == cluster[rows][row]
    own[row[inside]] = pairs.data[inside] / np.maximum(size[to[inside]] - 1, 1)
    np.maximum.at(other, row[~inside], pairs.data[~inside] / np.maximum(size[to[~inside]], 1))
    return np.where(size[cluster[rows]] > 1, own, alone), other


def _graph_within(state: GroupState, slots: np.ndarray, parameters: AutoParameters) -> csr_array:
    """The affinity graph (m, m) of some slots; see `as_norm.affinity_graph`."""
    position = np.full(len(state) + 1, -1, dtype=np.int64)
    position[slots] = np.arange(len(slots))
    left, right, weight = _forward(state, slots, position >= 0, parameters)
    one_way = csr_array((weight, (position[left], position[right])), shape=(len(slots),) * 2)
    return one_way.maximum(one_way.T).tocsr()


def _edges(
    state: GroupState, asked: np.ndarray, wanted: np.ndarray, parameters: AutoParameters
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pairs of near tracks with one side among `asked`: those on their lists, and whose lists they are on.

    Args:
        asked: bool (n,). wanted: bool (n + 1,), the same with False behind.

    Returns:
        int64 (e,), int64 (e,): slots whose list the pair is on, and the other; float32 (e,): affinities.
    """
    everybody = np.append(state.alive, False)
    parts = [_forward(state, np.flatnonzero(asked & state.alive), everybody, parameters)]
    for slots, place in naming(state, wanted):
        elsewhere = ~asked[slots]  # pairs on lists of those that are asked are there already
        slots, place = slots[elsewhere], place[elsewhere]
        other = state.scores.index[slots, place].astype(np.int64)
        affinity = pair_affinity(
            state.scores, slots, other, state.scores.similarity[slots, place], parameters
        )
        parts.append((slots, other, affinity))
    left, right, weight = (np.concatenate(one) for one in zip(*parts, strict=True))
    there = weight > 0
    return left[there], right[there], weight[there]


def _forward(
    state: GroupState, slots: np.ndarray, wanted: np.ndarray, parameters: AutoParameters
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The same for pairs on the lists of `slots` with slots that are `wanted`, bool (n + 1,)."""
    scores, parts = state.scores, [(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32))]
    for start in range(0, len(slots), _ROWS_AT_ONCE):
        some = slots[start : start + _ROWS_AT_ONCE]
        row, place = np.nonzero(wanted[scores.index[some]])
        left, right = some[row], scores.index[some[row], place].astype(np.int64)
        affinity = pair_affinity(scores, left, right, scores.similarity[left, place], parameters)
        parts.append((left, right, affinity))
    left, right, weight = (np.concatenate(one) for one in zip(*parts, strict=True))
    there = weight > 0
    return left[there], right[there], weight[there]
