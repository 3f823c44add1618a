"""Clustering of few tracks, which cannot be told apart by comparison with a cohort.

Pair probabilities come from `pair_posterior.py`; here they are clustered under the cannot-links, cut where
the odds say so, and turned into what is told of each track. Many tracks are `pipeline.py`.
"""

import numpy as np
import pandas as pd

from reid_assets.reid.association.centring import select_crops
from reid_assets.reid.association.clustering import Clustering
from reid_assets.reid.association.constraints.cannot_links import Constraints
from reid_assets.reid.association.constraints.told_links import carry_over
from reid_assets.reid.association.linkage import average_linkage, count_clusters
from reid_assets.reid.association.network_card import UNKNOWN, NetworkCard, card_of
from reid_assets.reid.association.pair_posterior import PairPosterior, TrackPairs, pair_posterior
from reid_assets.reid.association.track_set import TrackSet
from reid_assets.reid.core.settings import AssociateSettings

_FEWEST = 5  # tracks below which single crops of an unknown network say nothing
_CAUTION_LOG_ODDS = 3.0  # the most cautious cut asks for odds of 20 to 1, the least for 1 to 20
_BAND = 1.5  # log odds by which a cut may well be off
_CERTAIN = 1e-4  # no pair is surer than this, so that one pair never outvotes a cluster
_IDENTICAL = 1e-3  # crops nearer than this are one picture
LEAST_CONFIDENCE = 0.8  # mean share of right assignments from which few tracks are believed


def cluster_small(
    tracks: TrackSet, constraints: Constraints, rows: np.ndarray, settings: AssociateSettings
) -> Clustering | None:
    """Cluster the tracks `rows` of one class group; None where neither network nor footage is known.

    Average linkage of log odds (Bansal et al. 2004, correlation clustering, greedily): clusters are joined
    while their pairs are more likely one identity than not, on average. `settings.caution` moves the odds.
    """
    pairs = track_pairs(tracks, constraints, rows)
    card = _fitting_card(tracks, pairs)
    if not card.known and len(rows) < _FEWEST and not np.isfinite(pairs.crop_cosine).any():
        return None
    if len(rows) == 1:
        none, label = np.zeros((1, 1)), np.zeros(1, dtype=np.int64)
        evidence = _evidence(none, none > 0, label, rows)
        return Clustering(label, _facts(card, None, label, 1.0), evidence)
    posterior = pair_posterior(pairs, card)
    probability = pairs.square(posterior.probability)
    forbidden = pairs.square(pairs.forbidden) > 0
    must = constraints.within(constraints.must, rows)
    log_odds = carry_over(_log_odds(probability), must)
    dendrogram = average_linkage(log_odds, forbidden, must=must)
    cut = 2 * _CAUTION_LOG_ODDS * (settings.caution - 0.5)
    labels = dendrogram.cut(cut)
    evidence = _evidence(probability, forbidden, labels, rows)
    facts = _facts(card, posterior, labels, float(evidence["confidence"].mean()))
    if not card.known and not np.isfinite(pairs.crop_cosine).any():
        # Neither the network nor a single track says what sameness looks like.
        facts["footage_decides"] = False
    facts |= {"log_odds": cut}
    facts |= {
        "fewest": count_clusters(dendrogram.cut(cut - _BAND)),
        "most": count_clusters(dendrogram.cut(cut + _BAND)),
    }
    return Clustering(labels, facts, evidence)


def pair_log_odds(tracks: TrackSet, constraints: Constraints, rows: np.ndarray) -> np.ndarray:
    """Log odds that each two of the tracks `rows` are one identity: float64 (n, n), least where forbidden."""
    pairs = track_pairs(tracks, constraints, rows)
    posterior = pair_posterior(pairs, _fitting_card(tracks, pairs))
    return _log_odds(pairs.square(posterior.probability))


def _fitting_card(tracks: TrackSet, pairs: TrackPairs) -> NetworkCard:
    """What is known of the network, unless the footage contradicts it."""
    card = card_of(tracks.backbone)
    return UNKNOWN if card.known and len(pairs.cosine) and not card.fits(pairs.cosine) else card


