"""Fits the model of the cut (`association/cut_model.py`) on labelled tracks, and tests it on those left out.

    python -m benchmarks.accuracy.fit_cut [--labelled DIR] [--write]

Looks at the people of half 0 only, under every kind of footage of `regimes.py`, with cameras known, unknown
and taken for one. Besides the two networks there are four made of them: both side by side, one with noisy
crops, one projected to few dimensions, and one that tells people apart better than any real one. A run
clusters with the figures that are shipped, so that after a change it is run twice.
"""

import json
import multiprocessing
import os
from itertools import islice
from pathlib import Path

import click
import numpy as np
import pandas as pd
from scipy.optimize import minimize

from benchmarks.accuracy.__main__ import DEFAULT_FOLDER
from benchmarks.accuracy.made_networks import NETWORKS, network
from benchmarks.accuracy.regimes import EDGES, MODELS, REGIMES, SITES, Regime, draws
from reid_assets.reid.association import cut_model
from reid_assets.reid.association.as_norm import score_to_affinity
from reid_assets.reid.association.auto_parameters import DEFAULT_PARAMETERS
from reid_assets.reid.association.constraints.cannot_links import compile_constraints
from reid_assets.reid.association.cut_model import FEATURES, CutModel, level_off
from reid_assets.reid.association.cut_selection import cut_features
from reid_assets.reid.association.pipeline import clustering_rounds
from reid_assets.reid.association.track_set import TrackSet, assemble
from reid_assets.reid.core.settings import AssociateSettings

_GRID = np.arange(-1.0, 4.51, 0.1)
_DRAWS = 2
_TO_BEST = 0.05  # weight of the squared distance to the nearest good cut, against a mean F1
_RIDGE = 0.01
_PATH = Path(cut_model.__file__).with_name("cut_model.json")
_SETTINGS = AssociateSettings(method="auto", allow_merge_same_video=True)


def measure_network(job: tuple[Path, str]) -> list[dict[str, object]]:
    """One row a draw and round: features, weight and singleton cut, and F1 at every cut of the grid."""
    folder, name = job
    data, rows = network(folder, name), []
    for regime in (*REGIMES, *EDGES, *SITES):
        for tracks, chosen in islice(draws(data, regime, 0), _DRAWS):
            videos, truth = tracks.take(chosen)
            for cameras, letters in (("known", 2), ("unknown", None), ("taken for one", 1)):
                table = assemble(videos, {video: video[:letters] for video in videos})
                key = {"network": name, "regime": regime, "cameras": cameras}
                if len(table) >= DEFAULT_PARAMETERS.min_tracks_for_cohort and regime.most_tracks != 1:
                    rows += _measure_rounds(table, truth, key)
    return rows


def _measure_rounds(table: TrackSet, truth: pd.DataFrame, key: dict[str, object]) -> list[dict[str, object]]:
    constraints = compile_constraints(table.meta, _SETTINGS)
    identity = table.meta.merge(truth, on=["video", "track_id"], how="left")["identity"].to_numpy()
    rounds = list(clustering_rounds(table, constraints, np.arange(len(table)), _SETTINGS))
    rows = []
    for number in sorted({0, len(rounds) - 1}):
        one = rounds[number]
        curve = [_f1(one.dendrogram.cut(score_to_affinity(cut)), identity) for cut in _GRID]
        features = cut_features(one.dendrogram, one.footage, one.cut.by_silhouette_difference)
        weight = one.footage.multi_track_weight()
        row = {"round": number, "features": features, "curve": np.array(curve), "weight": weight}
        rows.append(key | row | {"singleton": one.cut.singleton_cut, "shipped": one.cut.score})
    return rows


def _f1(labels: np.ndarray, identity: np.ndarray) -> float:
    number = np.unique(identity, return_inverse=True)[1]

    def pairs(of: np.ndarray) -> int:
        size = np.unique(of, return_counts=True)[1].astype(np.int64)
        return int((size * (size - 1)).sum())

    made = pairs(labels) + pairs(number)
    return 2 * pairs(labels.astype(np.int64) * (number.max() + 1) + number) / made if made else 1.0


def _at(curves: np.ndarray, cut: np.ndarray) -> np.ndarray:
    """F1 at one cut a row, interpolated."""
    place = np.clip((cut - _GRID[0]) / 0.1, 0, len(_GRID) - 1.001)
    low = place.astype(int)
    rows = np.arange(len(curves))
    return curves[rows, low] * (1 - place + low) + curves[rows, low + 1] * (place - low)


