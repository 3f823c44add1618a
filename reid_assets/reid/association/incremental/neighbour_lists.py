"""Nearest tracks kept up to date while tracks come and go: new ones are compared with all, exactly.

Every list is what a search among all tracks would find, as far as nobody left: whoever leaves makes the lists
that name him shorter, until the next full pass. How similarities become scores is `as_norm.py`.
"""

from collections.abc import Iterator

import numpy as np

from reid_assets.reid.association.auto_parameters import DEFAULT_PARAMETERS, AutoParameters
from reid_assets.reid.association.camera_pair_norm import CameraPairNorm
from reid_assets.reid.association.group_state import GroupState

_CELLS_AT_ONCE = 4_000_000  # similarities of new tracks with others
_SLOTS_AT_ONCE = 100_000  # lists that are looked through at a time


def enter_new(
    state: GroupState, new: np.ndarray, parameters: AutoParameters = DEFAULT_PARAMETERS
) -> np.ndarray:
    """Compare the slots `new` (m,) with all: fill their lists, and enter them in others'; in place.

    Returns:
        int64 (changed,): slots whose lists changed, `new` among them.
    """
    k = state.scores.index.shape[1]
    own: list[np.ndarray] = [np.empty((3, 0))]
    others: list[np.ndarray] = [np.empty((3, 0))]
    level = np.full(len(new), -np.inf, dtype=np.float32)
    kth = state.scores.similarity[:, -1]
    is_new = np.zeros(len(state), dtype=bool)
    is_new[new] = True
    for slots, score in _compared(state, new):
        if score.shape[1] > k:
            level = np.maximum(level, np.partition(score, -k, axis=1)[:, -k])
        row, column = np.nonzero((score >= level[:, None]) & np.isfinite(score))
        own.append(np.stack([row, slots[column], score[row, column]]))
        if sum(part.shape[1] for part in own) > 4 * k * len(new):
            own = [_best(np.concatenate(own, axis=1), k)]
            level = np.maximum(level, _worst(own[0], len(new), k))
        row, column = np.nonzero((score > kth[slots]) & ~is_new[slots])
        others.append(np.stack([slots[column], new[row], score[row, column]]))
    found = _best(np.concatenate(own, axis=1), k)
    changed = _enter(state, np.stack([new[found[0].astype(np.int64)], *found[1:]]))
    return np.union1d(changed, _enter(state, np.concatenate(others, axis=1)))


def leave(state: GroupState, gone: np.ndarray) -> np.ndarray:
    """Take the slots `gone` out of all lists, in place; returns the slots whose lists changed."""
    state.alive[gone] = False
    if not len(gone):
        return gone
    dead = np.zeros(len(state) + 1, dtype=bool)  # the last is what -1 means
    dead[gone] = True
    changed = np.unique(np.concatenate([row for row, _ in naming(state, dead)]))
    index, similarity = state.scores.index[changed], state.scores.similarity[changed]
    similarity[dead[index]] = -np.inf
    index[dead[index]] = -1
    order = np.argsort(-similarity, axis=1, kind="stable")
    state.scores.index[changed] = np.take_along_axis(index, order, axis=1)
    state.scores.similarity[changed] = np.take_along_axis(similarity, order, axis=1)
    return changed


