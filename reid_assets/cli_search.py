"""The command `reid-assets search`. What it does is `reid_assets.commands.search`."""

import click

from reid_assets.cli_options import root_and_config


@click.command()
@root_and_config
@click.option("--track", metavar="VIDEO:TRACK", help="Who looks like this track.")
@click.option("--image", type=click.Path(), help="Who looks like this picture of one person or thing.")
@click.option("--text", help='Who fits these words, such as "red jacket, backpack".')
@click.option("--camera", "cameras", multiple=True, help="Only this camera; may be given several times.")
@click.option("--class", "classes", multiple=True, help="Only this class; may be given several times.")
@click.option("--from", "start", metavar="TIME", help="Only who is seen after it: 2026-03-14T09:30.")
@click.option("--to", "end", metavar="TIME", help="Only who is seen before it.")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1), help="Most identities.")
@click.option("--json", "as_json", is_flag=True, help="The ranking as JSON.")
def search(
    root: str | None,
    config: str | None,
    track: str | None,
    image: str | None,
    text: str | None,
    cameras: tuple[str, ...],
    classes: tuple[str, ...],
    start: str | None,
    end: str | None,
    limit: int,
    as_json: bool,
) -> int:
    """Find identities by a track, a picture or words, the best first."""
    from reid_assets.commands.search import Query, search_command

    query = Query(track, image, text, cameras, classes, start, end, limit)
    return search_command(root, config, query, as_json)
