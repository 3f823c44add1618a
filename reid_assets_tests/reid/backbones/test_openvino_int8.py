"""Eight bits are for matrix products alone, and never change the network they were made from."""

from typing import Any

import numpy as np
import pytest
import torch

from reid_assets.reid.backbones.dtype_agreement import measure_agreement
from reid_assets.reid.backbones.network import unit_rows
from reid_assets.reid.backbones.openvino_int8 import quantize_weights
from reid_assets.reid.backbones.openvino_network import torch_to_openvino
from reid_assets.reid.backbones.openvino_runner import OpenVinoRunner
from reid_assets.reid.core.errors import BackboneError
from reid_assets_tests.support.small_networks import HW, SCALE, SmallNetwork, crops


@pytest.fixture(scope="module")
def model() -> Any:
    return torch_to_openvino(SmallNetwork().eval(), HW, SCALE)


def test_weights_are_bytes_and_vectors_close_to_the_exact_ones(model: Any) -> None:
    kinds = {
        str(op.get_element_type())
        for op in quantize_weights(model).get_ops()
        if "Const" in op.get_type_name()
    }
    assert any("int8" in kind for kind in kinds)
    exact, small = OpenVinoRunner(model, "float32"), OpenVinoRunner(model, "int8")
    images = crops(8)
    rows, reference = small.run(images), exact.run(images)
    assert measure_agreement(unit_rows(rows), unit_rows(reference)).cosine > 0.99
    assert not np.array_equal(rows, reference)
    assert small.facts["dtype"] == "int8"


def test_a_vector_does_not_depend_on_its_neighbours_in_the_batch(model: Any) -> None:
    runner = OpenVinoRunner(model, "int8")
    images = crops(5)
    alone, together = unit_rows(runner.run(images[:1])), unit_rows(runner.run(images))
    assert (alone[0] * together[0]).sum() > 1 - 1e-3


def test_a_network_of_convolutions_alone_gains_nothing_and_is_refused() -> None:
    convolutions = torch.nn.Sequential(
        torch.nn.Conv2d(3, 4, 3), torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten()
    )
    with pytest.raises(BackboneError, match="int8"):
        quantize_weights(torch_to_openvino(convolutions, HW, SCALE))
