"""What is followed once may be repeated for any batch."""

import numpy as np
import torch

from reid_assets.reid.backbones.onnx_export import torch_to_onnx, traceable_attention
from reid_assets.reid.backbones.onnx_file import OnnxInputSpec
from reid_assets.reid.backbones.onnxruntime_runner import OnnxRuntimeRunner
from reid_assets.reid.backbones.torch_runner import TorchRunner
from reid_assets_tests.support.small_networks import HW, SCALE, SmallNetwork, crops


def test_onnxruntime_gives_torch_s_vectors_for_any_number_of_crops() -> None:
    module = SmallNetwork().eval()
    spec = OnnxInputSpec("images", HW, SCALE, False, "float32", SCALE.rgb, None)
    exported = OnnxRuntimeRunner(torch_to_onnx(module, HW), spec, None, "cpu")
    original = TorchRunner(module, HW, SCALE, "cpu", "float32")
    for count in (1, 2, 5):
        assert np.allclose(exported.run(crops(count)), original.run(crops(count)), atol=1e-5)


def test_torch_s_own_setting_is_put_back_even_after_a_failure() -> None:
    before = torch.backends.mha.get_fastpath_enabled()
    try:
        with traceable_attention():
            assert not torch.backends.mha.get_fastpath_enabled()
            raise KeyError
    except KeyError:
        pass
    assert torch.backends.mha.get_fastpath_enabled() == before
