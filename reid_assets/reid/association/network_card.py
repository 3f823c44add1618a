"""What is known of a network before its vectors of this footage are seen: the prior for few tracks.

A card holds figures, never vectors: how alike two tracks of one identity and of two are, within a camera
and across. `network_cards.json` beside this file is written by `python -m benchmarks.network_card`; a
network without a card gets one that says what different networks have in common.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources

import numpy as np

_FILE = "network_cards.json"
_FARTHEST = 0.12  # from the card's mean cosine; below it the card is not of these vectors


@dataclass(frozen=True)
class NetworkCard:
    """Similarities of one network's vectors.

    Cosines are means over the crops of two tracks. A score is a cosine on the scale on which pairs of
    different identities are 0 on average and two crops of one track 1: (cosine - different) /
    (crop_cosine - different). Same-identity scores hardly depend on the network; the spread of
    different-identity scores does, and tells a good network from a weak one.

    Attributes:
        name: what the figures were measured on, for people; "unknown" for the common card.
        crop_cosine: mean cosine of two crops of one track, or None where only the footage can say.
        different_cosine: mean cosine of two identities under two cameras, or None.
        distance_ratio: mean distance of two identities in units of that of two crops of one track.
        camera_gap: by how much different identities under one camera score higher.
        different_spread: standard deviation of different-identity scores, a track's own mean taken off.
        spread_log_sd: how far footage may move that, as a standard deviation of its logarithm.
        skewness: of different-identity scores; above 0.
        look_alikes: share of different-identity pairs that score like one identity; above 0.
        same_camera_score, other_camera_score: mean score of same-identity pairs.
        same_spread: their standard deviation.
        weight: tracks' worth of footage that `crop_cosine` counts for.
        mean_weight: tracks' worth of footage that the mean cosine of different identities counts for.
    """

    name: str = "unknown"
    crop_cosine: float | None = None
    different_cosine: float | None = None
    distance_ratio: float = 3.1
    camera_gap: float = 0.06
    different_spread: float = 0.155
    spread_log_sd: float = 0.2
    skewness: float = 0.8
    look_alikes: float = 0.005
    same_camera_score: float = 0.70
    other_camera_score: float = 0.62
    same_spread: float = 0.22
    weight: float = 6.0
    mean_weight: float = 0.2

    @property
    def known(self) -> bool:
        """Whether this is a card of one network, not the common one."""
        return self.different_cosine is not None

    def different_mean(self, crop_cosine: float) -> float:
        """Mean cosine of two identities, before the footage is asked."""
        if self.different_cosine is not None:
            return self.different_cosine
        return 1.0 - self.distance_ratio * (1.0 - crop_cosine)

    def fits(self, cosine: np.ndarray) -> bool:
        """Whether pairs of tracks are as alike as the card lets expect, (pairs,) mean cosines.

        Footage may show one identity only, so much alike is no contradiction; much less alike is.
        """
        return self.different_cosine is None or float(np.median(cosine)) > self.different_cosine - _FARTHEST


UNKNOWN = NetworkCard()


def card_of(backbone: str | None) -> NetworkCard:
    """The card of a backbone by its label (`TrackEmbeddings.backbone`), or the common one."""
    label = backbone or ""
    return next((card for start, card in shipped_cards().items() if label.startswith(start)), UNKNOWN)


@lru_cache(maxsize=1)
def shipped_cards() -> Mapping[str, NetworkCard]:
    """Cards by the beginning of the backbone's label: the part that names model and weights."""
    text = resources.files(__package__).joinpath(_FILE).read_text(encoding="utf-8")
    return {start: replace(UNKNOWN, **figures) for start, figures in json.loads(text).items()}
