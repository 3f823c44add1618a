"""How well vectors computed in a smaller number type agree with float32.

A number, not an opinion: what happens below `LEAST` is decided in `network.py`. The plain cosine
alone would be too kind, because vectors of different crops already share most of their direction.
"""

from dataclasses import dataclass

import numpy as np

LEAST = 0.99
SAMPLE = 16
# Fewer rows, or rows as alike as frames of one still person, have no spread worth comparing.
_FEWEST = 4
_SPREAD = 0.05


@dataclass(frozen=True)
class Agreement:
    """Of two sets of vectors of the same crops.

    Attributes:
        crops: how many were compared.
        cosine: the smallest cosine between a vector and its float32 twin, -1..1.
        centred: cosine of all of them together after removing the float32 mean; None where the
            crops are too few or too alike to tell.
    """

    crops: int
    cosine: float
    centred: float | None

    @property
    def good(self) -> bool:
        """Whether both measures reach `LEAST`."""
        return self.cosine >= LEAST and (self.centred is None or self.centred >= LEAST)

    def told(self) -> dict[str, object]:
        """For facts and metadata."""
        centred = None if self.centred is None else round(self.centred, 5)
        return {"crops": self.crops, "cosine": round(self.cosine, 5), "centred_cosine": centred}


def compare(rows: np.ndarray, exact: np.ndarray) -> Agreement:
    """Compare unit rows with their float32 twins, both float32 (N, D), N >= 1. NaN counts as -1."""
    rows = np.nan_to_num(rows.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    exact = exact.astype(np.float64)
    cosine = float((rows * exact).sum(axis=1).min())
    mean = exact.mean(axis=0)
    moved, centre = rows - mean, exact - mean
    spread = float(np.sqrt((centre**2).sum(axis=1).mean()))
    if len(exact) < _FEWEST or spread < _SPREAD:
        return Agreement(len(exact), cosine, None)
    lengths = np.sqrt((moved**2).sum() * (centre**2).sum())
    return Agreement(len(exact), cosine, float((moved * centre).sum() / max(lengths, 1e-12)))
