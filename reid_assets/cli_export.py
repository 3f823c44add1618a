"""The command `reid-assets export`. What it does is `reid_assets.commands.export`."""

import click

FORMAT_NAMES = ("mot", "csv", "parquet", "coco-video", "fiftyone", "cvat")


@click.command()
@click.option("--root", type=click.Path(), help="Folder of the videos (default: REID_ROOT, else outputs/cv).")
@click.option(
    "--config", type=click.Path(), help="Configuration (default: the root's own, else the project's)."
)
@click.option("--to", "form", required=True, type=click.Choice(FORMAT_NAMES), help="Format.")
@click.option(
    "--identity", "identities", multiple=True, metavar="ID|NAME", help="Only this identity; repeatable."
)
@click.option("--video", "videos", multiple=True, help="Only this video; may be given several times.")
@click.option(
    "--rows",
    type=click.Choice(["identified", "all"]),
    help="Rows with an identity, or all (default: all for csv and parquet, else identified).",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False),
    help="Folder to write into, new or an earlier export (default: reid_export_FORMAT in the current one).",
)
def export(
    root: str | None,
    config: str | None,
    form: str,
    identities: tuple[str, ...],
    videos: tuple[str, ...],
    rows: str | None,
    out: str | None,
) -> int:
    """Write the boxes with their global ids in a format that other tools read."""
    from reid_assets.commands.export import export_command

    if identities and rows == "all":
        raise click.UsageError("--rows all and --identity contradict each other.")
    return export_command(root, config, form, identities, videos, rows, out)
