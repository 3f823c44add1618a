"""Search on labelled tracks: rank-1 and mAP by track, beside plain cosine on the same vectors.

As the field evaluates re-identification (Zheng et al. 2015, "Scalable person re-identification: a
benchmark"): every track asks for its identity among all others; tracks of its own camera and identity do not
count.
"""

from pathlib import Path

import click
import numpy as np

from benchmarks.accuracy.__main__ import DEFAULT_FOLDER
from benchmarks.accuracy.regimes import MODELS, Labelled, halves, load
from reid_assets.reid.association.track_set import TrackSet
from reid_assets.reid.core.embeddings import unit_rows
from reid_assets.reid.search.gallery import Gallery


def tracks_of(data: Labelled) -> TrackSet:
    """The tracks with the cameras that they are named after (c1s1: camera c1)."""
    camera = data.meta["video"].str.extract(r"(c\d+)s", expand=False)
    names, number = np.unique(camera.to_numpy(dtype=str), return_inverse=True)
    owner = data.sample_track.astype(np.int64)
    return TrackSet(data.meta, data.vectors, data.samples, owner, number.astype(np.int64), camera_names=names)


def rank1_and_map(scores: np.ndarray, identity: np.ndarray, camera: np.ndarray) -> tuple[float, float]:
    """Share of queries whose best answer is right, and mean average precision, both 0..1.

    Args:
        scores: (n, n), row: query.
        identity, camera: (n,).
    """
    first, precision = [], []
    for query in range(len(scores)):
        answers = ~((identity == identity[query]) & (camera == camera[query]))
        rows = np.flatnonzero(answers)
        ranked = rows[np.argsort(-scores[query, rows], kind="stable")]
        right = np.flatnonzero(identity[ranked] == identity[query])
        if len(right):
            first.append(right[0] == 0)
            precision.append(((np.arange(len(right)) + 1) / (right + 1)).mean())
    return float(np.mean(first)), float(np.mean(precision))


def compare(data: Labelled, half: int) -> dict[str, tuple[float, float]]:
    """`plain` and `search`: rank-1 and mAP on one half of the people."""
    identity, tracks = data.meta["identity"].to_numpy(), tracks_of(data)
    rows = np.flatnonzero(np.isin(identity, halves(identity)[half]))
    vectors, gallery = unit_rows(data.vectors[rows].copy()), Gallery.of(tracks, rows)
    scores = {
        "plain": vectors @ vectors.T,
        "search": np.stack([gallery.scores(vector) for vector in gallery.vectors]),
    }
    return {name: rank1_and_map(one, identity[rows], tracks.camera[rows]) for name, one in scores.items()}


@click.command()
@click.option("--labelled", type=click.Path(path_type=Path), default=DEFAULT_FOLDER, show_default=True)
@click.option("--half", default=1, show_default=True, help="0 is the half that constants were chosen on.")
def main(labelled: Path, half: int) -> None:
    """Print the table."""
    if not labelled.is_dir():
        click.echo(f"skipped: there are no labelled tracks at {labelled}; name them with --labelled")
        return
    for model in MODELS:
        for name, (rank1, precision) in compare(load(labelled / model), half).items():
            click.echo(f"{model:12} {name:8} rank-1 {rank1:.4f}  mAP {precision:.4f}")


if __name__ == "__main__":
    main()
