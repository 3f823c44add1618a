"""Writing corrections: a line is only written if it can hold together with all the others."""

import getpass
from collections.abc import Iterator
from datetime import UTC, datetime

import pandas as pd

from reid_assets.reid.core.corrections import (
    OF_TWO,
    Action,
    Correction,
    Corrections,
    Problem,
    TrackRef,
    require_name,
)
from reid_assets.reid.core.errors import ReidError
from reid_assets.state.corrected import known_tracks, links_of, unknown_tracks
from reid_assets.state.project import Project
from reid_assets.storage.corrections_file import append_corrections, read_corrections, remove_lines


def correction_of(action: Action, tracks: tuple[str, ...], value: str = "", note: str = "") -> Correction:
    """A correction by whoever is logged in, now.

    Raises:
        ReidError: a track or name cannot be read.
    """
    try:
        refs = [TrackRef.parse(text) for text in tracks]
        if action == "name":
            require_name(value)
    except ValueError as error:
        raise ReidError(f"{error}.") from error
    b = refs[1] if action in OF_TWO else None
    at = datetime.now(UTC).isoformat(timespec="seconds")
    return Correction(action, refs[0], b, value, _user(), at, note)


def add_correction(project: Project, one: Correction, meta: pd.DataFrame | None = None) -> int:
    """Write a correction if it can hold; its line. What is said already is not written twice.

    Args:
        project: whose corrections.csv.
        one: what is said.
        meta: rows of `tables.TRACK_META`; None: `known_tracks`.

    Raises:
        ReidError: it cannot hold, with the reason.
    """
    path = project.corrections_file
    said = read_corrections(path)
    if one.action != "name" and (known := [old for old in said.said if old.key() == one.key()]):
        return known[0].line
    for problem in _problems(project, said, one, known_tracks(project) if meta is None else meta):
        raise ReidError(f"{problem.why}. Nothing was written.{_because_of(problem)}")
    return append_corrections(path, [one])[0]


def take_back(project: Project, one: Correction) -> bool:
    """Delete the last line that says the same; whether there was one."""
    path = project.corrections_file
    lines = [old.line for old in read_corrections(path).said if old.key() == one.key()]
    if lines:
        remove_lines(path, {lines[-1]})
    return bool(lines)


def _problems(project: Project, said: Corrections, one: Correction, meta: pd.DataFrame) -> Iterator[Problem]:
    """What keeps a new correction from holding."""
    yield from unknown_tracks(Corrections((one,)), meta)
    if one.action in OF_TWO:
        both = links_of(project, Corrections((*said.said, one)), meta)
        yield from (problem for problem in both.problems if 0 in problem.lines)


def _because_of(problem: Problem) -> str:
    """Which lines of the file a new one contradicts."""
    others = [line for line in problem.lines if line]
    listed = ", ".join(map(str, others))
    what = "line" if len(others) == 1 else "lines"
    return f" See {what} {listed} (`reid-assets correct list`)." if others else ""


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
