"""`reid-assets run`: make what is missing or out of date, and say what was done."""

from reid_assets.commands.console import Screen
from reid_assets.commands.dry_run import show_plan
from reid_assets.commands.project_options import check_videos, open_project
from reid_assets.state.planner import RunOptions


def run_command(
    root: str | None, config: str | None, options: RunOptions, dry_run: bool, confirm_removals: bool
) -> int:
    """`reid-assets run`; returns the exit code."""
    project = open_project(root, config)
    check_videos(project, options.videos)
    if dry_run:
        return show_plan(project, options, Screen())
    from reid_assets.commands.run_stages import RunStages

    return RunStages(project, options, Screen(), confirm_removals).run().exit_code