def _log_odds(probability: np.ndarray) -> np.ndarray:
    clipped = np.clip(probability, _CERTAIN, 1 - _CERTAIN)
    return np.log(clipped) - np.log1p(-clipped)


def track_pairs(tracks: TrackSet, constraints: Constraints, rows: np.ndarray) -> TrackPairs:
    """Compare the crops of each two of the tracks `rows`, and those of one track."""
    crops, owner = select_crops(tracks, rows)
    crops = crops.astype(np.float64)
    crops /= np.maximum(np.linalg.norm(crops, axis=1, keepdims=True), 1e-9)
    total = np.zeros((len(rows), crops.shape[1]))
    np.add.at(total, owner, crops)
    count = np.bincount(owner, minlength=len(rows))
    within = ((total**2).sum(axis=1) - count) / np.maximum(count * (count - 1), 1)
    within[(count < 2) | (within > 1 - _IDENTICAL)] = np.nan
    mean = total / np.maximum(count, 1)[:, None]
    left, right = np.triu_indices(len(rows), 1)
    camera = tracks.camera[rows]
    return TrackPairs(
        tracks=len(rows),
        left=left,
        right=right,
        cosine=(mean @ mean.T)[left, right],
        same_camera=camera[left] == camera[right],
        forbidden=constraints.forbidden(rows, rows)[left, right],
        crop_cosine=within,
    )


def _facts(
    card: NetworkCard,
    posterior: PairPosterior | None,
    labels: np.ndarray,
    confidence: float,
) -> dict[str, object]:
    """What is told of the clustering."""
    facts: dict[str, object] = {
        "by": "prior",
        "network_card": card.name,
        "footage_decides": confidence >= LEAST_CONFIDENCE,
        "mean_confidence": confidence,
        "fewest": count_clusters(labels),
        "most": count_clusters(labels),
    }
    if posterior is not None:
        facts |= {
            "no_return": posterior.no_return,
            "different_cosine": posterior.different_cosine,
            "different_spread": posterior.different_spread,
        }
    return facts


def _evidence(
    probability: np.ndarray, forbidden: np.ndarray, labels: np.ndarray, rows: np.ndarray
) -> pd.DataFrame:
    """Columns of `assignment_confidence.EVIDENCE_COLUMNS`, from pair probabilities.

    `confidence` is the mean probability of being one with the other tracks of the identity; where a track is
    alone, the probability that it is none of the others.
    """
    clusters = count_clusters(labels)
    member = np.equal.outer(labels, np.arange(clusters)).astype(np.float64)
    size = member.sum(axis=0)
    others = np.maximum(size[None] - member, 0)
    mean = np.divide(probability @ member, others, out=np.zeros_like(member), where=others > 0)
    own = mean[np.arange(len(labels)), labels]
    alone = size[labels] == 1
    barred = (forbidden.astype(np.float64) @ member > 0) | (member > 0)
    other = np.where(barred, 0.0, mean).max(axis=1) if clusters > 1 else np.zeros(len(labels))
    apart = np.where(np.equal.outer(labels, labels) | forbidden, 0.0, probability)
    own = np.where(alone, np.prod(1.0 - apart, axis=1), own)
    inside = np.where(np.equal.outer(labels, labels), probability, -1.0)
    np.fill_diagonal(inside, -1.0)
    best = inside.argmax(axis=1)
    return pd.DataFrame(
        {
            "witness": np.where(alone, -1, rows[best]),
            "similarity": np.where(alone, 0.0, inside[np.arange(len(labels)), best]),
            "margin": own - other,
            "confidence": _not_too_sure(own, (~forbidden).sum(axis=1) - 1),
        },
        index=rows,
    )


def _not_too_sure(probability: np.ndarray, compared: np.ndarray) -> np.ndarray:
    """Probabilities drawn towards 1/2 as by one more comparison, which decided nothing.

    The figures of a network say what is usual, and a handful of tracks need not be. `compared`: tracks that
    each was compared with; without any there is nothing to doubt.
    """
    return np.where(compared > 0, (compared * probability + 0.5) / (compared + 1), probability)
