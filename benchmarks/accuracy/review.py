"""What fifty answers of a person are worth: in the order of the review queue, and in an order of chance.

    python -m benchmarks.accuracy.review [--labelled DIR] [--half 0|1] [--answers N] [--batches B]

The answers are taken from the truth. The queue is made once, or anew after each batch of answers. Choices
are made on half 0, half 1 is reported (`regimes.py`); the figures of a run that is worth keeping stand in
`docs/accuracy.md`.
"""

from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
import pandas as pd

from benchmarks.accuracy.__main__ import DEFAULT_FOLDER, cameras_of, pairwise_f1
from benchmarks.accuracy.regimes import MODELS, REGIMES, SITES, Labelled, draws, load
from reid_assets.reid.association.global_id_map import Association, associate
from reid_assets.reid.core.corrections import Correction, Corrections, TrackRef
from reid_assets.reid.core.settings import AssociateSettings
from reid_assets.reid.review.review_queue import review_queue

_SETTINGS = AssociateSettings(method="auto", allow_merge_same_video=True)


@dataclass(frozen=True)
class Review:
    """One footage under review.

    Attributes:
        f1: pairwise F1 before the first answer, and after each batch.
        same: how many answers were `same`.
    """

    f1: list[float]
    same: int


def review(
    labelled: Labelled, rows: np.ndarray, answers: int, batches: int = 1, chance: int | None = None
) -> Review:
    """Answer the first questions from the truth, and make the map again.

    Args:
        labelled, rows: the footage.
        answers: how many.
        batches: after how many parts of them the queue is made anew.
        chance: seed of an order of chance among the questions of the queue; None: its own order.
    """
    videos, truth = labelled.take(rows)
    cameras = cameras_of(videos, "found")
    keys = zip(truth["video"], truth["track_id"], strict=True)
    who = {TrackRef(str(v), int(t)): one for (v, t), one in zip(keys, truth["identity"], strict=True)}
    found, said = associate(videos, _SETTINGS, cameras=cameras), list[Correction]()
    f1 = [pairwise_f1(found.id_map, truth)]
    for _ in range(batches):
        queue = _queue(videos, found, cameras, said)
        queue = queue if chance is None else queue.sample(frac=1.0, random_state=chance)
        for row in queue.head(answers // batches).itertuples():
            a, b = TrackRef(row.video_a, row.track_a), TrackRef(row.video_b, row.track_b)
            said.append(Correction("same" if who[a] == who[b] else "different", a, b, line=len(said) + 2))
        found = associate(videos, _SETTINGS, cameras=cameras, corrections=Corrections(tuple(said)))
        f1.append(pairwise_f1(found.id_map, truth))
    return Review(f1, sum(one.action == "same" for one in said))


def _queue(
    videos: dict, found: Association, cameras: dict[str, str] | None, said: list[Correction]
) -> pd.DataFrame:
    corrections = Corrections(tuple(said))
    queue = review_queue(
        videos, found.id_map, found.evidence, found.report, _SETTINGS, cameras, corrections=corrections
    )
    # Labelled people are boxed once.
    return queue[queue["kind"] != "double"]


@click.command()
@click.option("--labelled", type=click.Path(path_type=Path), default=DEFAULT_FOLDER, show_default=True)
@click.option("--half", type=click.IntRange(0, 1), default=1, show_default=True)
@click.option("--answers", default=50, show_default=True)
@click.option("--batches", default=1, show_default=True, help="Parts after which the queue is made anew.")
def main(labelled: Path, half: int, answers: int, batches: int) -> None:
    """Print the gains in points of pairwise F1, a line a kind of footage, and their means."""
    if not labelled.is_dir():
        click.echo(f"skipped: there are no labelled tracks at {labelled}; name them with --labelled")
        return
    for model in MODELS:
        data, rows = load(labelled / model), []
        for regime in (*REGIMES, *SITES):
            queue = [review(*draw, answers, batches) for draw in draws(data, regime, half)]
            chance = [
                review(*draw, answers, batches, chance=n) for n, draw in enumerate(draws(data, regime, half))
            ]
            points = [100 * (one.f1[-1] - one.f1[0]) for one in queue]
            rows.append(
                {
                    "footage": regime.name,
                    "F1": np.mean([one.f1[0] for one in queue]),
                    "by the queue": np.mean(points),
                    "least": min(points),
                    "lowest on the way": min(100 * (min(one.f1) - one.f1[0]) for one in queue),
                    "by chance": np.mean([100 * (one.f1[-1] - one.f1[0]) for one in chance]),
                    "same": np.mean([one.same for one in queue]),
                }
            )
        table = pd.DataFrame(rows)
        click.echo(f"\n{model}, {answers} answers\n{table.round(2).to_string(index=False)}")
        click.echo(f"mean: {table.select_dtypes('number').mean().round(2).to_dict()}")


if __name__ == "__main__":
    main()
