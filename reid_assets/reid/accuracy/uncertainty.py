"""What is doubtful about a map, in words: for the run's last lines, the report and the asset check.

Whether a class group is doubtful, and why, is decided in `similarity_calibration.py`.
"""

import re

import pandas as pd

from reid_assets.reid.accuracy.calibration_pairs import MIN_TRACKS
from reid_assets.reid.core.settings import AssociateSettings


def doubted_groups(accuracy: pd.DataFrame) -> pd.DataFrame:
    """The rows of `EXPECTED_ACCURACY` that the footage does not support, largest group first.

    Groups of few tracks beside a larger one are left out: detectors report a few plants and clocks
    everywhere, and these are no reason to doubt the people.
    """
    counts = (accuracy["compared"] >= MIN_TRACKS) | (accuracy["tracks"] == accuracy["tracks"].max())
    judged = accuracy[counts & (accuracy["tracks"] > 1)]
    return judged[~judged["supported"]].sort_values(["tracks", "class_group"], ascending=[False, True])


def short_reason(accuracy: pd.DataFrame) -> str | None:
    """A few words for a headline, such as "too few tracks"; None where nothing is doubtful."""
    doubted = doubted_groups(accuracy)
    # Details follow the first of these.
    return None if doubted.empty else re.split(r" \(|: |; ", str(doubted["why"].iloc[0]))[0]


def full_reason(accuracy: pd.DataFrame) -> str | None:
    """One clause for each doubtful class group; None where nothing is doubtful."""
    doubted = doubted_groups(accuracy)
    return "; ".join(f"{row.class_group}: {row.why}" for row in doubted.itertuples()) or None


def what_helps(settings: AssociateSettings, network: str) -> str:
    """What a person can do about a doubtful map: nothing that is done already.

    Args:
        settings: of the map.
        network: name of the backbone of the doubtful group.
    """
    helps = "Judge by the galleries, or answer questions with `reid-assets review`. More videos help"
    if not network.startswith(("reid:", "onnx:", "hf:")):
        helps += ", and a re-identification network (backbone.name: reid:… or onnx:FILE)"
    if settings.method == "auto" and settings.caution < 1:
        helps += f"; where different people are joined, a higher associate.caution (now {settings.caution:g})"
    return f"{helps}."
