"""From options of the command line to an opened project; what they name must be there."""

import difflib
import json
import os
from collections.abc import Sequence

import click

from reid_assets.reid.core.errors import ConfigError
from reid_assets.state.project import Project
from reid_assets.storage.private_files import keep_private
from reid_assets.storage.root_config import remembered_config, same_file


def open_project(
    root: str | None, config: str | None, changes: Sequence[str] = (), make_root: bool = False
) -> Project:
    """The project; root and configuration are put into the environment for what Dagster loads later.

    Says on standard error which configuration it uses.

    Args:
        root, config: as named; None: see `Project.open`.
        changes: `section.key=value` for this one call.
        make_root: make the root's folder where there is none.

    Raises:
        ConfigError: the configuration cannot be used, or there is no such root.
    """
    os.environ["REID_SET"] = json.dumps(list(changes))
    project = Project.open(root, config)
    if make_root and not os.path.lexists(project.layout.root):
        project.layout.root.mkdir(parents=True)
        click.echo(f"new    {project.layout.root}", err=True)
    if not project.layout.root.is_dir():
        raise ConfigError(
            f"{project.layout.root}: there is no such folder. Name the folder of your analysed videos with "
            "--root or REID_ROOT; `reid-assets init` sets up a project."
        )
    os.environ["REID_ROOT"] = str(project.layout.root)
    os.environ["REID_CONFIG"] = str(project.config)
    if project.layout.out is not None:
        os.environ["REID_OUT"] = str(project.layout.out)
    keep_private(project.layout, project.settings.privacy)
    click.echo(_which_config(project, changes), err=True)
    return project


def _which_config(project: Project, changes: Sequence[str]) -> str:
    known = remembered_config(project.layout)
    other = known is not None and not same_file(known, project.config)
    source = f"this root's own is {known}" if other else project.config_source
    changed = f", with {', '.join(changes)}" if changes else ""
    return f"Configuration: {project.config} ({source}){changed}"


def check_videos(project: Project, videos: frozenset[str]) -> None:
    """Refuse names that are no videos of this root.

    Raises:
        ConfigError: with the nearest name that is one.
    """
    known = sorted({*project.layout.video_names(), *project.layout.embedded_names()})
    for name in sorted(videos - set(known)):
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(known[:10]) or 'none'}."
        raise ConfigError(f"{name!r} is no video of {project.layout.root}. {hint}")
