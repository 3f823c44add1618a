"""Evaluation of an identity map against ground truth: pairwise, B-cubed and ID metrics.

All metrics come from the contingency table of predicted and true identities, so that a million tracks take
seconds. The ground truth may cover only some of the tracks; the others are counted but not scored.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from reid_assets.reid.association.identity_rules import violations
from reid_assets.reid.core.clocks import Clocks
from reid_assets.reid.core.errors import InputError
from reid_assets.reid.core.settings import AssociateSettings

_KEY = ["video", "track_id"]


def read_truth(path: Path) -> pd.DataFrame:
    """Read a ground truth CSV with `video,track_id,identity`; identities are strings.

    Raises:
        InputError: there is no such file, a column is missing, `track_id` is not an integer, or a track
            is listed twice.
    """
    try:
        truth = pd.read_csv(path, dtype={"video": str, "identity": str}, keep_default_na=False)
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such file. Name a CSV with video,track_id,identity.") from None
    except (ValueError, OSError) as error:
        raise InputError(f"{path}: not a readable CSV ({error}). Save it as UTF-8 text.") from error
    missing = [name for name in (*_KEY, "identity") if name not in truth]
    if missing:
        raise InputError(
            f"{path}: column {', '.join(missing)} is missing. Required: video,track_id,identity."
        )
    if not pd.api.types.is_integer_dtype(truth["track_id"]):
        raise InputError(f"{path}: track_id holds values that are not whole numbers. Correct them.")
    if truth.duplicated(_KEY).any():
        first = truth[truth.duplicated(_KEY)].iloc[0]
        raise InputError(
            f"{path}: {first['video']} track {first['track_id']} is listed twice. Keep one line."
        )
    return truth[[*_KEY, "identity"]]


def evaluate(
    id_map: pd.DataFrame, truth: pd.DataFrame, settings: AssociateSettings, clocks: Clocks | None = None
) -> dict[str, float]:
    """Metrics of a map.

    Args:
        id_map: rows of `tables.GLOBAL_ID_MAP`.
        truth: `video, track_id, identity`.
        settings, clocks: the section `associate` and the clocks of the videos, for the identity rules.

    Returns:
        `pairwise_precision, pairwise_recall, pairwise_f1` over pairs of tracks; `bcubed_*` (Bagga and
        Baldwin 1998, averaged over tracks); `idp, idr, idf1` over tracks (Ristani et al. 2016, section
        3: the one-to-one assignment of predicted to true identities in which most tracks agree; a track
        counts as one detection, a track missing from the map as a miss); `violations` of the identity
        rules; `identities`, `true_identities`; `tracks` scored; `tracks_not_in_map`,
        `tracks_not_in_truth`. Ratios are 0..1, and 1 if their denominator is 0.
    """
    both = id_map[[*_KEY, "global_id"]].merge(truth, on=_KEY)
    predicted, predicted_count = _factorize(both["global_id"])
    true, true_count = _factorize(both["identity"])
    ones = np.ones(len(both), dtype=np.int64)
    table = csr_matrix((ones, (predicted, true)), shape=(predicted_count, true_count))
    table.sum_duplicates()
    metrics = _pairwise(table) | _bcubed(table) | _idf1(table, len(truth))
    return metrics | {
        "violations": float(len(violations(id_map, settings, clocks))),
        "identities": float(predicted_count),
        "true_identities": float(true_count),
        "tracks": float(len(both)),
        "tracks_not_in_map": float(len(truth) - len(both)),
        "tracks_not_in_truth": float(len(id_map) - len(both)),
    }


def _factorize(values: pd.Series) -> tuple[np.ndarray, int]:
    codes, names = pd.factorize(values)
    return codes, len(names)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 1.0


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _sums(table: csr_matrix) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cell values, sizes of the predicted and of the true identities; float64."""
    rows = np.asarray(table.sum(axis=1)).ravel().astype(float)
    columns = np.asarray(table.sum(axis=0)).ravel().astype(float)
    return table.data.astype(float), rows, columns


def _pairwise(table: csr_matrix) -> dict[str, float]:
    cells, rows, columns = _sums(table)
    correct, predicted, true = ((n * (n - 1) / 2).sum() for n in (cells, rows, columns))
    precision, recall = _ratio(correct, predicted), _ratio(correct, true)
    return {
        "pairwise_precision": precision,
        "pairwise_recall": recall,
        "pairwise_f1": _f1(precision, recall),
    }


def _bcubed(table: csr_matrix) -> dict[str, float]:
    cells, rows, columns = _sums(table)
    coo = table.tocoo()
    total = cells.sum()
    precision = _ratio((cells**2 / rows[coo.row]).sum(), total)
    recall = _ratio((cells**2 / columns[coo.col]).sum(), total)
    return {"bcubed_precision": precision, "bcubed_recall": recall, "bcubed_f1": _f1(precision, recall)}


def _idf1(table: csr_matrix, true: int) -> dict[str, float]:
    """ID metrics; the assignment is solved per connected component of identities that share tracks."""
    count = table.shape[0]
    coo = table.tocoo()
    size = count + table.shape[1]
    graph = csr_matrix((coo.data, (coo.row, coo.col + count)), shape=(size, size))
    _, component = connected_components(graph, directed=False)
    order = np.argsort(component[coo.row], kind="stable")
    matched = 0.0
    for cells in np.split(order, np.flatnonzero(np.diff(component[coo.row][order])) + 1):
        rows, row_index = np.unique(coo.row[cells], return_inverse=True)
        columns, column_index = np.unique(coo.col[cells], return_inverse=True)
        dense = np.zeros((len(rows), len(columns)))
        dense[row_index, column_index] = coo.data[cells]
        matched += dense[linear_sum_assignment(dense, maximize=True)].sum()
    mapped = float(table.sum())
    idp, idr = _ratio(matched, mapped), _ratio(matched, true)
    return {"idp": idp, "idr": idr, "idf1": _ratio(2 * matched, mapped + true)}