def fit(frame: pd.DataFrame) -> CutModel:
    """The model of highest weighted mean F1 over the rows."""
    features, curves = np.stack(frame["features"].tolist()), np.stack(frame["curve"].tolist())
    kernel = np.array([0.1, 0.2, 0.4, 0.2, 0.1])  # smoothed, so that the loss has a slope
    smooth = np.stack([np.convolve(np.pad(one, 2, mode="edge"), kernel, "valid") for one in curves])
    near_best = [_GRID[one >= one.max() - 0.02] for one in curves]
    lowest, highest = (np.array([cuts[end] for cuts in near_best]) for end in (0, -1))
    mean, scale = features.mean(axis=0), features.std(axis=0) + 1e-6
    standard = np.clip((features - mean) / scale, -3, 3)
    weight, singleton = (frame[name].to_numpy(dtype=float) for name in ("weight", "singleton"))
    importance = _importance(frame)

    def loss(values: np.ndarray) -> float:
        by_model = level_off(standard @ values[1:] + values[0])
        f1 = _at(smooth, weight * by_model + (1 - weight) * singleton)
        off = np.maximum(lowest - by_model, 0.0) + np.maximum(by_model - highest, 0.0)
        distance = weight * off**2
        return float((importance * (_TO_BEST * distance - f1)).mean() + _RIDGE * (values[1:] ** 2).mean())

    found = minimize(loss, np.r_[0.7, np.zeros(len(FEATURES))], method="L-BFGS-B").x
    return CutModel(mean, scale, found[1:], float(found[0]))


def _importance(frame: pd.DataFrame) -> np.ndarray:
    """Weight of each row, 1 on average: real networks, named cameras and the ten regimes count more."""
    importance = np.array([2.0 if regime in REGIMES else 1.0 for regime in frame["regime"]])
    importance *= np.where(
        frame["network"].isin(MODELS), 1.5, np.where(frame["network"] == "projected", 0.3, 1.0)
    )
    importance *= np.where(frame["cameras"] == "taken for one", 0.4, 1.0)
    return importance / importance.mean()


def f1_of(model: CutModel, frame: pd.DataFrame) -> np.ndarray:
    """F1 of each row with the model's cut."""
    by_model = np.array([model.cut(features) for features in frame["features"]])
    weight = frame["weight"].to_numpy(dtype=float)
    cut = weight * by_model + (1 - weight) * frame["singleton"].to_numpy(dtype=float)
    return _at(np.stack(frame["curve"].tolist()), cut)


def left_out(frame: pd.DataFrame, column: str) -> np.ndarray:
    """F1 of each row with a model fitted on all rows but those with the same value of `column`."""
    f1 = np.zeros(len(frame))
    names = frame[column].map(str)
    for name in names.unique():
        of_name = (names == name).to_numpy()
        f1[of_name] = f1_of(fit(frame[~of_name]), frame[of_name])
    return f1


def _kind(regime: Regime) -> str:
    return "ten regimes" if regime in REGIMES else "edges" if regime in EDGES else regime.name.split(",")[0]


@click.command()
@click.option("--labelled", type=click.Path(path_type=Path), default=DEFAULT_FOLDER, show_default=True)
@click.option("--write/--show", default=False, help="Also put the figures into the package's file.")
def main(labelled: Path, write: bool) -> None:
    """Print mean F1 by kind of footage: shipped, fitted, networks and regimes left out, and the best cut."""
    if not labelled.is_dir():
        click.echo(f"skipped: there are no labelled tracks at {labelled}; name them with --labelled")
        return
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        parts = pool.map(measure_network, [(labelled, name) for name in NETWORKS], chunksize=1)
    frame = pd.DataFrame([row for part in parts for row in part])
    model = fit(frame)
    curves = np.stack(frame["curve"].tolist())
    table = pd.DataFrame(
        {
            "footage": frame["regime"].map(_kind),
            "cameras": frame["cameras"],
            "shipped": _at(curves, frame["shipped"].to_numpy(dtype=float)),
            "fitted": f1_of(model, frame),
            "network left out": left_out(frame, "network"),
            "regime left out": left_out(frame, "regime"),
            "best with labels": curves.max(axis=1),
        }
    )
    for key in (["footage", "cameras"], frame["network"]):
        click.echo(table.groupby(key).mean(numeric_only=True).round(3).to_string() + "\n")
    if write:
        _write(model)


def _write(model: CutModel) -> None:
    columns = zip(FEATURES, model.mean, model.scale, model.weight, strict=True)
    figures = {
        name: {"mean": round(m, 4), "scale": round(s, 4), "weight": round(w, 4)} for name, m, s, w in columns
    }
    text = json.dumps({"bias": round(model.bias, 4), "features": figures}, indent=2)
    _PATH.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
