"""DtypeAgreement with float32 is measured where it counts: in what tells crops apart."""

import numpy as np

from reid_assets.reid.backbones.dtype_agreement import measure_agreement
from reid_assets.reid.backbones.network import unit_rows

RANDOM = np.random.default_rng(0)


def vectors(count: int, common: float) -> np.ndarray:
    """Random unit rows that share a direction of weight `common`, as CLIP's do."""
    rows = RANDOM.normal(size=(count, 64))
    rows[:, 0] += common
    return unit_rows(rows)


def test_the_same_vectors_agree_fully() -> None:
    exact = vectors(16, common=20)
    found = measure_agreement(exact, exact)
    assert found.good
    assert (found.crops, round(found.cosine, 6), round(found.centred or 0, 6)) == (16, 1, 1)


def test_noise_that_a_common_direction_hides_from_the_cosine_is_still_found() -> None:
    exact = vectors(16, common=100)
    spoilt = unit_rows(exact + RANDOM.normal(scale=0.005, size=exact.shape))
    found = measure_agreement(spoilt, exact)
    assert found.cosine > 0.99
    assert not found.good


def test_one_crop_or_many_of_one_still_person_are_judged_by_the_cosine_alone() -> None:
    one = vectors(1, common=0)
    still = np.repeat(one, 16, axis=0)
    assert measure_agreement(one, one).centred is None
    assert measure_agreement(unit_rows(still + RANDOM.normal(scale=1e-4, size=still.shape)), still).good


def test_nothing_but_nan_does_not_agree() -> None:
    exact = vectors(8, common=1)
    assert not measure_agreement(np.full_like(exact, np.nan), exact).good
