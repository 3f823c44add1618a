"""How certain the assignment of each track is: its best match, its margin and its confidence.

Computed from the affinities that were clustered. Ids are given in `id_assignment.py`; what a person is
shown of this is decided in `reid.presentation` and `reid.report`.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

# `witness` is the public word for the best match; columns of identity_evidence.csv begin with it.
EVIDENCE_COLUMNS = ["witness", "similarity", "margin", "confidence"]


_PAIRS_AT_ONCE = 20_000_000


def score_assignments(affinity: csr_array, labels: np.ndarray, cut: float) -> pd.DataFrame:
    """One row a track, in the order of `labels`.

    Args:
        affinity: (n, n) symmetric, at least 0, nothing on the diagonal; absent means 0.
        labels: int (n,), cluster of each track, numbered from 0.
        cut: affinity from which clusters were joined; above 0.

    Returns:
        `witness` int64: the most alike track of the same identity, -1 where the identity is one track;
        `similarity` float64: affinity to it, 0 where there is none; `margin` float64: mean affinity to
        the track's own identity (the cut, where it is alone) less that to the next; `confidence` float64
        0..1: share of its own identity in the two, 0.5 being a tie.
    """
    from reid_assets.reid.association.silhouette import silhouette_terms

    best_match, similarity = best_matches(affinity, labels)
    own, other, clustered = silhouette_terms(affinity, labels)
    own = np.where(clustered, own, max(cut, 1e-9))
    return pd.DataFrame(
        {
            "witness": best_match,
            "similarity": similarity,
            "margin": own - other,
            "confidence": own / np.maximum(own + other, 1e-9),
        }
    )


def best_matches(affinity: csr_array, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The most alike row of the same cluster of each, int64 (n,), -1 where there is none; its affinity."""
    pairs = affinity.tocoo()
    left, right = pairs.coords
    inside = labels[left] == labels[right]
    left, right, weight = left[inside], right[inside], pairs.data[inside]
    order = np.lexsort((right, -weight, left))
    first = order[np.flatnonzero(np.diff(left[order], prepend=-1))]
    best_match, similarity = np.full(len(labels), -1, dtype=np.int64), np.zeros(len(labels))
    best_match[left[first]], similarity[left[first]] = right[first], weight[first]
    return best_match, similarity


def score_cosine_assignments(
    cosine: Callable[[slice], np.ndarray], labels: np.ndarray, cut: float, rows: np.ndarray
) -> pd.DataFrame:
    """The same for a clustering by cosine, indexed by the row numbers `rows` of the whole table.

    Some rows at a time, so that all pairs are never held at once.

    Args:
        cosine: of some rows with all n, float (some, n).
        labels, cut: as above.
        rows: int64 (n,).
    """
    n, parts = len(labels), []
    for start in range(0, max(n, 1), at_once := max(1, _PAIRS_AT_ONCE // max(n, 1))):
        part = np.maximum(cosine(slice(start, start + at_once)), 0.0).astype(np.float64)
        part[np.arange(len(part)), start + np.arange(len(part))] = 0.0
        sparse = csr_array(part)
        after = np.full(n - start - len(part), sparse.nnz)
        indptr = np.concatenate([np.zeros(start, dtype=np.int64), sparse.indptr, after])
        affinity = csr_array((sparse.data, sparse.indices, indptr), shape=(n, n))
        parts.append(score_assignments(affinity, labels, cut).iloc[start : start + at_once])
    return index_by_rows(pd.concat(parts), rows)


def believe_corrections(evidence: pd.DataFrame, labels: np.ndarray, must_group: np.ndarray) -> pd.DataFrame:
    """The evidence where tracks were said to be the same: what speaks for one speaks for all of them.

    The others of its group are right for certain; of the rest of its identity each track is as sure as the
    surest of the group.

    Args:
        evidence: one row a track, all n of them.
        labels: int (n,), cluster of each track, numbered from 0.
        must_group: int (n,), number of the group of tracks that must be one identity.
    """
    size, cluster = np.bincount(must_group)[must_group], np.bincount(labels)[labels]
    if (size <= 1).all():
        return evidence
    surest = evidence.groupby(must_group)[["confidence", "margin"]].transform("max")
    certain = (size - 1) / np.maximum(cluster - 1, 1)
    confidence = np.where(size > 1, certain + (1 - certain) * surest["confidence"], evidence["confidence"])
    margin = np.where(size > 1, surest["margin"], evidence["margin"])
    return evidence.assign(confidence=confidence, margin=margin)


def index_by_rows(evidence: pd.DataFrame, rows: np.ndarray) -> pd.DataFrame:
    """The same in row numbers of the whole table: `rows[i]` is what was i."""
    best_match = evidence["witness"].to_numpy()
    return evidence.assign(witness=np.where(best_match >= 0, rows[best_match], -1)).set_index(rows)


def concat_evidence(blocks: list[pd.DataFrame]) -> pd.DataFrame:
    """The evidence of all class groups, in row order."""
    return pd.concat(blocks).sort_index() if blocks else pd.DataFrame(columns=EVIDENCE_COLUMNS)
