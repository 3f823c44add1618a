"""The command line: names, options and exit codes. What each command does is `reid_assets.commands`.

Commands are imported when they are called: `--help` must not pay for Dagster or a network.
"""

import os
import sys
from pathlib import Path
from typing import Any

import click

from reid_assets.artifacts import ARTIFACTS
from reid_assets.cli_correct import correct
from reid_assets.cli_evaluate import evaluate
from reid_assets.cli_export import export
from reid_assets.cli_forget import forget
from reid_assets.cli_import import import_
from reid_assets.cli_options import root_and_config
from reid_assets.cli_render import render
from reid_assets.cli_search import search
from reid_assets.reid.core.errors import ConfigError, ReidError, describe_failure

EXIT_FAILED, EXIT_USAGE = 1, 2


class _Artifact(click.ParamType):
    """The name of an artifact: whatever is declared when the command is called."""

    name = "asset"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The name itself.

        Raises:
            BadParameter: nothing of that name is declared.
        """
        return click.Choice(ARTIFACTS.names).convert(value, param, ctx)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="reid-assets")
def cli() -> None:
    """Global identities over many analysed videos."""


cli.add_command(correct)
cli.add_command(evaluate)
cli.add_command(export)
cli.add_command(forget)
cli.add_command(search)
cli.add_command(render)
cli.add_command(import_)


@cli.command()
@root_and_config
@click.option("--video", "videos", multiple=True, help="Only this video; may be given several times.")
@click.option("--only", multiple=True, type=_Artifact(), help="Only this asset; may be given several times.")
@click.option("--force", is_flag=True, help="Rebuild even if up to date; re-select the `auto` backbone.")
@click.option("--dry-run", is_flag=True, help="Say what would be made, why, and about how long it takes.")
@click.option("--fresh-ids", is_flag=True, help="Number the identities anew, from 0.")
@click.option("--full", is_flag=True, help="Cluster all tracks anew, not only what changed; ids stay.")
@click.option("--confirm-removals", is_flag=True, help="Many videos are gone, and that is right.")
@click.option("--set", "changes", multiple=True, metavar="KEY=VALUE", help="For one run: embed.inset=0.")
@click.option("--yes", is_flag=True, help="Use another configuration for this root from now on.")
def run(
    root: str | None,
    config: str | None,
    videos: tuple[str, ...],
    only: tuple[str, ...],
    force: bool,
    dry_run: bool,
    fresh_ids: bool,
    full: bool,
    confirm_removals: bool,
    changes: tuple[str, ...],
    yes: bool,
) -> int:
    """Make everything that is missing or out of date."""
    from reid_assets.commands.run import run_command
    from reid_assets.state.planner import RunOptions

    options = RunOptions(frozenset(videos), frozenset(only), force, fresh_ids, full)
    return run_command(root, config, options, changes, dry_run, confirm_removals, yes)


@cli.command()
@root_and_config
def status(root: str | None, config: str | None) -> int:
    """Per video: found, embedded, in the map, out of date and why."""
    from reid_assets.commands.status import status_command

    return status_command(root, config)


@cli.command()
@root_and_config
@click.option("--json", "as_json", is_flag=True, help="The table as JSON.")
@click.option("--write", is_flag=True, help="Write it as cameras.yaml, to be corrected.")
@click.option("--force", is_flag=True, help="With --write: even if there is one; its comments are lost.")
def cameras(root: str | None, config: str | None, as_json: bool, write: bool, force: bool) -> int:
    """Which camera each video is of, told or guessed, and why."""
    from reid_assets.commands.cameras import cameras_command

    return cameras_command(root, config, as_json, write, force)


@cli.command()
@root_and_config
@click.option("--open", "open_it", is_flag=True, help="Show it in the browser.")
def report(root: str | None, config: str | None, open_it: bool) -> int:
    """Print where the report is, a page that opens from disk."""
    from reid_assets.commands.report import report_command

    return report_command(root, config, open_it)


@cli.command()
@root_and_config
def doctor(root: str | None, config: str | None) -> int:
    """What is wrong on this machine or root, and what to do."""
    from reid_assets.commands.doctor import doctor_command

    return doctor_command(root, config)


@cli.command()
@click.argument("folder", default=".", type=click.Path(file_okay=False))
@click.option("--force", is_flag=True, help="Overwrite the files that are already there (never .env).")
def init(folder: str, force: bool) -> int:
    """Write the configuration files of a new project into FOLDER (default: the current one)."""
    from reid_assets.commands.init import init_command

    return init_command(folder, force)


@cli.command()
@click.option("--root", type=click.Path(), help="Where to make the demo world (default: outputs/demo).")
def demo(root: str | None) -> int:
    """Make a small world of videos with known truth and run everything on it."""
    from reid_assets.commands.demo import demo_command

    return demo_command(root)


# A question may begin with a comment of SQL, which looks like an option.
@cli.command(context_settings={"ignore_unknown_options": True})
@root_and_config
@click.argument("query")
@click.option("--csv", "form", flag_value="csv", help="All rows as CSV.")
@click.option("--json", "form", flag_value="json", help="All rows as JSON.")
@click.option("--timeout", default=60.0, show_default=True, type=click.FloatRange(0.1), help="Seconds.")
@click.option(
    "--limit", default=1_000_000, show_default=True, type=click.IntRange(1), help="Most rows as CSV or JSON."
)
def sql(
    root: str | None, config: str | None, query: str, form: str | None, timeout: float, limit: int
) -> int:
    """Ask the database, for example: reid-assets sql "SELECT * FROM visits"."""
    from reid_assets.commands.sql import sql_command

    return sql_command(root, config, query, form or "table", timeout, limit)  # type: ignore[arg-type]


@cli.command()
@root_and_config
@click.option("--backbone", required=True, help="Label of the backbone that made the pairs.")
@click.option("--video", "videos", multiple=True, help="Only this video; may be given several times.")
def adopt(root: str | None, config: str | None, backbone: str, videos: tuple[str, ...]) -> int:
    """Say which backbone made embeddings pairs that do not say it themselves."""
    from reid_assets.commands.adopt import adopt_command

    return adopt_command(root, config, backbone, videos)


@cli.command()
@root_and_config
@click.option("--port", default=3000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--password-file", type=click.Path(), help="Ask for this password (or REID_UI_PASSWORD).")
@click.option("--trust-proxy-header", "trusted_header", help="Header in which a login proxy names the user.")
@click.option("--proxy-from", "proxies", multiple=True, help="Address of that proxy (default: this machine).")
@click.option(
    "--allow-host", "allow_hosts", multiple=True, help="Further name[:port] in the browser's address."
)
@click.option("--i-know-there-is-no-login", "no_login", is_flag=True, help="Listen on a network after all.")
@click.option("--yes", is_flag=True, help="Use another configuration for this root from now on.")
def ui(root: str | None, config: str | None, yes: bool, **access: Any) -> int:
    """The Dagster UI with its sensors on 127.0.0.1, with the same history that `run` writes."""
    from reid_assets.commands.ui import ui_command
    from reid_assets.guard.access import Access

    return ui_command(root, config, Access(**access), yes)


@cli.command()
@root_and_config
@click.option("--port", default=3100, show_default=True, type=click.IntRange(0, 65535), help="0: a free one.")
@click.option("--no-browser", is_flag=True, help="Only print the address.")
def review(root: str | None, config: str | None, port: int, no_browser: bool) -> int:
    """Answer questions about the map on a page of this machine: same, different, not a target, names."""
    from reid_assets.commands.review import review_command

    return review_command(root, config, port, not no_browser)


def _told(error: Exception) -> str:
    """One line for what nobody foresaw; the traceback goes into a file."""
    from reid_assets.layout import Layout
    from reid_assets.storage.bug_reports import write_traceback
    from reid_assets.storage.transient_errors import is_disk_full

    # As the command has opened it, or as it was named.
    outputs = os.environ.get("REID_OUT") or os.environ.get("REID_ROOT")
    folder = Layout(Path(outputs)).errors if outputs and Path(outputs).is_dir() else None
    if is_disk_full(error):
        place = f" under {outputs}" if outputs else ""
        return f"the disk is full{place}. Free some space and run again: what was finished stays."
    if isinstance(error, OSError):
        return f"{error}. What was finished stays: put it right and run again."
    return f"{describe_failure(error, f'The traceback is in {write_traceback(error, folder)}')}"


def main() -> None:
    """Entry point: 0 all well, 1 something failed, 2 usage or configuration."""
    try:
        code = cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = EXIT_USAGE
    except click.Abort:
        click.echo("Stopped. What was finished stays; run again to go on.", err=True)
        code = 130
    except ConfigError as error:
        click.echo(f"configuration: {error}", err=True)
        code = EXIT_USAGE
    except ReidError as error:
        click.echo(f"failed: {error}", err=True)
        code = EXIT_FAILED
    except Exception as error:
        click.echo(f"failed: {_told(error)}", err=True)
        code = EXIT_FAILED
    sys.exit(code if isinstance(code, int) else 0)
