"""How far the confidence of a track may be believed: said and true, over every kind of labelled footage.

    python -m benchmarks.accuracy.reliability [--labelled DIR] [--half 0|1] [--picture FILE]

True is, of a track with others in its identity, the share of them that are the same person, and of a track
alone whether the person has no other track (a reliability diagram: Murphy and Winkler 1977). Cameras are
found from the names of the videos.
The figures of a run that is worth keeping stand in `docs/accuracy.md`.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import click
import numpy as np
import pandas as pd

from benchmarks.accuracy.__main__ import DEFAULT_FOLDER, cameras_of
from benchmarks.accuracy.few_tracks import SMALL_REGIMES, small_draws
from benchmarks.accuracy.regimes import EDGES, MODELS, REGIMES, SITES, Labelled, draws, load
from reid_assets.reid.association.global_id_map import associate
from reid_assets.reid.core.settings import AssociateSettings

_SETTINGS = AssociateSettings(method="auto", allow_merge_same_video=True)
_BINS = 10
_KEY = ["video", "track_id"]


def judged_tracks(labelled: Labelled, rows: np.ndarray) -> pd.DataFrame:
    """One row a track: `confidence`, `true` 0..1, `alone`, and `tracks`, how many there are in all."""
    videos, truth = labelled.take(rows)
    found = associate(videos, _SETTINGS, cameras=cameras_of(videos, "found"))
    table = found.id_map[[*_KEY, "global_id"]].merge(truth, on=_KEY)
    table = table.merge(found.evidence[[*_KEY, "confidence"]], on=_KEY)

    def size(*keys: str) -> np.ndarray:
        return table.groupby(list(keys))["track_id"].transform("size").to_numpy()

    in_identity, of_person, right = size("global_id"), size("identity"), size("global_id", "identity")
    alone = in_identity == 1
    true = np.where(alone, of_person == 1, (right - 1) / np.maximum(in_identity - 1, 1))
    return pd.DataFrame(
        {"confidence": table["confidence"], "true": true, "alone": alone, "tracks": len(table)}
    )


def all_draws(labelled: Labelled, half: int) -> Iterator[tuple[Labelled, np.ndarray]]:
    """Every draw of every regime, few tracks and many."""
    for regime in (*REGIMES, *EDGES, *SITES):
        yield from draws(labelled, regime, half)
    for small in SMALL_REGIMES:
        yield from ((labelled, rows) for rows in small_draws(labelled, small, half))


def reliability(table: pd.DataFrame, weights: np.ndarray | None = None) -> tuple[pd.DataFrame, float]:
    """Mean confidence and truth by tenth of the confidence, and the expected calibration error.

    Expected calibration error: mean absolute difference of the two over the tenths, weighted by their
    tracks (Naeini et al. 2015).
    """
    confidence, true = table["confidence"].to_numpy(float), table["true"].to_numpy(float)
    weights = np.ones(len(table)) if weights is None else weights
    tenth = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    count, said, is_true = (
        np.bincount(tenth, values, _BINS) for values in (weights, weights * confidence, weights * true)
    )
    error = float(np.abs(said - is_true).sum() / count.sum())
    kept = np.flatnonzero(count > 0)
    rows = {
        "said": said[kept] / count[kept],
        "true": is_true[kept] / count[kept],
        "share": count[kept] / count.sum(),
    }
    return pd.DataFrame(rows, index=kept / _BINS), error


@click.command()
@click.option("--labelled", type=click.Path(path_type=Path), default=DEFAULT_FOLDER, show_default=True)
@click.option("--half", type=click.IntRange(0, 1), default=1, show_default=True)
@click.option("--picture", type=click.Path(path_type=Path), help="Where the diagram goes, as PNG.")
def main(labelled: Path, half: int, picture: Path | None) -> None:
    """Print the tables."""
    if not labelled.is_dir():
        click.echo(f"skipped: there are no labelled tracks at {labelled}; name them with --labelled")
        return
    tables = []
    for model in MODELS:
        parts = [judged_tracks(*draw) for draw in all_draws(load(labelled / model), half)]
        tables += [part.assign(model=model, draw=number) for number, part in enumerate(parts)]
    table = pd.concat(tables, ignore_index=True)
    weights = 1.0 / table["tracks"].to_numpy(float)
    rows = []
    for footage, chosen in (("60 tracks and more", table["tracks"] >= 60), ("fewer", table["tracks"] < 60)):
        for model in MODELS:
            part = table[chosen & (table["model"] == model)]
            kinds = {"all": part, "with others": part[~part["alone"]], "alone": part[part["alone"]]}
            errors = {name: reliability(kind)[1] for name, kind in kinds.items()}
            rows.append({"model": model, "footage": footage, "tracks": len(part), **errors})
    click.echo(pd.DataFrame(rows).round(3).to_string(index=False))
    curve, error = reliability(table)
    by_draw = reliability(table, weights)[1]
    click.echo(f"\n{curve.round(3).to_string()}\n\nexpected calibration error: {error:.3f} over all tracks")
    click.echo(f"{by_draw:.3f} where every draw counts the same")
    if picture:
        draw_reliability(table, picture)


def draw_reliability(table: pd.DataFrame, path: Path) -> None:
    """The reliability diagram of each network."""
    sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))
    from association_charts import BLUE, GREEN, GREY, Panel, save

    panel = Panel("What is said and what is true", (0, 1), (0, 1), "confidence of a track")
    panel.curve(np.array([0, 1]), np.array([0, 1]), GREY, 1.0)
    for model, name, colour in zip(MODELS, ("weak network", "good network"), (GREEN, BLUE), strict=True):
        curve, _ = reliability(table[table["model"] == model])
        curve = curve[curve["share"] >= 0.005]
        panel.curve(curve["said"].to_numpy(), curve["true"].to_numpy(), colour)
        panel.name(name, colour)
    save(path, panel.image)


if __name__ == "__main__":
    main()
