"""The command `reid-assets forget`. What it does is `reid_assets.commands.forget`."""

import click

from reid_assets.cli_options import root_and_config


@click.command()
@root_and_config
@click.argument("who", required=False, metavar="ID|NAME|VIDEO:TRACK")
@click.option("--reason", default="", help="Why; kept with the tombstone, so without a name.")
@click.option("--dry-run", is_flag=True, help="Say who would be forgotten, and what would be removed.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--check", is_flag=True, help="Forget nobody: search for what is left of those forgotten before."
)
def forget(
    root: str | None, config: str | None, who: str | None, reason: str, dry_run: bool, yes: bool, check: bool
) -> int:
    """Remove everything that was made of one identity, for good.

    Its tracks do not come back, whatever is made again. Your own files (tracks.csv, videos) are not touched.
    """
    from reid_assets.commands.forget import check_command, forget_command

    if check != (who is None):
        raise click.UsageError("Give an id, a name or VIDEO:TRACK; or --check alone.")
    if who is None:
        return check_command(root, config)
    return forget_command(root, config, who, reason, dry_run, yes)
