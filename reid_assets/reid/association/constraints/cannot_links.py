"""Cannot-links: pairs of tracks that can never be one identity, whatever they look like (identity rule 1).

The clustering asks them before every merge. Those of clocks are defined in `spatiotemporal.py`, those that a
person gave in `corrected_links.py`, with the must-links; that a finished map keeps all of them is verified in
`identity_rules.py`.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from reid_assets.reid.association.constraints.spatiotemporal import TravelConstraints
from reid_assets.reid.core.settings import AssociateSettings

_PAIRS_AT_ONCE = 20_000_000
_NO_PAIRS = np.empty((0, 2), dtype=np.int64)


@dataclass(frozen=True)
class Constraints:
    """The cannot-links between n tracks.

    Attributes:
        video: int64 (n,), number of the video.
        group: int64 (n,), number of the class group; all 0 where classes may mix.
        f_min, f_max: int64 (n,), first and last frame.
        tolerance: frames two tracks of one video may overlap and still be one identity.
        same_video: whether tracks of one video may be one identity at all.
        travel: the cannot-links of travel times between cameras, where explicit clocks are known.
        must: int64 (m, 2), pairs of tracks that a person said are one identity; with all that follows.
        refused: int64 (k, 2), pairs that a person said are not.
    """

    video: np.ndarray
    group: np.ndarray
    f_min: np.ndarray
    f_max: np.ndarray
    tolerance: int
    same_video: bool
    travel: TravelConstraints | None = None
    must: np.ndarray = field(default_factory=lambda: _NO_PAIRS)
    refused: np.ndarray = field(default_factory=lambda: _NO_PAIRS)

    def corrected(self, must: np.ndarray, refused: np.ndarray) -> "Constraints":
        """The same with what a person said; the pairs must not contradict each other or the rules."""
        return replace(self, must=must, refused=refused)

    def uncorrected(self) -> "Constraints":
        """The identity rules alone."""
        return replace(self, must=_NO_PAIRS, refused=_NO_PAIRS)

    def only(self, rows: np.ndarray) -> "Constraints":
        """The constraints between the tracks `rows` (ascending) alone, numbered in their order."""
        return Constraints(
            video=self.video[rows],
            group=self.group[rows],
            f_min=self.f_min[rows],
            f_max=self.f_max[rows],
            tolerance=self.tolerance,
            same_video=self.same_video,
            travel=self.travel.only(rows) if self.travel else None,
            must=self.within(self.must, rows),
            refused=self.within(self.refused, rows),
        )

    def within(self, pairs: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Those of `must` or `refused` between tracks of `rows` (ascending), as positions in `rows`."""
        position = np.minimum(np.searchsorted(rows, pairs), max(len(rows) - 1, 0))
        inside = (rows[position] == pairs).all(axis=1) if len(rows) else np.zeros(len(pairs), dtype=bool)
        return position[inside]

    def forbidden(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """Bool (a, b): whether each track of `rows` and each of `columns` can never be one identity.

        Overlap is `min(f_max) - max(f_min) + 1` frames. A track is forbidden to itself where it
        overlaps itself, so the diagonal means nothing.
        """
        # Some rows at a time: the numbers on the way take thirty times the memory of the answer.
        at_once = max(1, _PAIRS_AT_ONCE // max(len(columns), 1))
        never = np.empty((len(rows), len(columns)), dtype=bool)
        for start in range(0, len(rows), at_once):
            never[start : start + at_once] = self._forbidden(rows[start : start + at_once], columns)
        return never

    def _forbidden(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        video = np.equal.outer(self.video[rows], self.video[columns])
        if self.same_video and video.any():
            end = np.minimum.outer(self.f_max[rows], self.f_max[columns])
            start = np.maximum.outer(self.f_min[rows], self.f_min[columns])
            video &= end - start + 1 > self.tolerance
        never = video | np.not_equal.outer(self.group[rows], self.group[columns])
        if self.travel:
            never |= self.travel.forbidden(rows, columns)
        if len(self.refused):
            never |= self._refused(rows, columns)
        return never

    def _refused(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """The cannot-links of a person: what holds for one track holds for all that must be one with it."""
        of_group = self._refused_groups
        group = self.must_groups
        return of_group[group[rows]][:, group[columns]].toarray()

    @cached_property
    def must_groups(self) -> np.ndarray:
        """int64 (n,): number of the group of tracks that must be one identity; most are alone."""
        return must_groups(self.must, len(self.video))

    @cached_property
    def _refused_groups(self) -> csr_array:
        pairs = self.must_groups[self.refused]
        both = np.concatenate([pairs, pairs[:, ::-1]])
        ones = np.ones(len(both), dtype=bool)
        return coo_array((ones, (both[:, 0], both[:, 1])), shape=(len(self.video),) * 2).tocsr()

    def blocks(self) -> list[np.ndarray]:
        """Row numbers of each class group, ascending; no identity spans two of them."""
        order = np.argsort(self.group, kind="stable")
        cuts = np.flatnonzero(np.diff(self.group[order])) + 1
        return np.split(order, cuts) if len(order) else []


def must_groups(must: np.ndarray, size: int) -> np.ndarray:
    """int64 (size,): number of the group of each row under the must-links `must` (m, 2)."""
    if not len(must):
        return np.arange(size)
    links = (np.ones(len(must)), (must[:, 0], must[:, 1]))
    graph = coo_array(links, shape=(size, size))
    return connected_components(graph, directed=False)[1].astype(np.int64)


def compile_constraints(
    meta: pd.DataFrame, settings: AssociateSettings, travel: TravelConstraints | None = None
) -> Constraints:
    """The cannot-links between the rows of `meta` (columns of `tables.TRACK_META`) under `settings`."""
    names = meta["class_name"].to_numpy(dtype=str)
    if settings.same_class_only:
        joined = {name: f"group {i}" for i, group in enumerate(settings.class_groups) for name in group}
        keys = np.array([joined.get(name, f"class {name}") for name in names], dtype=str)
    else:
        keys = np.full(len(names), "all")
    return Constraints(
        video=np.unique(meta["video"].to_numpy(dtype=str), return_inverse=True)[1].astype(np.int64),
        group=np.unique(keys, return_inverse=True)[1].astype(np.int64),
        f_min=meta["f_min"].to_numpy(dtype=np.int64),
        f_max=meta["f_max"].to_numpy(dtype=np.int64),
        tolerance=settings.max_same_video_time_overlap,
        same_video=settings.allow_merge_same_video,
        travel=travel,
    )


def count_violations(constraints: Constraints, labels: np.ndarray) -> int:
    """Number of cannot-links within identities; 0 for every feasible result.

    Args:
        constraints: over n tracks.
        labels: int (n,), identity of each track.
    """
    order = np.argsort(labels, kind="stable")
    violations = 0
    for members in np.split(order, np.flatnonzero(np.diff(labels[order])) + 1):
        never = constraints.forbidden(members, members)
        violations += int(np.triu(never, 1).sum())
    return violations
