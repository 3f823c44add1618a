"""Why each track is who it is: its best witness, its margin, and how sure that makes it.

Computed from the same affinities that were clustered. Ids are given in `ids.py`; what is shown of
this is not known here.
"""

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

EVIDENCE_COLUMNS = ["witness", "similarity", "margin", "confidence"]


def weigh_evidence(affinity: csr_array, labels: np.ndarray, cut: float) -> pd.DataFrame:
    """One row a track, in the order of `labels`.

    Args:
        affinity: (n, n) symmetric, at least 0, nothing on the diagonal; absent means 0.
        labels: int (n,), cluster of each track, numbered from 0.
        cut: affinity from which clusters were joined; above 0.

    Returns:
        `witness` int64: the most alike track of the same identity, -1 where the track is alone;
        `similarity` float64: affinity to it, 0 where alone; `margin` float64: mean affinity to its
        own identity (the cut, where alone) less that to the next; `confidence` float64 0..1: share
        of its own identity in the two, 0.5 being a tie.
    """
    from reid_assets.reid.association.silhouette import own_and_other

    n = len(labels)
    pairs = affinity.tocoo()
    left, right = pairs.coords
    inside = labels[left] == labels[right]
    left, right, weight = left[inside], right[inside], pairs.data[inside]
    order = np.lexsort((right, -weight, left))
    first = order[np.flatnonzero(np.diff(left[order], prepend=-1))]
    witness, similarity = np.full(n, -1, dtype=np.int64), np.zeros(n)
    witness[left[first]], similarity[left[first]] = right[first], weight[first]
    own, other, clustered = own_and_other(affinity, labels)
    own = np.where(clustered, own, max(cut, 1e-9))
    return pd.DataFrame(
        {
            "witness": witness,
            "similarity": similarity,
            "margin": own - other,
            "confidence": own / np.maximum(own + other, 1e-9),
        }
    )


def dense_evidence(cosine: np.ndarray, labels: np.ndarray, cut: float, rows: np.ndarray) -> pd.DataFrame:
    """The evidence of a clustering by cosine, with row numbers of the whole table as index and witness."""
    affinity = np.maximum(cosine, 0.0).astype(np.float64)
    np.fill_diagonal(affinity, 0.0)
    return of_rows(weigh_evidence(csr_array(affinity), labels, cut), rows)


def of_rows(evidence: pd.DataFrame, rows: np.ndarray) -> pd.DataFrame:
    """The same in row numbers of the whole table: `rows[i]` is what was i."""
    witness = evidence["witness"].to_numpy()
    return evidence.assign(witness=np.where(witness >= 0, rows[witness], -1)).set_index(rows)


def gather_evidence(blocks: list[pd.DataFrame]) -> pd.DataFrame:
    """The evidence of all class groups, in row order."""
    return pd.concat(blocks).sort_index() if blocks else pd.DataFrame(columns=EVIDENCE_COLUMNS)
