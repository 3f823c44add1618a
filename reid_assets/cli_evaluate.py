"""The command `reid-assets evaluate`. What it does is `reid_assets.commands.evaluate`."""

import click

from reid_assets.cli_options import root_and_config


@click.command()
@root_and_config
@click.option("--truth", type=click.Path(), help="CSV with video,track_id,identity.")
@click.option("--ground-truth", type=click.Path(), help="Folder of MOTChallenge files: <video>/gt/gt.txt.")
@click.option("--class", "classes", multiple=True, help="Only this class of the ground truth; repeatable.")
@click.option(
    "--page", type=click.Path(dir_okay=False), help="Write an HTML page of the errors to this file."
)
@click.option("--json", "as_json", is_flag=True, help="Figures as JSON.")
def evaluate(
    root: str | None,
    config: str | None,
    truth: str | None,
    ground_truth: str | None,
    classes: tuple[str, ...],
    page: str | None,
    as_json: bool,
) -> int:
    """Compare the identity map with the truth, of tracks or of single frames."""
    from reid_assets.commands.evaluate import evaluate_command

    if (truth is None) == (ground_truth is None):
        raise click.UsageError("Name either --truth or --ground-truth.")
    if classes and ground_truth is None:
        raise click.UsageError("--class belongs to --ground-truth.")
    return evaluate_command(root, config, truth, as_json, ground_truth, classes, page)
