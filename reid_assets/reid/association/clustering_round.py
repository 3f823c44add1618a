"""What one round of method `auto` leaves behind; how it is made is `pipeline.py`."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from reid_assets.reid.association.as_norm import CohortScores
from reid_assets.reid.association.cut_selection import CutChoice, FootageStatistics
from reid_assets.reid.association.linkage import Dendrogram
from reid_assets.reid.association.vector_steps import VectorSteps


@dataclass(frozen=True)
class ClusteringRound:
    """One round of self-training: what was compared, how it was joined, and where to cut.

    Attributes:
        vectors: float32 (n, D), what was compared.
        steps: how they were made.
        scores: of each track with its nearest.
        graph: affinities made of them.
        dendrogram: of the tracks, under the cannot-links.
        footage: measured before the first clustering; the same in every round.
        cut: chosen for `dendrogram`.
    """

    vectors: np.ndarray
    steps: VectorSteps
    scores: CohortScores
    graph: csr_array
    dendrogram: Dendrogram
    footage: FootageStatistics
    cut: CutChoice
