"""Probability that two tracks are one identity, for footage of few tracks (empirical Bayes).

A two-component mixture over pairs of tracks, whose parameters have a prior (`network_card.py`) that the
footage updates; probabilities are averaged over what remains uncertain. Clustering is `small_sample.py`.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit, logsumexp

from reid_assets.reid.association.network_card import NetworkCard

_NO_RETURN = 0.5  # prior probability that no identity has two tracks at all
_MATES = np.geomspace(0.5, 4.0, 9)  # other tracks of its identity that a track has, where any returns
_SIGMAS = np.linspace(-2.0, 2.0, 9)
_SHIFTS = np.linspace(-2.0, 2.0, 5)
_SHIFT_SD = 0.03  # by which footage moves the similarity of same-identity pairs
_DEPENDENCE = 0.25  # pairs share tracks: their joint likelihood is raised to (tracks / pairs) ** this
_TRACK_PAIRS = 8.0  # pairs of a track at which its own mean similarity counts half
_GAP_PAIRS = 20.0  # pairs at which the footage's own camera gap counts half
_CROP_SHRINKAGE = 0.4
_ITERATIONS = 4
_SINGLE_IDENTITY = 0.68  # of the distance of two identities: nearer on the whole, all are one, probably
_LEAST_SCALE = 0.02


@dataclass(frozen=True)
class TrackPairs:
    """The pairs of n tracks, i < j; arrays of one value a pair unless said otherwise.

    Attributes:
        tracks: n.
        left, right: int64, the two tracks.
        cosine: float64, mean cosine of their crops.
        same_camera, forbidden: bool.
        crop_cosine: float64 (n,), mean cosine of two crops of one track, NaN where unknown.
    """

    tracks: int
    left: np.ndarray
    right: np.ndarray
    cosine: np.ndarray
    same_camera: np.ndarray
    forbidden: np.ndarray
    crop_cosine: np.ndarray

    def square(self, values: np.ndarray, diagonal: float = 0.0) -> np.ndarray:
        """Symmetric (n, n) matrix of one value a pair."""
        matrix = np.full((self.tracks, self.tracks), diagonal)
        matrix[self.left, self.right] = matrix[self.right, self.left] = values
        return matrix


@dataclass(frozen=True)
class PairPosterior:
    """What the footage and the prior say together.

    Attributes:
        probability: float64 (pairs,), of being one identity; 0 where forbidden.
        no_return: probability that no identity has two tracks.
        different_cosine: mean cosine of different-identity pairs.
        different_spread: their standard deviation, in units of the scale (see `NetworkCard`).
    """

    probability: np.ndarray
    no_return: float
    different_cosine: float
    different_spread: float


def pair_posterior(pairs: TrackPairs, card: NetworkCard) -> PairPosterior:
    """Fit the mixture, alternating between the means of different-identity pairs and the probabilities.

    The null is a shifted gamma density plus a share of look-alikes; the alternative is normal. Averaged
    over a grid of the null's spread, the alternative's mean and the share of same-identity pairs
    (parametric empirical Bayes: Morris 1983; two groups: Efron 2008, section 2).
    """
    different = np.full(len(pairs.cosine), 0.0 if _single_identity(pairs, card) else 1.0)
    for turn in range(_ITERATIONS):
        score, mean, _ = pair_scores(pairs, card, different, first=turn == 0)
        found = _marginalise(pairs, card, score)
        different = 1.0 - found.probability
    return replace(found, different_cosine=float(mean.mean()))


def _single_identity(pairs: TrackPairs, card: NetworkCard) -> bool:
    """Whether tracks are so much alike that the footage cannot say what different identities look like."""
    distance = 1.0 - float(np.median(pairs.cosine))
    return distance < _SINGLE_IDENTITY * card.distance_ratio * (1.0 - _typical_crop_cosine(pairs, card))


def _typical_crop_cosine(pairs: TrackPairs, card: NetworkCard) -> float:
    known = pairs.crop_cosine[np.isfinite(pairs.crop_cosine)]
    if card.crop_cosine is None:
        if len(known):
            return float(known.mean())
        return 1.0 - (1.0 - float(np.median(pairs.cosine))) / card.distance_ratio
    return float((known.sum() + card.weight * card.crop_cosine) / (len(known) + card.weight))


def pair_scores(
    pairs: TrackPairs, card: NetworkCard, different: np.ndarray, first: bool = False
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores as in `NetworkCard`, the means taken for 0 and the cosines that 1 lies above them, (pairs,).

    Args:
        pairs: of n tracks.
        card: the prior of the means.
        different: float (pairs,), probability of each pair of being two identities.
        first: whether `different` is a guess, so that a median serves better than a weighted mean.
    """
    typical = _typical_crop_cosine(pairs, card)
    own = np.where(np.isfinite(pairs.crop_cosine), pairs.crop_cosine, typical)
    crop = _CROP_SHRINKAGE * typical + (1 - _CROP_SHRINKAGE) * own
    alike = np.sqrt(np.maximum(crop[pairs.left] * crop[pairs.right], 1e-6))
    mean = _null_means(pairs, card, typical, different, first)
    scale = np.maximum(alike - mean, _LEAST_SCALE)
    return (pairs.cosine - mean) / scale, mean, scale


