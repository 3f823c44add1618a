"""`reid-assets correct`: what a person says of the map, written into corrections.csv; `undo`, `list`.

A line is only written if it can hold together with all the others. It counts from the next run on.
"""

from reid_assets.commands.console import Screen
from reid_assets.commands.project_options import open_project
from reid_assets.reid.core.corrections import Action
from reid_assets.reid.core.errors import ReidError
from reid_assets.state.corrected import known_tracks, links_of, unknown_tracks
from reid_assets.state.correcting import add_correction, correction_of
from reid_assets.storage.corrections_file import remove_lines

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
