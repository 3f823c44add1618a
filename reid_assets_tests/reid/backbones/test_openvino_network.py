"""A converted network gives its source's vectors, for bytes and for any number of crops."""

import numpy as np
import pytest

from reid_assets.reid.backbones.equivalence import are_equivalent
from reid_assets.reid.backbones.openvino_network import onnx_to_openvino, torch_to_openvino
from reid_assets.reid.backbones.openvino_runner import OpenVinoRunner
from reid_assets.reid.backbones.torch_runner import TorchRunner
from reid_assets.reid.core.errors import BackboneError
from reid_assets_tests.support.small_networks import HW, SCALE, SmallNetwork, crops


@pytest.fixture(scope="module")
def converted() -> OpenVinoRunner:
    return OpenVinoRunner(torch_to_openvino(SmallNetwork().eval(), HW, SCALE), "float32")


def test_attention_and_channel_order_survive_the_conversion(converted: OpenVinoRunner) -> None:
    original = TorchRunner(SmallNetwork().eval(), HW, SCALE, "cpu", "float32")
    assert are_equivalent(converted, original, HW)
    assert converted.dim == 24


@pytest.mark.parametrize("count", [1, 2, 5])
def test_batches_of_any_size_give_the_same_rows(converted: OpenVinoRunner, count: int) -> None:
    images = crops(5)
    assert np.allclose(converted.run(images[:count]), converted.run(images)[:count], atol=1e-5)


def test_what_is_no_network_is_told_with_the_other_runtime() -> None:
    from reid_assets.reid.backbones.onnx_file import OnnxInputSpec

    spec = OnnxInputSpec("images", HW, SCALE, False, "float32", True, None)
    with pytest.raises(BackboneError, match="onnxruntime"):
        onnx_to_openvino(b"nothing", spec)
