"""How right the grouping is on small footage: 2 to 60 tracks, 1 to 10 people, two cameras or several.

    python -m benchmarks.accuracy.few_tracks [--labelled DIR] [--half 0|1] [--card LABEL]

Choices are made on half 0, half 1 is reported (`regimes.py`); the figures of a run that is worth keeping
stand in `docs/accuracy.md`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import click
import numpy as np
import pandas as pd

from benchmarks.accuracy.__main__ import DEFAULT_FOLDER
from benchmarks.accuracy.regimes import MODELS, Labelled, halves, load
from reid_assets.reid.association.constraints.cannot_links import compile_constraints, count_violations
from reid_assets.reid.association.global_id_map import associate
from reid_assets.reid.core.settings import AssociateSettings

_SETTINGS = AssociateSettings(method="auto", allow_merge_same_video=True)
_MOVED = (0.2, 0.3, 0.4, 0.6, 0.7, 0.8)  # cautions among which the best is taken, with labels


@dataclass(frozen=True)
class SmallRegime:
    """Footage of few tracks: how many people, how many tracks of each, of how many cameras (None: all)."""

    people: int
    fewest: int
    most: int
    cameras: int | None
    draws: int = 10

    @property
    def name(self) -> str:
        """For the table, as in "3 people x 1-6, 2 cameras"."""
        tracks = f"{self.fewest}" if self.fewest == self.most else f"{self.fewest}-{self.most}"
        return f"{self.people} people x {tracks}, {self.cameras or 'all'} cameras"

    @property
    def kind(self) -> str:
        """Which of the summary's lines the regime counts for."""
        if self.people == 1:
            return "one person"
        if self.most == 1:
            return "everybody once"
        return "around fifty" if self.people * (self.fewest + self.most) / 2 >= 44 else "returning"


_SHAPES = (
    *((6, 1, 1), (20, 1, 1), (45, 1, 1), (60, 1, 1), (1, 4, 6)),
    *((3, 2, 2), (3, 4, 4), (3, 1, 6), (6, 2, 2), (6, 1, 6), (10, 2, 2), (10, 4, 4), (10, 1, 6)),
    *((8, 6, 6), (11, 4, 4), (12, 4, 4), (13, 4, 4), (14, 4, 4), (9, 6, 6)),
)
SMALL_REGIMES = tuple(SmallRegime(*shape, cameras) for cameras in (None, 2) for shape in _SHAPES)


def small_draws(data: Labelled, regime: SmallRegime, half: int) -> Iterator[np.ndarray]:
    """Row numbers of each draw, ascending, the same every time."""
    identity = data.meta["identity"].to_numpy()
    camera = data.meta["video"].str[:2].to_numpy(dtype=str)
    key = (regime.people, regime.fewest, regime.most, regime.cameras or 0)
    for draw in range(regime.draws):
        random = np.random.default_rng([half, draw, *key])
        allowed = np.isin(identity, halves(identity)[half])
        if regime.cameras:
            allowed &= np.isin(camera, random.permutation(np.unique(camera))[: regime.cameras])
        shuffled = random.permutation(np.flatnonzero(allowed))
        tracks_of = {who: shuffled[identity[shuffled] == who] for who in np.unique(identity[shuffled])}
        chosen: list[np.ndarray] = []
        for who in random.permutation(np.unique(identity[shuffled])):
            wanted = int(random.integers(regime.fewest, regime.most + 1))
            if len(tracks_of[who]) >= wanted and len(chosen) < regime.people:
                chosen.append(tracks_of[who][:wanted])
        yield np.sort(np.concatenate(chosen))


def pair_counts(id_map: pd.DataFrame, truth: pd.DataFrame) -> tuple[int, int, int]:
    """Pairs of tracks that are joined, that should be, and both."""
    both = id_map.merge(truth, on=["video", "track_id"])
    sizes = (both.groupby(keys).size() for keys in ("global_id", "identity", ["global_id", "identity"]))
    made, real, right = (int((size * (size - 1) // 2).sum()) for size in sizes)
    return made, real, right


def measure_draw(data: Labelled, rows: np.ndarray, label: str | None, moved: tuple[float, ...]) -> dict:
    """F1, precision, recall and what was expected of one draw."""
    videos, truth = data.take(rows)
    videos = {name: replace(one, backbone=label) for name, one in videos.items()}
    scores = []
    for caution in (0.5, *moved):
        settings = _SETTINGS.model_copy(update={"caution": caution})
        found = associate(videos, settings)
        made, real, right = pair_counts(found.id_map, truth)
        scores.append(2 * right / (made + real) if made + real else 1.0)
        if caution == 0.5:
            ids = found.id_map["global_id"].to_numpy(int)
            facts = found.report["groups"][0]
            row = {
                "tracks": len(ids),
                "people": truth["identity"].nunique(),
                "identities": found.id_map["global_id"].nunique(),
                "alone": float((np.bincount(ids)[ids] == 1).mean()),
                "precision": right / made if made else None,
                "recall": right / real if real else None,
                "violations": count_violations(compile_constraints(found.id_map, settings), ids),
                "supported": bool(facts["footage_decides"]),
                "confidence": float(found.evidence["confidence"].mean()),
            }
    return {"F1": scores[0], "best with labels": max(scores), **row}


@click.command()
@click.option("--labelled", type=click.Path(path_type=Path), default=DEFAULT_FOLDER, show_default=True)
@click.option("--half", type=click.IntRange(0, 1), default=1, show_default=True)
@click.option("--card", default=None, help="Label of the backbone whose card is used; none: unknown network.")
@click.option("--best/--no-best", default=False, show_default=True, help="Also try moved cuts, with labels.")
def main(labelled: Path, half: int, card: str | None, best: bool) -> None:
    """Print the table of regimes and its means."""
    if not labelled.is_dir():
        click.echo(f"skipped: there are no labelled tracks at {labelled}; name them with --labelled")
        return
    table = []
    for model in MODELS:
        data = load(labelled / model)
        for regime in SMALL_REGIMES:
            for rows in small_draws(data, regime, half):
                row = measure_draw(data, rows, card, _MOVED if best else ())
                table.append({"model": model, "kind": regime.kind, "regime": regime.name, **row})
    frame = pd.DataFrame(table).astype({"precision": float, "recall": float})
    for keys in (["model", "regime"], ["model", "kind"]):
        click.echo(frame.groupby(keys, sort=False).mean(numeric_only=True).round(2).to_string() + "\n")


if __name__ == "__main__":
    main()
