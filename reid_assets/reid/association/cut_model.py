"""The cut that goes with what footage shows: a regression on nine features.

Where identities have several tracks, the best cut is lower the more tracks each has, and no single statistic
of the footage tells how many reliably: the estimates by spacings saturate with many tracks, are misled by
near-twins of one camera, and drift with the size of the footage. Here they are weighed together. Its
figures are `cut_model.json`, written by `python -m benchmarks.accuracy.fit_cut`; how it does on networks
and kinds of footage that it was not fitted on is told in docs/accuracy.md.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

import numpy as np

FEATURES = (
    "log of same-identity tracks",
    "log of same-identity tracks under other cameras",
    "1 / cameras",
    "log of tracks",
    "transitivity",
    "cut by silhouettes",
    "log of other tracks in a cluster, cut at 0",
    "log of other tracks in a cluster, cut at 1",
    "log of other tracks in a cluster, cut at 2",
)
_LOWEST = -0.1  # cut towards which identities of very many tracks go, standard scores
_BEND = 2.0  # per standard score: how sharply the cut levels off there
_FILE = "cut_model.json"


@dataclass(frozen=True)
class CutModel:
    """A linear predictor, bent so that it levels off.

    Attributes:
        mean, scale: float64 (9,), of each feature over the footage it was fitted on.
        weight: float64 (9,), of each standardised feature.
        bias: of the predictor.
    """

    mean: np.ndarray
    scale: np.ndarray
    weight: np.ndarray
    bias: float

    @classmethod
    def from_json(cls, figures: Mapping) -> "CutModel":
        """Read what `benchmarks.accuracy.fit_cut` wrote: by feature mean, scale and weight; and the bias."""
        mean, scale, weight = (
            np.array([figures["features"][name][key] for name in FEATURES]) for key in _KEYS
        )
        return cls(mean, scale, weight, float(figures["bias"]))

    def cut(self, features: np.ndarray) -> float:
        """The cut in standard scores for features (9,); at most three deviations of each count."""
        standard = np.clip((features - self.mean) / self.scale, -3.0, 3.0)
        return float(level_off(standard @ self.weight + self.bias))


def level_off(predictor: np.ndarray | float) -> np.ndarray:
    """The predictor where it is large; never below the lowest cut."""
    return np.logaddexp(0.0, _BEND * np.asarray(predictor)) / _BEND + _LOWEST


_KEYS = ("mean", "scale", "weight")
SHIPPED = CutModel.from_json(
    json.loads(resources.files(__package__).joinpath(_FILE).read_text(encoding="utf-8"))
)
