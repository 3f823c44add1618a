"""`reid-assets report`: where the report for people is, and, on demand, the browser on it.

Reads only. The report itself is made by `reid-assets run`.
"""

import webbrowser

import click

from reid_assets.commands.project_options import open_project
from reid_assets.reid.core.errors import ReidError


class NoReportError(ReidError):
    """There is nothing to open, or nothing to open it with."""


def report_command(root: str | None, config: str | None, open_it: bool) -> int:
    """Print the path of the report, alone on standard output; with `open_it`, show it in a browser.

    Raises:
        NoReportError: no report was made yet, or no browser can be started.
    """
    project = open_project(root, config)
    page = project.layout.report_page
    if not page.is_file():
        raise NoReportError(f"{page}: there is no report yet. Make it: `reid-assets run`.")
    click.echo(page.resolve())
    if reason := project.staleness.stale_reason("report"):
        click.echo(f"warning: the report is out of date: {reason}. `reid-assets run` renews it.", err=True)
    if open_it and not webbrowser.open(page.resolve().as_uri()):
        raise NoReportError(f"no browser was found here. Open {page.resolve().as_uri()} in one.")
    return 0