def naming(state: GroupState, wanted: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Where lists of living tracks name slots of `wanted`, bool (n + 1,): slots, and places in them."""
    index = state.scores.index
    for start in range(0, len(state), _SLOTS_AT_ONCE):
        part = slice(start, start + _SLOTS_AT_ONCE)
        row, place = np.nonzero(wanted[index[part]])
        living = state.alive[part][row]
        yield row[living] + start, place[living]


def measure_cohorts(
    state: GroupState, slots: np.ndarray, parameters: AutoParameters = DEFAULT_PARAMETERS
) -> None:
    """Bring mean and spread of the cohorts of some slots level with their lists, in place."""
    scores, softening = state.scores, parameters.cohort_softening
    camera, index, similarity = scores.camera_norm.camera, scores.index[slots], scores.similarity[slots]
    there = index >= 0
    there[:, scores.cohort :] = False
    centre, scale = _mean_and_spread(similarity, there, softening)
    scores.centre[slots], scores.scale[slots] = centre, scale
    other = (index >= 0) & (camera[index] != camera[slots, None])
    other &= np.cumsum(other, axis=1) <= scores.cohort
    enough = other.sum(axis=1) >= parameters.min_other_cohort
    mean, spread = _mean_and_spread(similarity, other, softening)
    scores.other_centre[slots] = np.where(enough, mean, centre)
    scores.other_scale[slots] = np.where(enough, spread, scale)
    state.changed[slots] = True


def _mean_and_spread(
    similarity: np.ndarray, counted: np.ndarray, softening: float
) -> tuple[np.ndarray, np.ndarray]:
    count = np.maximum(counted.sum(axis=1), 1)
    value = np.where(counted, similarity, 0.0).astype(np.float64)
    mean = value.sum(axis=1) / count
    square = np.where(counted, (value - mean[:, None]) ** 2, 0.0).sum(axis=1) / count
    return mean, np.maximum(np.sqrt(square) + softening, 1e-6)


def _compared(state: GroupState, new: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Some slots at a time, and the standard scores (m, slots) of the new ones with them."""
    vectors, norm, first = state.vectors_of(new), state.scores.camera_norm, 0
    step = max(1, _CELLS_AT_ONCE // max(len(new), 1))
    for piece in state.vectors:
        for start in range(0, len(piece), step):
            part = piece[start : start + step]
            slots = np.arange(first + start, first + start + len(part))
            score = vectors @ part.astype(np.float32).T
            _standardise(score, norm, norm.camera[new], norm.camera[slots])
            score[:, ~state.alive[slots]] = -np.inf
            inside = (new >= slots[0]) & (new <= slots[-1])
            score[np.flatnonzero(inside), new[inside] - slots[0]] = -np.inf
            yield slots, score
        first += len(piece)


def _standardise(
    cosine: np.ndarray, norm: CameraPairNorm, row_camera: np.ndarray, column_camera: np.ndarray
) -> None:
    """Cosines (m, c) to standard scores by their cameras, in place; one look-up a camera of the rows."""
    cameras, which = np.unique(row_camera, return_inverse=True)
    for number, camera in enumerate(cameras):
        kind = column_camera if norm.centre.ndim == 2 else (column_camera != camera).astype(np.int64)
        centre, spread = (
            table[camera][kind] if table.ndim == 2 else table[kind] for table in (norm.centre, norm.spread)
        )
        own = slice(None) if len(cameras) == 1 else which == number
        cosine[own] = (cosine[own] - centre) / spread


def _best(entries: np.ndarray, k: int) -> np.ndarray:
    """Of entries (3, e), which are list, slot and score, the best `k` of each list, best first."""
    entries = entries[:, np.lexsort((entries[1], -entries[2], entries[0]))]
    first = np.flatnonzero(np.diff(entries[0], prepend=-1))
    rank = np.arange(entries.shape[1]) - np.repeat(first, np.diff(np.append(first, entries.shape[1])))
    return entries[:, rank < k]


def _worst(best: np.ndarray, lists: int, k: int) -> np.ndarray:
    """Score of the last entry of each list that has `k` of them, float32 (lists,); else minus infinity."""
    number = best[0].astype(np.int64)
    worst = np.full(lists, np.inf)
    np.minimum.at(worst, number, best[2])
    return np.where(np.bincount(number, minlength=lists) >= k, worst, -np.inf).astype(np.float32)


def _enter(state: GroupState, entries: np.ndarray) -> np.ndarray:
    """Put entries (3, e), which are list, slot and score, where they belong; returns the lists."""
    lists = np.unique(entries[0].astype(np.int64))
    if not len(lists):
        return lists
    scores, k = state.scores, state.scores.index.shape[1]
    kept = scores.index[lists] >= 0
    row = np.repeat(lists, kept.sum(axis=1))
    old = np.stack([row, scores.index[lists][kept], scores.similarity[lists][kept]])
    best = _best(np.concatenate([old, entries], axis=1), k)
    place = np.searchsorted(lists, best[0].astype(np.int64))
    first = np.flatnonzero(np.diff(best[0], prepend=-1))
    rank = np.arange(best.shape[1]) - first[place]
    index = np.full((len(lists), k), -1, dtype=scores.index.dtype)
    similarity = np.full((len(lists), k), -np.inf, dtype=np.float32)
    index[place, rank], similarity[place, rank] = best[1].astype(np.int64), best[2]
    scores.index[lists], scores.similarity[lists] = index, similarity
    return lists
