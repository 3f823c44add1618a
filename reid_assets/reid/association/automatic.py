"""The grouping that needs no threshold: method `auto`.

Each class group by itself: centre the vectors by camera, let every track measure similarity against
its own nearest strangers, cluster, choose the cut from the footage, and where clusters are large
enough learn from them and do it again. Each step is a file of its own beside this one.
"""

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from reid_assets.reid.association.centring import centred_vectors, crops_of
from reid_assets.reid.association.constraints import Constraints
from reid_assets.reid.association.cutting import choose_cut, measure_sizes
from reid_assets.reid.association.evidence import dense_evidence, gather_evidence, of_rows, weigh_evidence
from reid_assets.reid.association.linkage import (
    Tree,
    average_linkage,
    count_clusters,
    number_by_first,
)
from reid_assets.reid.association.neighbourhoods import affinity_graph, height_of, neighbourhoods
from reid_assets.reid.association.selftraining import whitened
from reid_assets.reid.association.stack import TrackStack
from reid_assets.reid.association.yardstick import mean_crop_cosine, measure

_CROWD = 50  # tracks from which strangers can be told by comparison
_SPARSE_FROM = 1500  # tracks from which compiled code pays, loading it included
_MOST_DENSE = 5000  # tracks that are compared pair by pair
_BAND = 0.5  # standard scores (or distances within a track) by which a cut may well be off
_ROUNDS = 2  # of learning from the last result
_SEVERAL = 2.4  # tracks an identity must seem to have before anything is learned from clusters


@dataclass(frozen=True)
class Grouping:
    """Clusters of the rows of one class group.

    Attributes:
        labels: int64 (rows,), numbered by first row.
        facts: what was measured and chosen, plain values; `supported` tells whether the footage
            itself decided, `fewest` and `most` how the number of identities moves with the cut.
        evidence: see `evidence.weigh_evidence`.
    """

    labels: np.ndarray
    facts: dict[str, object]
    evidence: pd.DataFrame


def group_automatically(
    tracks: TrackStack, constraints: Constraints, min_sim: float, caution: float
) -> Grouping:
    """Group all tracks; the facts are those of each class group, under `groups`.

    Args:
        min_sim: cosine that decides where the footage says nothing: few tracks of one crop each.
        caution: 0..1, how sure to be before two tracks are called one.
    """
    labels = np.arange(len(tracks))
    facts, evidence = [], []
    for rows in constraints.blocks():
        found = _group(tracks, constraints, rows, min_sim, caution)
        labels[rows] = rows[np.unique(found.labels, return_index=True)[1]][found.labels]
        name = str(tracks.meta["class_name"].iloc[rows[0]])
        facts.append({"class": name, "tracks": len(rows), **found.facts})
        evidence.append(found.evidence)
    return Grouping(number_by_first(labels), {"groups": facts}, gather_evidence(evidence))


def _group(
    tracks: TrackStack, constraints: Constraints, rows: np.ndarray, min_sim: float, caution: float
) -> Grouping:
    crops, owner = crops_of(tracks, rows)
    yardstick = measure(crops, owner)
    alone = yardstick is not None and yardstick.one_being and len(rows) <= _MOST_DENSE
    if len(rows) >= _CROWD and not alone:
        return _group_crowd(tracks, constraints, rows, caution)
    if yardstick is None:
        vectors = tracks.vectors[rows]
        facts: dict[str, object] = {"by": "min_sim", "supported": False, "cosine": min_sim}
        return _group_few(vectors @ vectors.T, constraints, rows, (min_sim,) * 3, facts)
    cosine = mean_crop_cosine(crops, owner, len(rows))
    least = yardstick.least_cosine(caution)
    facts = {"by": "crops", "supported": True, "cosine": least, **asdict(yardstick)}
    cuts = (yardstick.least_cosine(caution - _BAND), least, yardstick.least_cosine(caution + _BAND))
    return _group_few(cosine, constraints, rows, cuts, facts)


def _group_few(
    cosine: np.ndarray,
    constraints: Constraints,
    rows: np.ndarray,
    cuts: tuple[float, float, float],
    facts: dict[str, object],
) -> Grouping:
    """Cut the tree of mean cosines at the middle one of three; the outer ones bound the count."""
    low, least, high = cuts
    tree = average_linkage(cosine, constraints.forbidden(rows, rows))
    labels = tree.cut(least)
    counts = {"fewest": count_clusters(tree.cut(low)), "most": count_clusters(tree.cut(high))}
    return Grouping(labels, {**facts, **counts}, dense_evidence(cosine, labels, least, rows))


def _group_crowd(tracks: TrackStack, constraints: Constraints, rows: np.ndarray, caution: float) -> Grouping:
    vectors = centred_vectors(tracks, rows)
    camera = np.unique(tracks.camera[rows], return_inverse=True)[1].astype(np.int64)
    cohort, candidates, sizes = None, None, None
    for turn in range(_ROUNDS + 1):
        near = neighbourhoods(vectors, camera, cohort, candidates)
        cohort, candidates = near.cohort, near.index
        graph = affinity_graph(near)
        tree = _tree_of(graph, constraints, rows)
        sizes = sizes or measure_sizes(near, vectors)
        cut = choose_cut(tree, graph, sizes, caution)
        height = float(height_of(cut.score))
        labels = tree.cut(height)
        learned = None
        if turn < _ROUNDS and sizes.mates >= _SEVERAL and sizes.several > 0.5:
            learned = whitened(vectors, labels)
        if learned is None:
            break
        vectors = learned
    low, high = (count_clusters(tree.cut(float(height_of(cut.score + moved)))) for moved in (-_BAND, _BAND))
    facts = {"by": "strangers", **asdict(cut), **asdict(sizes), "cohort": near.cohort}
    facts |= {"rounds": turn + 1, "fewest": low, "most": high}
    return Grouping(labels, facts, of_rows(weigh_evidence(graph, labels, height), rows))


def _tree_of(graph: csr_array, constraints: Constraints, rows: np.ndarray) -> Tree:
    if len(rows) > _SPARSE_FROM and constraints.extra is None:
        from reid_assets.reid.association.sparse_linkage import sparse_average_linkage

        return sparse_average_linkage(graph, constraints, rows)
    return average_linkage(graph.toarray(), constraints.forbidden(rows, rows), threshold=1e-9)