def _null_means(
    pairs: TrackPairs, card: NetworkCard, typical: float, different: np.ndarray, first: bool
) -> np.ndarray:
    """Expected cosine of each pair if different: prior and footage, by camera relation and by track."""
    prior, same = card.different_mean(typical), pairs.same_camera
    total = float(different.sum())
    weights = different + 1e-9
    gap = card.camera_gap * (typical - float(np.average(pairs.cosine, weights=weights)))
    level = pairs.cosine - np.where(same, gap, 0.0)
    measured = float(np.median(level)) if first and total else float(np.average(level, weights=weights))
    effective = pairs.tracks * total / len(different)
    mean = (effective * measured + card.mean_weight * prior) / max(effective + card.mean_weight, 1e-9)
    if same.any() and not same.all() and not first:
        count = min(pairs.tracks, float(different[same].sum()))
        seen = float(np.average(pairs.cosine[same], weights=weights[same])) - mean
        gap = (count * seen + _GAP_PAIRS * gap) / (count + _GAP_PAIRS)
    means = mean + np.where(same, gap, 0.0)
    residual, ends = (pairs.cosine - means) * different, np.concatenate([pairs.left, pairs.right])
    total_of_track = np.bincount(ends, np.tile(residual, 2), pairs.tracks)
    of_track = total_of_track / (np.bincount(ends, np.tile(different, 2), pairs.tracks) + _TRACK_PAIRS)
    of_track = of_track - of_track.mean()
    return means + of_track[pairs.left] + of_track[pairs.right]


def _marginalise(pairs: TrackPairs, card: NetworkCard, score: np.ndarray) -> PairPosterior:
    """Average the posterior of each pair over the grid of parameters."""
    from scipy.stats import norm  # loads slowly

    free = ~pairs.forbidden
    spreads = card.different_spread * np.exp(card.spread_log_sd * _SIGMAS)
    same = np.where(pairs.same_camera, card.same_camera_score, card.other_camera_score)
    same = same[None] + _SHIFT_SD * _SHIFTS[:, None]
    alternative = norm.logpdf(score, same, card.same_spread)
    look_alike = norm.logpdf(score, same[len(_SHIFTS) // 2], card.same_spread) + np.log(card.look_alikes)
    null = np.stack([_log_null(score / spread, card.skewness) - np.log(spread) for spread in spreads])
    null = np.logaddexp(null + np.log1p(-card.look_alikes), look_alike[None])
    share = np.minimum(_MATES / max(pairs.tracks - 1, 1), 0.7)
    prior = -0.5 * (_SHIFTS[:, None] ** 2 + _SIGMAS[None] ** 2)
    power = (pairs.tracks / len(score)) ** _DEPENDENCE
    certain = null[:, ~free].sum(axis=1)
    nobody = np.log(_NO_RETURN) + power * (null[:, free].sum(axis=1) + certain)[None] + prior
    weights = [nobody]
    for one in share:
        both = np.logaddexp(np.log(one) + alternative[:, None, free], np.log1p(-one) + null[None, :, free])
        weights.append(
            np.log((1 - _NO_RETURN) / len(share)) + power * (both.sum(axis=2) + certain[None]) + prior
        )
    log_weight = np.stack(weights)
    weight = np.exp(log_weight - logsumexp(log_weight))
    # Beyond the usual similarity of one identity, more of it never speaks against it.
    ratio = norm.logpdf(np.minimum(score, same), same, card.same_spread)[:, None] - null[None]
    probability = np.zeros(len(score))
    for one, of_share in zip(share, weight[1:], strict=True):
        probability += np.einsum("ms,msp->p", of_share, expit(ratio + np.log(one / (1 - one))))
    probability[pairs.forbidden] = 0.0
    spread = float((weight.sum(axis=(0, 1)) * spreads).sum())
    return PairPosterior(probability, float(weight[0].sum()), 0.0, spread)


def _log_null(standard: np.ndarray, skewness: float) -> np.ndarray:
    """Log density of different-identity pairs in standard scores: normal to the left, gamma to the right."""
    from scipy.stats import gamma, norm

    shape = 4.0 / skewness**2
    moved = np.maximum(standard * np.sqrt(shape) + shape, 1e-6)
    right = gamma.logpdf(moved, shape) + 0.5 * np.log(shape)
    return np.where(standard > -0.5, right, norm.logpdf(standard))
