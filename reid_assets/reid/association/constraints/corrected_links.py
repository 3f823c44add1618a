"""Must-links and cannot-links that a person gave, as far as they can hold together.

Tracks that are said to be the same form a group (a chunklet: Bar-Hillel et al. 2003, Learning distance
functions using equivalence relations). A group that contradicts an identity rule, or holds two tracks that
are said to be different, is left as it was without corrections, and every other group is corrected.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import networkx as nx
import numpy as np
import pandas as pd

from reid_assets.reid.association.constraints.cannot_links import Constraints
from reid_assets.reid.core.corrections import Correction, Corrections, Problem, TrackRef, lines_of

_DELETE = "Delete one of these lines."


@dataclass(frozen=True)
class CorrectedLinks:
    """What holds of the corrections, in row numbers of one table of tracks.

    Attributes:
        must: int64 (m, 2), pairs that are one identity; their transitive closure is meant.
        refused: int64 (k, 2), pairs that are different identities.
        problems: what could not be followed, and why.
        held: the corrections behind `must` and `refused`.
    """

    must: np.ndarray
    refused: np.ndarray
    problems: tuple[Problem, ...] = ()
    held: tuple[Correction, ...] = field(default=())


def corrected_links(corrections: Corrections, meta: pd.DataFrame, constraints: Constraints) -> CorrectedLinks:
    """Resolve `same` and `different` against the tracks that there are and the identity rules.

    Args:
        corrections: all that was said.
        meta: `video, track_id` of n tracks, and `class_name`.
        constraints: the identity rules between them.
    """
    row_of = _rows_of(corrections, meta)
    known, problems = [], []
    for one in corrections.of("same", "different"):
        if missing := [track for track in one.tracks() if track not in row_of]:
            problems.append(_unknown(one, missing, corrections))
        else:
            known.append(one)
    graph = nx.Graph()
    for one in known:
        if one.action == "same":
            graph.add_edge(*one.tracks(), said=one)
    group_of = {
        track: number for number, group in enumerate(nx.connected_components(graph)) for track in group
    }
    left_out: set[int] = set()
    for number, group in enumerate(nx.connected_components(graph)):
        found = [*_denied(graph, known, group), *_against_rules(graph, group, row_of, constraints, meta)]
        problems += found
        left_out |= {number} if found else set()
    held = [one for one in known if not _within(one, group_of, left_out)]
    pairs = {
        action: np.array(
            [[row_of[track] for track in one.tracks()] for one in held if one.action == action], np.int64
        ).reshape(-1, 2)
        for action in ("same", "different")
    }
    ordered = tuple(sorted(problems, key=lambda problem: problem.lines))
    return CorrectedLinks(pairs["same"], pairs["different"], ordered, tuple(held))


def _rows_of(corrections: Corrections, meta: pd.DataFrame) -> dict[TrackRef, int]:
    """Row number of each track that is spoken of."""
    named = {track for one in corrections.of("same", "different") for track in one.tracks()}
    near = meta["video"].isin({track.video for track in named}).to_numpy()
    rows = np.flatnonzero(near)
    videos, numbers = meta["video"].to_numpy()[rows], meta["track_id"].to_numpy()[rows]
    every = ((TrackRef(str(v), int(n)), int(row)) for v, n, row in zip(videos, numbers, rows, strict=True))
    return {track: row for track, row in every if track in named}


def _unknown(one: Correction, missing: list[TrackRef], corrections: Corrections) -> Problem:
    nobody = corrections.not_targets()
    if all(track in nobody for track in missing):
        listed = " and ".join(map(str, missing))
        return Problem((one.line,), f"{listed}: said to be no target elsewhere", _DELETE)
    listed = " and ".join(map(str, missing))
    return Problem(
        (one.line,),
        f"{listed}: no such track has an embedding here",
        "Compare the names with `reid-assets status`; the line counts again once the track is there.",
    )


def _within(one: Correction, group_of: dict[TrackRef, int], groups: set[int]) -> bool:
    """Whether a correction is about tracks of one of these groups alone."""
    numbers = {group_of.get(track) for track in one.tracks()}
    return len(numbers) == 1 and numbers <= groups


def _path(graph: nx.Graph, a: TrackRef, b: TrackRef) -> list[Correction]:
    """The corrections by which two tracks are said to be the same."""
    way = nx.shortest_path(graph, a, b)
    return [graph.edges[one, other]["said"] for one, other in zip(way, way[1:], strict=False)]


def _denied(graph: nx.Graph, known: Iterable[Correction], group: set[TrackRef]) -> list[Problem]:
    """Tracks of a group that are said to be different."""
    problems = []
    for one in known:
        if one.action == "different" and set(one.tracks()) <= group:
            a, b = one.tracks()
            lines = lines_of([one, *_path(graph, a, b)])
            problems.append(Problem(lines, f"{a} and {b} are said to be the same and different", _DELETE))
    return problems


def _against_rules(
    graph: nx.Graph,
    group: set[TrackRef],
    row_of: dict[TrackRef, int],
    constraints: Constraints,
    meta: pd.DataFrame,
) -> list[Problem]:
    """Tracks of a group that an identity rule keeps apart: the pair with the fewest corrections between."""
    tracks = sorted(group)
    rows = np.array([row_of[track] for track in tracks])
    left, right = np.nonzero(np.triu(constraints.forbidden(rows, rows), 1))
    if not len(left):
        return []
    pairs = [(tracks[i], tracks[j]) for i, j in zip(left, right, strict=True)]
    a, b = min(pairs, key=lambda pair: len(_path(graph, *pair)))
    why = _rule(constraints, row_of[a], row_of[b], meta)
    step = "Delete the line." if len(_path(graph, a, b)) == 1 else _DELETE
    return [Problem(lines_of(_path(graph, a, b)), f"{a} and {b} cannot be the same: {why}", step)]


def _rule(constraints: Constraints, a: int, b: int, meta: pd.DataFrame) -> str:
    if constraints.group[a] != constraints.group[b]:
        one, other = (str(meta["class_name"].iloc[row]) for row in (a, b))
        return f"one is of class {one}, the other of class {other}"
    if constraints.video[a] != constraints.video[b]:
        return "they are at two places within less time than the way takes"
    first = int(max(constraints.f_min[a], constraints.f_min[b]))
    last = int(min(constraints.f_max[a], constraints.f_max[b]))
    if last - first + 1 > constraints.tolerance:
        return f"both are in frames {first} to {last} of one video"
    return "they are of one video, and associate.allow_merge_same_video is false"
