"""All tuned constants of method `auto`, each with its unit and the data it was chosen on.

They are not configuration: a user moves `associate.caution`, a developer these. `make accuracy` prints
what happens to the mean F1 when each is halved and doubled; the figures are in docs/association.md. Sizes of
samples and blocks, which bound time and memory, stay in the modules that use them.
"""

from dataclasses import dataclass, field
from typing import Any

LABELLED = "half 0 of the labelled tracks (375 people, two networks) and generated footage"
ALL_LABELLED = "all 751 labelled people together"
NOT_RECORDED = "not recorded"


def _tuned(default: Any, unit: str, chosen_on: str = NOT_RECORDED) -> Any:
    return field(default=default, metadata={"unit": unit, "chosen_on": chosen_on})


@dataclass(frozen=True)
class AutoParameters:
    """The constants by step of the method; `unit` and `chosen_on` are in each field's metadata."""

    # Which of the two ways, and how sure the result is (auto.py, pipeline.py).
    # Class groups with fewer tracks are judged with the prior of their network (small_sample.py); about equal
    # from 50 to 100.
    min_tracks_for_cohort: int = _tuned(60, "tracks", LABELLED)
    # So few tracks, nearer to each other than this, are one identity; those of several people are 1.9 apart.
    min_tracks_for_single: int = _tuned(8, "tracks", LABELLED)
    small_single_below: float = _tuned(1.8, "intra-track distances", LABELLED)
    # By so much the cut may be off: moved up and down by it, it gives `fewest` and `most`. Affects no id.
    cut_uncertainty: float = _tuned(0.5, "standard scores")
    small_cut_uncertainty: float = _tuned(0.5, "intra-track distances")

    # Camera centring (centring.py). Crops of a camera at which its own mean counts half.
    centring_shrinkage: float = _tuned(20.0, "crops")

    # Camera-pair z-norm (camera_pair_norm.py).
    # Up to so many cameras each pair of them has figures of its own.
    camera_pairs_up_to: int = _tuned(32, "cameras")
    # Pairs of tracks at which the figures of two given cameras count half against those of all pairs.
    camera_pair_shrinkage: float = _tuned(3000.0, "pairs of tracks", LABELLED)
    # The same for "within one camera" and "between two" against those of all pairs.
    same_camera_shrinkage: float = _tuned(100.0, "pairs of tracks")
    # Spread below which cosines count as equal.
    min_spread: float = _tuned(1e-3, "cosine")

    # Adaptive s-norm (cohort.py, as_norm.py).
    # Size of the cohort, doubled until it consists of different identities for the most part.
    min_cohort: int = _tuned(30, "tracks", LABELLED)
    max_cohort: int = _tuned(1000, "tracks")
    max_cohort_share: float = _tuned(2 / 3, "share of all tracks")
    # The cohort is large enough from so many times the estimated same-identity count.
    cohort_per_same_id: float = _tuned(6, "tracks per same-identity track")
    # First spacings below this lie deep inside one identity.
    crowded_spacing: float = _tuned(0.8, "spacings of different identities")
    # First spacings that are averaged.
    first_spacings: int = _tuned(3, "neighbours")
    # Nearest tracks of each that are kept as possible same-identity pairs.
    candidates: int = _tuned(64, "tracks")
    # Pairs of two cameras are judged against as many of other cameras; so many times more are searched, since
    # not all of the nearest are. With fewer than `min_other_cohort` of them, against all.
    other_surplus: float = _tuned(1.5, "cohorts", LABELLED)
    min_other_cohort: int = _tuned(10, "tracks", LABELLED)
    # Added to the spread of a cohort, so that a narrow one does not make everything stand out.
    cohort_softening: float = _tuned(0.1, "spreads of all similarities")
    # Standard score from which affinity counts at all.
    affinity_floor: float = _tuned(-1.5, "standard score")

    # Footage statistics (cut_selection.py): do identities have several tracks?
    # Transitivity from which they do: below 0.48 among people seen once, 0.52 and above with two tracks each.
    multi_track_midpoint: float = _tuned(0.49, "transitivity", LABELLED)
    multi_track_slope: float = _tuned(0.012, "transitivity")
    # How much transitivity an excess of the first spacings by 1 is worth.
    transitivity_per_spacing: float = _tuned(0.15, "transitivity per spacing")
    # Score between a track's two nearest where both are always of its identity.
    full_transitivity: float = _tuned(2.0, "standard score")
    # Least difference between that and the null model's.
    min_transitivity_range: float = _tuned(0.5, "standard scores")

    # Where they do: the cut by silhouettes, one of the features of `cut_model.py`.
    # First and last cut that is tried (the last is left out), and the step between two.
    cut_grid: tuple[float, ...] = _tuned((-0.6, 3.61, 0.1), "standard scores")
    # Affinity by which a clustered track must stand apart to count for its cut.
    silhouette_offset: float = _tuned(0.2, "affinity")

    # Where they do not: the cut for identities of one or two tracks.
    # Standard score that one different-identity pair in twenty tracks does not reach.
    singleton_cut: float = _tuned(3.6, "standard score", LABELLED)
    # The first spacing in units of the second, among different identities: for many tracks, and for few.
    null_spacing_ratio: float = _tuned(0.93, "ratio", ALL_LABELLED)
    spacing_ratio_noise: float = _tuned(1.5, "ratio times root of tracks")
    # The singleton cut falls by so much per excess of that ratio over `min_excess`, at most `excess_range`.
    singleton_cut_per_excess: float = _tuned(4.5, "standard scores per ratio")
    min_excess: float = _tuned(0.08, "ratio")
    excess_range: float = _tuned(0.36, "ratio")
    # Singleton cut from which the report says that no pair stands out. Affects no id.
    unsupported_above: float = _tuned(3.0, "standard score")

    # Standard scores between the cuts of `caution` 0 and 1.
    caution_range: float = _tuned(2.0, "standard scores")

    # WCCN self-training (wccn.py, pipeline.py).
    # Same-identity count from which clusters are learned from.
    min_same_id_count_for_wccn: float = _tuned(2.4, "tracks", LABELLED)
    # Clusters of fewer tracks are not learned from.
    wccn_min_cluster: int = _tuned(3, "tracks")
    # Differences within clusters, per dimension, below which the scatter is a guess.
    wccn_min_freedom: float = _tuned(0.5, "differences per dimension", LABELLED)
    # Least share of a multiple of the identity matrix in the covariance.
    wccn_shrinkage: float = _tuned(0.3, "share")

    # Fallback for few tracks (intra_track_scale.py), in units of the median distance between two crops of
    # one track: another track of the same identity is about 1.8 away, a different identity 3.
    same_id_distance: float = _tuned(2.5, "intra-track distances")
    # Median distance between tracks below which the footage shows a single identity, and the cut then.
    single_identity_below: float = _tuned(2.2, "intra-track distances")
    single_identity_distance: float = _tuned(3.4, "intra-track distances")


DEFAULT_PARAMETERS = AutoParameters()
