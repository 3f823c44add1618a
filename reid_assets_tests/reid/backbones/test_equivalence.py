"""One network takes another's place only if it gives the same vectors."""

from collections.abc import Callable

import numpy as np

from reid_assets.reid.backbones.equivalence import are_equivalent
from reid_assets_tests.support.small_networks import HW


class Function:
    dim = 3

    def __init__(self, of: Callable[[np.ndarray], np.ndarray]) -> None:
        self.facts: dict[str, object] = {}
        self.run = of


def means(images: np.ndarray) -> np.ndarray:
    return images.mean(axis=(1, 2)).astype(np.float32)


def test_the_same_network_is_its_own_twin_within_rounding() -> None:
    assert are_equivalent(Function(means), Function(means), HW)
    assert are_equivalent(Function(lambda images: means(images) * 1.0001), Function(means), HW)


def test_swapped_colours_are_found() -> None:
    assert not are_equivalent(Function(lambda images: means(images[..., ::-1])), Function(means), HW)


def test_a_network_that_mixes_the_crops_of_a_batch_is_found() -> None:
    mixed = Function(lambda images: means(images) - means(images).mean(axis=0))
    assert not are_equivalent(mixed, Function(lambda images: means(images) * 0), HW)
    assert not are_equivalent(Function(lambda images: means(images)[::-1]), Function(means), HW)


def test_another_number_of_rows_or_nan_is_no_twin() -> None:
    assert not are_equivalent(Function(lambda images: means(images)[:1]), Function(means), HW)
    assert not are_equivalent(Function(lambda images: means(images) * np.nan), Function(means), HW)
