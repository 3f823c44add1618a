"""Whatever a runtime does, a backbone gives unit vectors, row for row, or an error."""

import numpy as np
import pytest

from reid_assets.reid.backbones.execution import NumberType
from reid_assets.reid.backbones.network import NetworkBackbone, unit_rows
from reid_assets_tests.support.small_networks import HW, crops


class Means:
    """A runner that describes a crop by the means of its channels, with limited memory and precision."""

    dim = 3

    def __init__(self, dtype: NumberType, memory: int = 10**9, noise: float = 0.0) -> None:
        self.facts: dict[str, object] = {"runtime": "means", "dtype": dtype, "device": "cpu"}
        self.memory, self.noise, self.batches = memory, noise if dtype != "float32" else 0.0, []

    def run(self, images: np.ndarray) -> np.ndarray:
        if len(images) > self.memory:
            raise MemoryError
        self.batches.append(len(images))
        wrong = np.random.default_rng(0).normal(scale=self.noise, size=(len(images), 3)) if self.noise else 0
        return (images.mean(axis=(1, 2)) / 255 + wrong).astype(np.float32)


def backbone(dtype: NumberType = "float32", **kind: float) -> NetworkBackbone:
    return NetworkBackbone("means", HW, lambda wanted: Means(wanted, **kind), dtype)  # type: ignore[arg-type]


def test_no_crops_give_no_vectors_of_the_right_width() -> None:
    assert backbone().embed(crops(1)[:0]).shape == (0, 3)


def test_rows_are_unit_vectors_in_the_order_of_the_crops() -> None:
    images = crops(5)
    vectors = backbone().embed(images)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert np.allclose(backbone().embed(images[::-1]), vectors[::-1])


@pytest.mark.parametrize(("memory", "largest"), [(7, 5), (3, 3), (1, 1)])
def test_a_batch_that_does_not_fit_is_halved_and_the_size_remembered(memory: int, largest: int) -> None:
    images = crops(10)
    small = backbone(memory=memory)
    assert np.array_equal(small.embed(images), backbone().embed(images))
    assert small.facts["largest_batch"] == largest
    tried = small._runner.batches  # type: ignore[attr-defined]
    assert max(tried) == largest
    small.embed(images)
    assert tried[len(tried) // 2 :] == tried[: len(tried) // 2]


def test_a_single_crop_that_does_not_fit_is_an_error() -> None:
    with pytest.raises(MemoryError):
        backbone(memory=0).embed(crops(2))


def test_float32_is_not_measured_against_itself() -> None:
    exact = backbone()
    exact.embed(crops(8))
    assert exact.facts["agreement"] is None


def test_a_number_type_that_agrees_is_kept_and_its_agreement_told_once() -> None:
    close = backbone("bfloat16", noise=1e-4)
    assert close.facts["agreement"] is None
    close.embed(crops(8))
    told = close.facts["agreement"]
    assert isinstance(told, dict)
    assert told["crops"] == 8
    assert told["cosine"] >= 0.999
    assert (close.facts["dtype"], close.facts["warnings"]) == ("bfloat16", [])
    close.embed(crops(4))
    assert close.facts["agreement"] is told


def test_a_number_type_that_disagrees_gives_way_to_float32_from_the_first_row_on() -> None:
    wrong = backbone("bfloat16", noise=0.3)
    images = crops(8)
    assert np.array_equal(wrong.embed(images), backbone().embed(images))
    assert wrong.facts["dtype"] == "float32"
    assert "disagrees with float32" in str(wrong.facts["warnings"])


def test_images_of_another_size_or_type_are_refused() -> None:
    for images in (crops(2, (16, 16)), crops(2).astype(np.float32), crops(2)[0]):
        with pytest.raises(ValueError, match="as prepare"):
            backbone().embed(images)


def test_prepare_gives_what_embed_takes() -> None:
    plain = backbone()
    assert plain.embed(plain.prepare(np.zeros((300, 90, 3), np.uint8))[None]).shape == (1, 3)


def test_nan_never_becomes_a_vector_and_zeros_stay_zeros() -> None:
    with pytest.raises(FloatingPointError):
        unit_rows(np.array([[1.0, np.nan]]))
    assert (unit_rows(np.zeros((2, 3))) == 0).all()
