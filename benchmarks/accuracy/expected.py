"""Estimated beside real accuracy of the map, over the regimes of labelled footage.

    python -m benchmarks.accuracy.expected [--labelled DIR] [--half 0|1]

The figures of a run that is worth keeping stand in `docs/accuracy.md`.
"""

from collections.abc import Mapping
from pathlib import Path

import click
import pandas as pd

from benchmarks.accuracy.__main__ import DEFAULT_FOLDER
from benchmarks.accuracy.regimes import MODELS, REGIMES, Labelled, Regime, draws, load
from reid_assets.reid.accuracy.evaluation import evaluate
from reid_assets.reid.accuracy.similarity_calibration import calibrate
from reid_assets.reid.association.global_id_map import associate
from reid_assets.reid.core.embeddings import TrackEmbeddings
from reid_assets.reid.core.settings import AssociateSettings

_SETTINGS = AssociateSettings(method="auto", allow_merge_same_video=True)


def compare(data: Labelled, regime: Regime, half: int) -> dict[str, object]:
    """Expected and real precision and recall of the first draw of a regime."""
    tracks, rows = next(draws(data, regime, half))
    videos, truth = tracks.take(rows)
    cameras = {video: video[:2] for video in videos}

    def regroup(part: Mapping[str, TrackEmbeddings]) -> pd.DataFrame:
        return associate(part, _SETTINGS, cameras=cameras).id_map

    association = associate(videos, _SETTINGS, cameras=cameras)
    expected = calibrate(
        videos, association.id_map, association.report, _SETTINGS, regroup, cameras
    ).accuracy.iloc[0]
    real = evaluate(association.id_map, truth.astype({"identity": str}), _SETTINGS)
    return {
        "footage": regime.name,
        "precision expected": expected["expected_precision"],
        "precision real": real["pairwise_precision"],
        "recall expected": expected["expected_recall"],
        "recall real": real["pairwise_recall"],
        "identities": f"{expected['identities']} ({expected['fewest']} to {expected['most']})",
        "people": real["true_identities"],
        "supported": expected["supported"],
    }


@click.command()
@click.option("--labelled", type=click.Path(path_type=Path), default=DEFAULT_FOLDER, show_default=True)
@click.option("--half", type=click.IntRange(0, 1), default=1, show_default=True)
def main(labelled: Path, half: int) -> None:
    """Print the table."""
    if not labelled.is_dir():
        click.echo(f"skipped: there are no labelled tracks at {labelled}; name them with --labelled")
        return
    table = []
    for model in MODELS:
        data = load(labelled / model)
        table += [{"model": model} | compare(data, regime, half) for regime in REGIMES]
    click.echo(pd.DataFrame(table).round(2).to_string(index=False))


if __name__ == "__main__":
    main()
