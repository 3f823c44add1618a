"""Measures a network's card, the prior that small footage is clustered with, on labelled tracks.

    python -m benchmarks.network_card FOLDER --label "onnx@sha256:…" --name "…" [--write]

Only the people of half 0 are looked at (`accuracy/regimes.py`), so that half 1 can be reported. What the
figures mean is `association/network_card.py`.
"""

import json
from dataclasses import asdict
from pathlib import Path

import click
import numpy as np
from scipy.stats import skew

from benchmarks.accuracy.few_tracks import SmallRegime, small_draws
from benchmarks.accuracy.regimes import Labelled, load
from reid_assets.reid.association import network_card
from reid_assets.reid.association.constraints.cannot_links import compile_constraints
from reid_assets.reid.association.network_card import UNKNOWN, NetworkCard
from reid_assets.reid.association.pair_posterior import pair_scores
from reid_assets.reid.association.small_sample import track_pairs
from reid_assets.reid.association.track_set import assemble
from reid_assets.reid.core.settings import AssociateSettings

_FOOTAGE = SmallRegime(people=10, fewest=1, most=4, cameras=None, draws=60)
_TRACKS_WORTH = 10.0  # of footage that a card's mean cosine counts for
_PATH = Path(network_card.__file__).with_name("network_cards.json")


def measure_card(data: Labelled, half: int, name: str) -> NetworkCard:
    """The card of the network that made `data`, from the people of one half.

    Footage of a few people is drawn many times and scored as the product does, given the truth.
    """
    settings = AssociateSettings(method="auto", allow_merge_same_video=True)
    crops, cosines, scores, sames, cameras = [], [], [], [], []
    for rows in small_draws(data, _FOOTAGE, half):
        videos, truth = data.take(rows)
        tracks = assemble(videos, {video: video[:2] for video in videos})
        named = tracks.meta.merge(truth, on=["video", "track_id"], how="left")["identity"].to_numpy()
        pairs = track_pairs(tracks, compile_constraints(tracks.meta, settings), np.arange(len(tracks)))
        same = named[pairs.left] == named[pairs.right]
        scores.append(pair_scores(pairs, UNKNOWN, (~same).astype(float))[0])
        crops.append(pairs.crop_cosine)
        cosines.append(pairs.cosine)
        sames.append(same)
        cameras.append(pairs.same_camera)
    crop, cosine, score, same, camera = (np.concatenate(p) for p in (crops, cosines, scores, sames, cameras))
    typical, level = float(np.nanmean(crop)), float(cosine[~same & ~camera].mean())
    near = float(score[same & camera].mean())
    far = float(score[same & ~camera].mean())
    spread = np.concatenate([score[same & camera] - near, score[same & ~camera] - far])
    return NetworkCard(
        name=name,
        crop_cosine=round(typical, 3),
        different_cosine=round(level, 3),
        distance_ratio=round((1 - level) / (1 - typical), 2),
        camera_gap=round(float(cosine[~same & camera].mean() - level) / (typical - level), 3),
        different_spread=round(float(score[~same].std()), 3),
        spread_log_sd=UNKNOWN.spread_log_sd,
        skewness=round(float(np.clip(skew(score[~same]), 0.4, 1.2)), 2),
        # Half of one identity's pairs score above their mean.
        look_alikes=round(max(2 * float((score[~same] > far).mean()), 5e-4), 4),
        same_camera_score=round(near, 3),
        other_camera_score=round(far, 3),
        same_spread=round(float(spread.std()), 3),
        mean_weight=_TRACKS_WORTH,
    )


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
@click.option("--label", required=True, help="Beginning of the backbone's label that the card is for.")
@click.option("--name", required=True, help="What the figures are measured on.")
@click.option("--write/--show", default=False, help="Also put the card into the package's file.")
def main(folder: Path, label: str, name: str, write: bool) -> None:
    """Print the card of the network whose vectors lie in FOLDER, beside their truth.csv."""
    card = {label: asdict(measure_card(load(folder), 0, name))}
    click.echo(json.dumps(card, indent=2))
    if write:
        cards = json.loads(_PATH.read_text(encoding="utf-8")) | card
        _PATH.write_text(json.dumps(cards, indent=2, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
