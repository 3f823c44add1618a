"""Agreement between vectors computed in a smaller number type and in float32.

Only measured here; `network.py` returns to float32 below `MIN_AGREEMENT`. The cosine alone would be too
lenient, because vectors of different crops already share most of their direction.
"""

from dataclasses import dataclass

import numpy as np

MIN_AGREEMENT = 0.99
COMPARED_CROPS = 16
# The centred cosine needs this many rows, and a spread above that of frames of one person standing still.
_MIN_ROWS = 4
_MIN_SPREAD = 0.05


@dataclass(frozen=True)
class DtypeAgreement:
    """Agreement of two sets of vectors of the same crops.

    Attributes:
        crops: number of crops compared.
        cosine: smallest cosine between a vector and its float32 counterpart, -1..1.
        centred: cosine between the two whole sets after subtracting the float32 mean, -1..1; None if
            the crops are too few or too similar.
    """

    crops: int
    cosine: float
    centred: float | None

    @property
    def good(self) -> bool:
        """Whether both measures reach `MIN_AGREEMENT`."""
        return self.cosine >= MIN_AGREEMENT and (self.centred is None or self.centred >= MIN_AGREEMENT)

    def as_facts(self) -> dict[str, object]:
        """Rounded values for `Backbone.facts`."""
        centred = None if self.centred is None else round(self.centred, 5)
        return {"crops": self.crops, "cosine": round(self.cosine, 5), "centred_cosine": centred}


def measure_agreement(rows: np.ndarray, exact: np.ndarray) -> DtypeAgreement:
    """Compare unit rows with their float32 counterparts.

    Args:
        rows: float32 (N, D), N >= 1, unit rows; NaN counts as no agreement.
        exact: float32 (N, D), unit rows computed in float32.
    """
    rows = np.nan_to_num(rows.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    exact = exact.astype(np.float64)
    cosine = float((rows * exact).sum(axis=1).min())
    mean = exact.mean(axis=0)
    moved, centre = rows - mean, exact - mean
    spread = float(np.sqrt((centre**2).sum(axis=1).mean()))
    if len(exact) < _MIN_ROWS or spread < _MIN_SPREAD:
        return DtypeAgreement(len(exact), cosine, None)
    lengths = np.sqrt((moved**2).sum() * (centre**2).sum())
    return DtypeAgreement(len(exact), cosine, float((moved * centre).sum() / max(lengths, 1e-12)))
