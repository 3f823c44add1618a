"""`reid-assets correct`: what a person says of the map, written into corrections.csv; `undo`, `list`.

A line is only written if it can hold together with all the others. It counts from the next run on.
"""

import getpass
from collections.abc import Iterator
from datetime import UTC, datetime

from reid_assets.commands.console import Screen
from reid_assets.commands.project_options import open_project
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

_NEXT = "Next: reid-assets run"


def correct_command(
    root: str | None, config: str | None, action: Action, tracks: tuple[str, ...], value: str, note: str
) -> int:
    """Add one correction; 0.

    Raises:
        ReidError: a track is not there, or the correction cannot hold; nothing is written.
    """
    project, screen = open_project(root, config), Screen()
    line = add_correction(project, correction_of(action, tracks, value, note))
    screen.say(f"{project.corrections_file}, line {line}: {' '.join([action, *tracks])}")
    screen.say(_NEXT)
    return 0


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


def add_correction(project: Project, one: Correction) -> int:
    """Write a correction if it can hold; its line. What is said already is not written twice.

    Raises:
        ReidError: it cannot hold, with the reason.
    """
    path = project.corrections_file
    said = read_corrections(path)
    if one.action != "name" and (known := [old for old in said.said if old.key() == one.key()]):
        return known[0].line
    for problem in _problems(project, said, one):
        raise ReidError(f"{problem.why}. Nothing was written.{_because_of(problem)}")
    return append_corrections(path, [one])[0]


def _problems(project: Project, said: Corrections, one: Correction) -> Iterator[Problem]:
    """What keeps a new correction from holding."""
    meta = known_tracks(project)
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


def undo_command(root: str | None, config: str | None, lines: tuple[int, ...]) -> int:
    """Delete lines, by default the last; 0.

    Raises:
        ReidError: there are no such lines.
    """
    project, screen = open_project(root, config), Screen()
    path = project.corrections_file
    said = {one.line: one for one in project.corrections.said}
    bad = {line for problem in project.corrections.problems for line in problem.lines}
    chosen = lines or tuple(sorted(said)[-1:])
    if not chosen:
        raise ReidError(f"{path}: no corrections yet, nothing to undo.")
    if unknown := [line for line in chosen if line not in said and line not in bad]:
        raise ReidError(f"{path}: no correction in line {unknown[0]}. See `reid-assets correct list`.")
    remove_lines(path, set(chosen))
    for line in chosen:
        screen.say(f"undone: {said.get(line, f'line {line}')}")
    screen.say(_NEXT)
    return 0


def list_command(root: str | None, config: str | None) -> int:
    """All corrections, and which of them cannot hold; 0."""
    project, screen = open_project(root, config), Screen()
    said, path = project.corrections, project.corrections_file
    if not said.said and not said.problems:
        screen.say(f"No corrections ({path}).")
        return 0
    meta = known_tracks(project)
    problems = [*said.problems, *links_of(project, said, meta).problems, *unknown_tracks(said, meta)]
    why = {line: problem.why for problem in problems for line in problem.lines}
    rows = [[str(one.line), str(one), one.by, one.at, why.get(one.line, "")] for one in said.said]
    rows += [[str(line), "", "", "", p.why] for p in said.problems for line in p.lines]
    screen.table(str(path), ["line", "correction", "by", "at", "cannot hold"], sorted(rows, key=_line_number))
    return 0


def _line_number(row: list[str]) -> int:
    return int(row[0])


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
