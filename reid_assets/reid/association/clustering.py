"""What a grouping of tracks is made of, whichever way it came about."""

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Grouping:
    """Clusters of tracks.

    Attributes:
        labels: int64 (rows,), numbered by first row.
        facts: what was measured and chosen, plain values; `supported` tells whether the footage
            itself decided, `fewest` and `most` how the number of identities moves with the cut.
        evidence: see `evidence.weigh_evidence`.
    """

    labels: np.ndarray
    facts: dict[str, object]
    evidence: pd.DataFrame
