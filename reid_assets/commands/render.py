"""`reid-assets render`: clips of videos and of identities, made when they are asked for.

A video's clip is an asset like any other; the compilation of an identity is a file beside them.
"""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from reid_assets.commands.config_switch import agree_on_config
from reid_assets.commands.console import Screen
from reid_assets.commands.project_options import check_videos, open_project
from reid_assets.reid.core.errors import ReidError
from reid_assets.reid.rendering.identity_clip import render_identity
from reid_assets.state import progress
from reid_assets.state.clips import clip_versions, sources_of, stale_clip, stale_clips, subject_of
from reid_assets.state.identity_lookup import find_identity
from reid_assets.state.planner import RunOptions
from reid_assets.state.project import Project
from reid_assets.storage.clip_files import ANNOTATED, identity_clips, store_identity_clip
from reid_assets.storage.lock import RootBusyError, hold

_PATIENCE = 20.0


def list_clips(root: str | None, config: str | None) -> int:
    """Tell which clips there are; reads only."""
    project, screen = open_project(root, config), Screen()
    rows = [[what, why or "up to date"] for what, why in stale_clips(project)]
    if rows:
        screen.table(str(project.layout.clips), ["clip", "state"], rows)
    else:
        screen.say("No clips yet. Make some: `reid-assets render --video NAME` or `--identity ID`.")
    return 0


def render_command(
    root: str | None,
    config: str | None,
    videos: Sequence[str],
    identities: Sequence[str],
    force: bool = False,
    yes: bool = False,
) -> int:
    """Render what is asked for; 0 where all of it is there.

    Raises:
        ConfigError: a video is not known.
        ReidError: there is no map yet, an identity is not known, or none of its videos can be read.
    """
    project, screen = open_project(root, config), Screen()
    check_videos(project, frozenset(videos))
    if not project.layout.global_id_map.is_file():
        raise ReidError("there is no identity map yet. Make it: `reid-assets run`.")
    if reason := project.quarantine.reason():
        raise ReidError(reason)
    numbers = [_identity(project, said) for said in identities]
    agree_on_config(project, screen, agreed=yes)
    if reason := project.staleness.stale_reason("global_id_map"):
        screen.warn(
            f"the map is out of date ({reason}); clips show it as it is. `reid-assets run` renews it."
        )
    failed = _render_videos(project, screen, videos, force) if videos else 0
    try:
        with hold(project.layout.lock, "reid-assets render", _PATIENCE, screen.say):
            for number in dict.fromkeys(numbers):
                failed |= _tried(project.reopened(), screen, number, force)
    except RootBusyError as error:
        raise ReidError(str(error)) from error
    return failed


def _tried(project: Project, screen: Screen, number: int, force: bool) -> int:
    """Render one identity; 1 where that fails, and the others go on."""
    try:
        _render_identity(project, screen, number, force)
    except ReidError as error:
        screen.fail(str(error))
        return 1
    return 0


def _identity(project: Project, said: str) -> int:
    found = find_identity(project, said)
    if found.forgotten_at is not None:
        raise ReidError(f"{found} was forgotten: there is nothing to show. Give an id of the report.")
    if found.global_id is None:
        raise ReidError(f"{found}, cannot be compiled. `reid-assets render --video` shows its video.")
    return found.global_id


def _render_videos(project: Project, screen: Screen, videos: Sequence[str], force: bool) -> int:
    from reid_assets.commands.run_stages import RunStages

    options = RunOptions(frozenset(videos), frozenset([ANNOTATED]), force)
    outcome = RunStages(project, options, screen).run()
    for video in dict.fromkeys(videos):
        path = project.layout.path(ANNOTATED, video)
        if path.is_file() and video not in outcome.failed:
            screen.say(f"{video}: {path}")
    return outcome.exit_code


def _render_identity(project: Project, screen: Screen, number: int, force: bool) -> None:
    layout, known = project.layout, identity_clips(project.layout)
    if number in known and not force and stale_clip(project, number, known[number]) is None:
        screen.say(f"identity {number}: up to date: {layout.identity_clip(number)}")
        return
    subject = subject_of(project, number)
    sources = sources_of(project, subject)
    versions, problems = clip_versions(project, subject, sources), list[str]()

    def told(done: int, frames: int) -> None:
        progress.report("identity clip", done, frames, f"frame {done} of {frames}")

    def write(target: Path) -> pd.DataFrame:
        table, said = render_identity(subject, sources, target, told)
        problems.extend(said)
        return table

    with screen.stage(f"Identity {number}") as stage, progress.listening(stage):
        size = store_identity_clip(layout, number, write, versions)
        stage.outcome = f"{size / 1e6:.1f} MB"
    for problem in dict.fromkeys(problems):
        screen.warn(problem)
    project.staleness.digests.save()
    screen.say(f"identity {number}: {layout.identity_clip(number)}")
