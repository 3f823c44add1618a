"""A configuration that is not the root's own: what it would change, and whether that is meant."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from reid_assets.commands.console import Screen
from reid_assets.config import load_cameras, load_settings
from reid_assets.locations import find_cameras
from reid_assets.reid.core.errors import ConfigError
from reid_assets.state import planner
from reid_assets.state.planner import RunOptions
from reid_assets.state.project import Project
from reid_assets.state.settings_changes import settings_changes
from reid_assets.storage.root_config import remember_config, remembered_config, same_file


def agree_on_config(project: Project, screen: Screen, agreed: bool, ask: bool = True) -> None:
    """Say what another configuration would change, and go on only if that is meant.

    Args:
        project: with the configuration to be used now.
        screen: where it is said.
        agreed: somebody has said already that it is meant.
        ask: False: only say it.

    Raises:
        ConfigError: nobody said that it is meant.
    """
    known = remembered_config(project.layout)
    if known is None or not known.is_file() or same_file(known, project.config):
        return
    differences = list(_differences(project, known))
    if not differences:
        return
    screen.say(f"This root was made with {known}. With {project.config}:")
    for line in differences:
        screen.say(f"  {line}")
    videos = len(planner.embedding_tasks(project, RunOptions()))
    again = f"the vectors of {videos} videos, and all that follows from them," if videos else "the map"
    screen.say(f"With it, {again} would be made again.")
    if agreed or not ask or (sys.stdin.isatty() and click.confirm("Use it for this root from now on?")):
        return
    raise ConfigError(
        f"this root is made with {known}. To go on with that, leave --config and REID_CONFIG away; to change "
        "over, say --yes."
    )


def remember(project: Project, screen: Screen) -> None:
    """Keep the configuration as that of the root."""
    before = remembered_config(project.layout)
    if remember_config(project.layout, project.config) and (before or project.config_source != "the default"):
        screen.say(f"This root is made with {project.config} from now on, also where no --config says so.")


def _differences(project: Project, known: Path) -> Iterator[str]:
    """Settings and cameras that differ from those of the root's own configuration."""
    try:
        yield from settings_changes(load_settings(known), load_settings(project.config))
        cameras = find_cameras(known)
        if load_cameras(cameras) != project.cameras:
            now = project.cameras_file or "none described"
            yield f"cameras changed: {cameras or 'none described'} → {now}"
    except ConfigError as error:
        yield f"what differs cannot be told: {error}"
