"""`reid-assets run`: make what is missing or out of date, and say what was done."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from reid_assets.commands.config_switch import agree_on_config
from reid_assets.commands.console import Screen
from reid_assets.commands.dry_run import show_plan
from reid_assets.commands.project_options import check_videos, open_project
from reid_assets.reid.core.errors import ConfigError
from reid_assets.state.planner import RunOptions
from reid_assets.state.project import Project
from reid_assets.storage.folder_diagnosis import nothing_to_do, odd_things

if TYPE_CHECKING:
    from reid_assets.commands.run_summary import RunSummary


def run_command(
    root: str | None,
    config: str | None,
    options: RunOptions,
    changes: Sequence[str] = (),
    dry_run: bool = False,
    confirm_removals: bool = False,
    agreed: bool = False,
) -> int:
    """`reid-assets run`; returns the exit code."""
    project = open_project(root, config, changes)
    if dry_run:
        _require_work(project, options)
        agree_on_config(project, Screen(), agreed or options.force, ask=False)
        for odd in odd_things(project.layout):
            Screen().warn(f"{odd.name}: {odd.problem}")
        return show_plan(project, options, Screen())
    return run_project(project, options, confirm_removals, agreed).exit_code


def run_project(
    project: Project, options: RunOptions, confirm_removals: bool = False, agreed: bool = False
) -> "RunSummary":
    """Make what is missing or out of date on an opened root; what was done.

    Raises:
        ConfigError: nothing ran.
    """
    _require_work(project, options)
    agree_on_config(project, Screen(), agreed or options.force)
    from reid_assets.commands.run_stages import RunStages

    return RunStages(project, options, Screen(), confirm_removals).run()


def _require_work(project: Project, options: RunOptions) -> None:
    check_videos(project, options.videos)
    if nothing := nothing_to_do(project.layout):
        raise ConfigError(nothing)
