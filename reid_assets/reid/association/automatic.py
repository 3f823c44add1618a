"""The grouping that needs no threshold: method `auto`.

Each class group by itself: centre the vectors by camera, let every track measure similarity against
its own nearest strangers, cluster, choose the cut from the footage, and where clusters are large
enough learn from them and do it again. Each step is a file of its own beside this one.
"""

from dataclasses import asdict, dataclass

import numpy as np
from scipy.sparse import csr_array

from reid_assets.reid.association.centring import centred_vectors, crops_of
from reid_assets.reid.association.cohort import cohort_size
from reid_assets.reid.association.constraints import Constraints
from reid_assets.reid.association.cutting import choose_cut
from reid_assets.reid.association.linkage import Tree, average_linkage, number_by_first
from reid_assets.reid.association.neighbourhoods import affinity_graph, height_of, neighbourhoods
from reid_assets.reid.association.selftraining import whitened
from reid_assets.reid.association.stack import TrackStack
from reid_assets.reid.association.yardstick import Yardstick, mean_crop_cosine, measure

_CROWD = 50  # tracks from which strangers can be told by comparison
_SPARSE_FROM = 1500  # tracks from which compiled code pays, loading it included
_ROUNDS = 2  # of learning from the last result
_SEVERAL = 3.0  # tracks an identity must seem to have before anything is learned from clusters


@dataclass(frozen=True)
class Grouping:
    """Clusters of the rows of one class group.

    Attributes:
        labels: int64 (rows,), numbered by first row.
        facts: what was measured and chosen, plain values.
    """

    labels: np.ndarray
    facts: dict[str, object]


def group_automatically(
    tracks: TrackStack, constraints: Constraints, min_sim: float, caution: float
) -> tuple[np.ndarray, list[dict[str, object]]]:
    """Group all tracks; int64 (n,) numbered by first row, and the facts of each class group.

    Args:
        min_sim: cosine that decides where the footage says nothing: few tracks of one crop each.
        caution: 0..1, how sure to be before two tracks are called one.
    """
    labels = np.arange(len(tracks))
    facts = []
    for rows in constraints.blocks():
        found = _group(tracks, constraints, rows, min_sim, caution)
        labels[rows] = rows[np.unique(found.labels, return_index=True)[1]][found.labels]
        name = str(tracks.meta["class_name"].iloc[rows[0]])
        facts.append({"class": name, "tracks": len(rows), **found.facts})
    return number_by_first(labels), facts


def _group(
    tracks: TrackStack, constraints: Constraints, rows: np.ndarray, min_sim: float, caution: float
) -> Grouping:
    crops, owner = crops_of(tracks, rows)
    yardstick = measure(crops, owner)
    if len(rows) >= _CROWD and not (yardstick and yardstick.one_being):
        return _group_crowd(tracks, constraints, rows, caution)
    forbidden = constraints.forbidden(rows, rows)
    if yardstick is None:
        vectors = tracks.vectors[rows]
        labels = average_linkage(vectors @ vectors.T, forbidden).cut(min_sim)
        return Grouping(labels, {"by": "min_sim", "cosine": min_sim})
    return _group_few(mean_crop_cosine(crops, owner, len(rows)), forbidden, yardstick, caution)


def _group_few(cosine: np.ndarray, forbidden: np.ndarray, yardstick: Yardstick, caution: float) -> Grouping:
    least = yardstick.least_cosine(caution)
    facts = {"by": "crops", "cosine": least, **asdict(yardstick)}
    labels = average_linkage(cosine, forbidden).cut(least)
    return Grouping(labels, facts)


def _group_crowd(tracks: TrackStack, constraints: Constraints, rows: np.ndarray, caution: float) -> Grouping:
    vectors = centred_vectors(tracks, rows)
    cohort = cohort_size(vectors)
    for turn in range(_ROUNDS + 1):
        near = neighbourhoods(vectors, cohort)
        graph = affinity_graph(near)
        tree = _tree_of(graph, constraints, rows)
        cut = choose_cut(tree, graph, near, vectors, caution)
        labels = tree.cut(float(height_of(cut.score)))
        learned = None
        if turn < _ROUNDS and cut.mates >= _SEVERAL and cut.score < cut.strict:
            learned = whitened(vectors, labels)
        if learned is None:
            break
        vectors = learned
    return Grouping(labels, {"by": "strangers", **asdict(cut), "cohort": cohort, "rounds": turn + 1})


def _tree_of(graph: csr_array, constraints: Constraints, rows: np.ndarray) -> Tree:
    if len(rows) > _SPARSE_FROM and constraints.extra is None:
        from reid_assets.reid.association.sparse_linkage import sparse_average_linkage

        return sparse_average_linkage(graph, constraints, rows)
    return average_linkage(graph.toarray(), constraints.forbidden(rows, rows), threshold=1e-9)
