"""What each tuned constant of method `auto` is worth: mean F1 over ten regimes with it halved and doubled.

    python -m benchmarks.accuracy.sensitivity [--labelled DIR] [--half 0|1] [--only NAME]

About ten minutes on two idle cores, a line as soon as it is known. The figures of a run that is worth
keeping stand in `docs/association.md`.
"""

import multiprocessing
import os
from collections.abc import Iterator
from dataclasses import fields, replace
from itertools import islice
from pathlib import Path

import click

from benchmarks.accuracy.__main__ import DEFAULT_FOLDER, pairwise_f1
from benchmarks.accuracy.regimes import MODELS, REGIMES, draws, load
from reid_assets.reid.association.auto_parameters import DEFAULT_PARAMETERS, AutoParameters
from reid_assets.reid.association.global_id_map import associate
from reid_assets.reid.core.settings import AssociateSettings

_DRAWS = 2  # of each regime; the large ones have one
_PROCESSES = 2
# These move no identity at caution 0.5: they are for the report, or multiply the distance of caution from it.
_MOVE_NOTHING = {"cut_uncertainty", "small_cut_uncertainty", "unsupported_above", "caution_range"}


def scaled(parameters: AutoParameters, name: str, factor: float) -> AutoParameters:
    """The same with one constant multiplied; whole numbers stay whole and at least 1, tables by element."""
    value = getattr(parameters, name)
    if isinstance(value, tuple):
        return replace(parameters, **{name: tuple(factor * one for one in value)})
    moved = max(1, int(value * factor)) if isinstance(value, int) else value * factor
    return replace(parameters, **{name: moved})


def mean_f1(folder: Path, half: int, parameters: AutoParameters) -> float:
    """Mean of the ten regimes' mean F1, cameras known."""
    settings = AssociateSettings(method="auto", allow_merge_same_video=True)
    by_regime = []
    for model in MODELS:
        data = load(folder / model)
        for regime in REGIMES:
            by_draw = []
            for tracks, rows in islice(draws(data, regime, half), _DRAWS):
                videos, truth = tracks.take(rows)
                cameras = {video: video[:2] for video in videos}
                id_map = associate(videos, settings, cameras=cameras, parameters=parameters).id_map
                by_draw.append(pairwise_f1(id_map, truth))
            by_regime.append(sum(by_draw) / len(by_draw))
    return sum(by_regime) / len(by_regime)


def _measure(job: tuple[Path, int, str, float]) -> float:
    folder, half, name, factor = job
    return mean_f1(folder, half, scaled(DEFAULT_PARAMETERS, name, factor) if name else DEFAULT_PARAMETERS)


def table(folder: Path, half: int, names: list[str]) -> Iterator[tuple[str, float, float, float]]:
    """Name, and mean F1 as it is, halved and doubled, one constant after the other."""
    jobs = [(folder, half, name, factor) for name in names for factor in (0.5, 2.0)]
    # One thread each: the products are small, and two settings at a time use both cores better.
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}
    with multiprocessing.get_context("spawn").Pool(_PROCESSES) as pool:
        measured = pool.imap(_measure, [(folder, half, "", 1.0), *jobs])
        unchanged = next(measured)
        for name in names:
            yield name, unchanged, next(measured), next(measured)


@click.command()
@click.option("--labelled", type=click.Path(path_type=Path), default=DEFAULT_FOLDER, show_default=True)
@click.option("--half", type=click.IntRange(0, 1), default=1, show_default=True)
@click.option("--only", "only", multiple=True, help="Name of a constant; repeatable. Default: all.")
def main(labelled: Path, half: int, only: tuple[str, ...]) -> None:
    """Print the table."""
    if not labelled.is_dir():
        click.echo(f"skipped: there are no labelled tracks at {labelled}; name them with --labelled")
        return
    named = {field.name: field for field in fields(AutoParameters)}
    names = [name for name in named if name in only or (not only and name not in _MOVE_NOTHING)]
    click.echo("| constant | value | unit | halved | doubled |\n|---|---|---|---|---|")
    unchanged = float("nan")
    for name, unchanged, half_f1, double_f1 in table(labelled, half, names):
        value, unit = getattr(DEFAULT_PARAMETERS, name), named[name].metadata["unit"]
        shown = f"{value:.6g}" if isinstance(value, float) else str(value).strip("()")
        changes = " | ".join(f"{f1 - unchanged:+.3f}" for f1 in (half_f1, double_f1))
        click.echo(f"| `{name}` | {shown} | {unit} | {changes} |")
    click.echo(f"Mean F1 as it is: {unchanged:.3f}")


if __name__ == "__main__":
    main()
