"""Real labelled tracks, as far as they are at hand.

They are not part of the repository: REID_LABELLED, or `data/labelled_tracks` under REID_SHARED or under
`../shared`, leads to them; without them the tests that use them skip.
"""

import os
from pathlib import Path

import numpy as np
import pytest

from benchmarks.accuracy.regimes import Labelled, load

_SHARED = Path(os.environ.get("REID_SHARED", Path(__file__).parents[3] / "shared"))
LABELLED = Path(os.environ.get("REID_LABELLED") or _SHARED / "data" / "labelled_tracks")
needs_labelled = pytest.mark.skipif(not LABELLED.is_dir(), reason=f"no labelled tracks under {LABELLED}")


def people(data: Labelled, count: int, seed: int = 0) -> np.ndarray:
    """Row numbers of all tracks of some people, drawn by chance."""
    identity = data.meta["identity"].to_numpy()
    drawn = np.random.default_rng(seed).permutation(np.unique(identity))[:count]
    return np.flatnonzero(np.isin(identity, drawn))


def labelled(model: str) -> Labelled:
    """The tracks as `weak_model` or `good_model` sees them."""
    return load(LABELLED / model)
