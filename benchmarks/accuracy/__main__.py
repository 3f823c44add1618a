"""`make accuracy`: how right the identities are: ten regimes of labelled footage, edges, and sites.

    python -m benchmarks.accuracy [--labelled DIR] [--half 0|1] [--cameras known|found|unknown] [--caution C]

The figures of a run that is worth keeping stand in `docs/accuracy.md`.
"""

import os
from collections.abc import Iterable
from pathlib import Path

import click
import numpy as np
import pandas as pd

from benchmarks.accuracy.regimes import EDGES, MODELS, REGIMES, SITES, Labelled, Regime, draws, load
from reid_assets.reid.association.constraints.cannot_links import compile_constraints, count_violations
from reid_assets.reid.association.global_id_map import associate
from reid_assets.reid.cameras.cameras import assign_cameras, camera_of
from reid_assets.reid.core.clocks import VideoClock
from reid_assets.reid.core.settings import AssociateSettings

_BEST_OF = (-0.3, -0.2, -0.1, 0.0, 0.1, 0.2, 0.3)
DEFAULT_FOLDER = os.environ.get("REID_LABELLED") or "../shared/data/labelled_tracks"


def pairwise_f1(id_map: pd.DataFrame, truth: pd.DataFrame) -> float:
    """F1 over pairs of tracks; 1.0 where there is no pair to find and none was made."""
    both = id_map.merge(truth, on=["video", "track_id"])

    def pairs(keys: list[str]) -> int:
        size = both.groupby(keys).size()
        return int((size * (size - 1) // 2).sum())

    made, real = pairs(["global_id"]), pairs(["identity"])
    return 2 * pairs(["global_id", "identity"]) / (made + real) if made + real else 1.0


def cameras_of(videos: Iterable[str], cameras: str) -> dict[str, str] | None:
    """Video -> camera, as it is known, as it is found from the names alone, or none."""
    if cameras == "known":
        return {video: video[:2] for video in videos}
    if cameras == "found":
        return camera_of(assign_cameras({video: VideoClock(video) for video in videos}, {}))
    return None


def measure(labelled: Labelled, regime: Regime, half: int, cameras: str, caution: float) -> dict[str, float]:
    """Means over the draws of a regime: F1, the best F1 over moved cuts, violations, identities."""
    rows = []
    for tracks, chosen in draws(labelled, regime, half):
        videos, truth = tracks.take(chosen)
        best = []
        for moved in (0.0, *_BEST_OF) if regime not in EDGES else (0.0,):
            settings = AssociateSettings(
                method="auto",
                allow_merge_same_video=True,
                caution=float(np.clip(caution + moved, 0, 1)),
            )
            id_map = associate(videos, settings, cameras=cameras_of(videos, cameras)).id_map
            best.append(pairwise_f1(id_map, truth))
            if moved == 0.0:
                ids = id_map["global_id"].to_numpy(int)
                broken = count_violations(compile_constraints(id_map, settings), ids)
                alone = float((np.bincount(ids)[ids] == 1).mean())
                made = id_map["global_id"].nunique()
        rows.append(
            {
                "F1": best[0],
                "best with labels": max(best),
                "violations": broken,
                "identities": made,
                "people": truth["identity"].nunique(),
                "tracks": len(truth),
                "alone": alone,
            }
        )
    return pd.DataFrame(rows).mean().to_dict()


@click.command()
@click.option("--labelled", type=click.Path(path_type=Path), default=DEFAULT_FOLDER, show_default=True)
@click.option("--half", type=click.IntRange(0, 1), default=1, show_default=True)
@click.option(
    "--cameras", type=click.Choice(["known", "found", "unknown"]), default="known", show_default=True
)
@click.option("--caution", type=float, default=0.5, show_default=True)
def main(labelled: Path, half: int, cameras: str, caution: float) -> None:
    """Print the table of regimes."""
    if not labelled.is_dir():
        click.echo(f"skipped: there are no labelled tracks at {labelled}; name them with --labelled")
        return
    table = []
    for model in MODELS:
        data = load(labelled / model)
        for regime in (*REGIMES, *EDGES, *SITES):
            row = measure(data, regime, half, cameras, caution)
            table.append({"model": model, "regime": regime.name, **row})
    frame = pd.DataFrame(table).round(3)
    click.echo(frame.to_string(index=False))
    for name, kind in (("ten regimes", REGIMES), ("sites", SITES)):
        of_kind = frame[frame["regime"].isin([regime.name for regime in kind])]
        means = of_kind.groupby("model", sort=False)[["F1", "best with labels"]].mean().round(3)
        click.echo(f"\n{name}: mean F1 {of_kind['F1'].mean():.3f}\n{means.to_string()}")


if __name__ == "__main__":
    main()
