"""`reid-assets forget`: everything that was made of one identity is removed, and does not come back.

In one go: tombstones, files rewritten, an ordinary run, database and history written anew, and a search for
what might be left. What a kill interrupts, the next `reid-assets run` completes.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
import pandas as pd

from reid_assets.automation.instance import shared_history
from reid_assets.commands.config_switch import agree_on_config
from reid_assets.commands.console import Screen
from reid_assets.commands.project_options import open_project
from reid_assets.reid.core.errors import ReidError
from reid_assets.reid.core.forgotten import FORGOTTEN
from reid_assets.state.belongings import Belongings, belongings_of, held_by_others, secrets_of
from reid_assets.state.identity_lookup import Found, find_identity
from reid_assets.state.leftovers import search_leftovers
from reid_assets.state.planner import RunOptions
from reid_assets.state.project import Project
from reid_assets.storage.digests import ABSENT
from reid_assets.storage.forgotten_file import UNFINISHED, add_tombstones, unfinished
from reid_assets.storage.lock import RootBusyError, hold

_PATIENCE, _MOST_TOLD = 20.0, 10


def forget_command(
    root: str | None,
    config: str | None,
    said: str,
    reason: str = "",
    dry_run: bool = False,
    yes: bool = False,
) -> int:
    """Forget an identity; 0 where nothing of it is left.

    Raises:
        ReidError: nobody is meant by what was said; nothing was changed.
    """
    project, screen = open_project(root, config), Screen()
    found = find_identity(project, said)
    if found.forgotten_at is not None:
        return _already(project, found, screen)
    owned = belongings_of(project, found)
    _refuse_names(reason, owned)
    for line in _announcement(project, found, owned, dry_run):
        screen.say(line)
    if dry_run:
        return 0
    agree_on_config(project, screen, agreed=yes)
    if not yes and sys.stdin.isatty():
        click.confirm("This cannot be undone. Go on?", abort=True)
    with _holding(project, screen):
        project = project.reopened()
        if not find_identity(project, said).tracks.equals(found.tracks):
            raise ReidError("a run has changed the map in the meantime. Nothing was changed; look again.")
        tombstones, others = _tombstones(project, found, reason), held_by_others(project, found)
        add_tombstones(project.layout, tombstones, secrets_of(project, found), others)
        return _complete(project, screen, owned)


def check_command(root: str | None, config: str | None) -> int:
    """Search for what is left of forgotten tracks; 0 where there is nothing."""
    project, screen = open_project(root, config), Screen()
    if not project.forgotten.videos():
        screen.say("Nobody was forgotten on this root.")
        return 0
    if unfinished(project.layout):
        screen.warn(UNFINISHED)
    return _search(project, screen)


def _already(project: Project, found: Found, screen: Screen) -> int:
    who = f"{str(found)[0].upper()}{str(found)[1:]}"
    screen.say(f"{who} is already forgotten, since {str(found.forgotten_at)[:16]}Z.")
    if not unfinished(project.layout):
        screen.say("Nothing to do.")
        return 0
    screen.say("Not yet everywhere: this is completed now.")
    with _holding(project, screen):
        return _complete(project, screen, Belongings())


def _complete(project: Project, screen: Screen, owned: Belongings) -> int:
    from reid_assets.commands.run_stages import RunStages

    run = RunStages(project.reopened(), RunOptions(), screen)
    run.run()
    if run.outcome.errors or run.unfinished:
        screen.fail(
            "The forgetting is not finished. What was done stays done; `reid-assets run` completes it."
        )
        return 1
    for line in owned.removed(run.erased.lines):
        screen.say(line)
    return _search(run.project.reopened(), screen)


@contextmanager
def _holding(project: Project, screen: Screen) -> Iterator[None]:
    """The root's lock, from the tombstones to the search."""
    try:
        with hold(project.layout.lock, "reid-assets forget", _PATIENCE, screen.say):
            yield
    except RootBusyError as error:
        raise ReidError(str(error)) from error


def _search(project: Project, screen: Screen) -> int:
    left = search_leftovers(project)
    for line in left.found[:_MOST_TOLD]:
        screen.fail(line)
    if len(left.found) > _MOST_TOLD:
        screen.fail(f"... and {len(left.found) - _MOST_TOLD} more")
    for line in left.unread:
        screen.warn(f"not searched: {line}")
    if shared := shared_history(project.layout):
        screen.warn(f"not written anew and not searched, since it may serve other roots: {shared}")
    what = f"{left.files} files ({left.size / 1e6:.1f} MB) and all tables"
    if left.found or left.unread:
        screen.fail(f"nothing_left: searched {what}; see above. Remove these files, then `reid-assets run`.")
        return 1
    screen.say(f"nothing_left: searched {what}: nothing of the forgotten is left.")
    return 0


def _tombstones(project: Project, found: Found, reason: str) -> pd.DataFrame:
    digests, layout = project.staleness.digests, project.layout
    known = {video: digests.of_file(layout.tracks(video)) for video in found.tracks["video"].unique()}
    versions = {video: None if digest == ABSENT else digest for video, digest in known.items()}
    rows = found.tracks.assign(
        at=datetime.now(UTC).isoformat(timespec="microseconds"),
        reason=" ".join(reason.split()) or None,
        tracks_csv=found.tracks["video"].map(versions),
    )
    return FORGOTTEN.conform(rows)


def _refuse_names(reason: str, owned: Belongings) -> None:
    """The reason is kept with the tombstone, where no name may be."""
    for name in owned.names:
        if name.casefold() in reason.casefold():
            raise ReidError(
                "the reason holds the name of whoever is to be forgotten, and the reason is kept. Give one "
                "without it, such as a case number. Nothing was changed."
            )


def _announcement(project: Project, found: Found, owned: Belongings, dry_run: bool) -> Iterator[str]:
    listed = [
        f"{video}:{track}"
        for video, track in zip(found.tracks["video"], found.tracks["track_id"], strict=True)
    ]
    more = f" and {len(listed) - _MOST_TOLD} more" if len(listed) > _MOST_TOLD else ""
    shown = ", ".join(listed[:_MOST_TOLD]) + more
    yield f"{'Would forget' if dry_run else 'Forgetting'} {found}: tracks {shown}"
    if dry_run:
        yield from owned.removed(owned.lines, "Would remove")
    inputs = [str(Path(project.layout.video(video).name)) for video in found.tracks["video"].unique()]
    yield f"Your own files stay as they are: tracks.csv and the videos of {', '.join(inputs[:_MOST_TOLD])}."
