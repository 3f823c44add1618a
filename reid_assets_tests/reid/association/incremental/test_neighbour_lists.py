"""Lists of nearest tracks after tracks came and went: those that a search among all would find."""

import numpy as np
import pytest

from reid_assets.reid.association.as_norm import CohortScores
from reid_assets.reid.association.centring import CameraMeans
from reid_assets.reid.association.group_state import FrozenChoices, GroupState
from reid_assets.reid.association.incremental import neighbour_lists
from reid_assets.reid.association.incremental.neighbour_lists import enter_new, leave, measure_cohorts
from reid_assets.reid.association.neighbors.search import nearest_tracks
from reid_assets.reid.association.vector_steps import VectorSteps
from reid_assets_tests.support.synthetic_vectors import identity_vectors


def state_of(vectors: np.ndarray, camera: np.ndarray) -> GroupState:
    scores = CohortScores.fit(vectors, camera)
    dim = vectors.shape[1]
    steps = VectorSteps(CameraMeans(np.zeros(dim, np.float32), np.zeros((3, dim), np.float32)))
    n = len(vectors)
    frozen = FrozenChoices(None, steps, ("a", "b", "c"), True, 1.0, (0.0,) * 9, 1.0, 1.0, 1.0, n)
    alive = np.ones(n, dtype=bool)
    rival = np.zeros(n, dtype=np.float32)
    return GroupState(frozen, (vectors.astype(np.float16),), scores, alive, rival, ~alive)


@pytest.mark.parametrize("cells", [1_000, 100_000_000])
def test_new_tracks_are_on_all_lists_where_a_search_would_put_them(
    cells: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbour_lists, "_CELLS_AT_ONCE", cells)
    vectors, _ = identity_vectors(60, 5)
    vectors = vectors.astype(np.float16).astype(np.float32)
    camera = np.arange(len(vectors)) % 3
    first = 270
    state = state_of(vectors[:first], camera[:first]).extended(vectors[first:], camera[first:])
    changed = enter_new(state, np.arange(first, len(vectors)))
    norm, k = state.scores.camera_norm, state.scores.index.shape[1]
    index, similarity = nearest_tracks(vectors, norm, k)
    np.testing.assert_allclose(state.scores.similarity, similarity, atol=2e-3)
    assert (state.scores.index == index).mean() > 0.99, "but for ties of rounding"
    measure_cohorts(state, changed)
    expected = CohortScores._measure(index, similarity, state.scores.cohort, norm, _parameters())
    for name in ("centre", "scale", "other_centre", "other_scale"):
        np.testing.assert_allclose(getattr(state.scores, name), getattr(expected, name), atol=5e-3)
    assert set(np.flatnonzero(state.changed)) == set(changed)


def test_who_leaves_is_on_no_list_any_more() -> None:
    vectors, _ = identity_vectors(60, 5)
    state = state_of(vectors, np.zeros(len(vectors), dtype=np.int64))
    before = state.scores.index.copy()
    gone = np.array([3, 77, 200])
    changed = leave(state, gone)
    living = np.flatnonzero(state.alive)
    assert not np.isin(state.scores.index[living], gone).any()
    assert set(changed) == set(living[np.isin(before[living], gone).any(axis=1)])
    rows = state.scores.similarity[living]
    assert (np.diff(np.where(np.isfinite(rows), rows, -1e9), axis=1) <= 0).all(), "nearest first, gaps last"


def _parameters():  # type: ignore[no-untyped-def]
    from reid_assets.reid.association.auto_parameters import DEFAULT_PARAMETERS

    return DEFAULT_PARAMETERS
