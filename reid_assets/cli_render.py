"""The command `reid-assets render`. What it does is `reid_assets.commands.render`."""

import click

from reid_assets.cli_options import root_and_config


@click.command()
@root_and_config
@click.option("--video", "videos", multiple=True, help="This video; may be given several times.")
@click.option(
    "--identity",
    "identities",
    multiple=True,
    metavar="ID|NAME|VIDEO:TRACK",
    help="All visits of this identity, in one clip; may be given several times.",
)
@click.option("--force", is_flag=True, help="Render again what is up to date.")
@click.option("--yes", is_flag=True, help="Use another configuration for this root from now on.")
def render(
    root: str | None,
    config: str | None,
    videos: tuple[str, ...],
    identities: tuple[str, ...],
    force: bool,
    yes: bool,
) -> int:
    """Draw boxes, ids and names into videos, as clips that the report plays.

    Without --video and --identity: list the clips there are, and which are out of date.
    """
    from reid_assets.commands.render import list_clips, render_command

    if not videos and not identities:
        return list_clips(root, config)
    return render_command(root, config, videos, identities, force, yes)
