"""Conversion of torch modules and ONNX files to OpenVINO, with pixel normalization built in.

The converted networks take uint8 images. `openvino_cache.py` stores them, `openvino_runner.py` runs them.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from reid_assets.reid.backbones.onnx_export import example_input, traceable_attention
from reid_assets.reid.backbones.onnx_file import OnnxInputSpec
from reid_assets.reid.backbones.preprocessing import PixelNormalization
from reid_assets.reid.core.errors import BackboneError

if TYPE_CHECKING:
    import openvino
    import torch


def torch_to_openvino(
    module: "torch.nn.Module", hw: tuple[int, int], normalization: PixelNormalization
) -> "openvino.Model":
    """Convert a torch module to a network uint8 BGR (N, H, W, 3) -> float32 (N, dim) with dynamic N.

    Args:
        module: normalised float32 (N, 3, H, W) -> float32 (N, dim).
        hw: height and width of the input, pixels.
        normalization: of the pixel values.

    Raises:
        RuntimeError: the module cannot be traced or converted.
    """
    import openvino

    traced = _trace(module, hw)
    example = example_input(hw)
    model = openvino.convert_model(traced, example_input=example, input=[-1, 3, *hw])
    return _with_byte_input(
        model, hw=hw, rgb=normalization.rgb, normalization=normalization, channels_last=False
    )


def _trace(module: "torch.nn.Module", hw: tuple[int, int]) -> "torch.jit.ScriptModule":
    """The module as a TorchScript graph that is valid for any batch size."""
    import torch

    with torch.no_grad(), traceable_attention():
        return torch.jit.trace(module, example_input(hw), check_trace=False)


def onnx_to_openvino(content: bytes | Path, spec: OnnxInputSpec) -> "openvino.Model":
    """Convert an ONNX network to uint8 BGR (N, H, W, 3) -> float32 (N, dim).

    Args:
        content: path of the file, whose batch size is kept; or a serialised network with a dynamic batch.
        spec: its input.

    Raises:
        BackboneError: OpenVINO cannot read the graph.
    """
    import openvino

    try:
        model = openvino.Core().read_model(content)
        if spec.channels_last:
            size: list[int] = [spec.fixed_batch or -1, *spec.hw, 3]
        else:
            size = [spec.fixed_batch or -1, 3, *spec.hw]
        if isinstance(content, bytes):
            size[0] = -1
        model.reshape({model.inputs[0].any_name: size})
        return _with_byte_input(
            model,
            hw=spec.hw,
            rgb=spec.rgb,
            normalization=spec.normalization,
            channels_last=spec.channels_last,
        )
    except RuntimeError as error:
        line = str(error).strip().splitlines()[-1]
        raise BackboneError(
            f"onnx: OpenVINO cannot read this network ({line}). Set backbone.runtime to onnxruntime."
        ) from error


def _with_byte_input(
    model: "openvino.Model",
    *,
    hw: tuple[int, int],
    rgb: bool,
    normalization: PixelNormalization | None,
    channels_last: bool,
) -> "openvino.Model":
    """The model with a new uint8 input that is normalised inside the network.

    Built from plain operations, because OpenVINO's own PrePostProcessor (2026.4) merges the channel order
    into the weights of a ViT's first layer and gives other vectors.
    """
    import openvino
    from openvino import opset8 as ops

    old = model.get_parameters()[0]
    batch = old.get_partial_shape()[0]
    bytes_in = ops.parameter(openvino.PartialShape([batch, *hw, 3]), openvino.Type.u8, name="images")
    value = bytes_in.output(0)
    if rgb:
        value = ops.gather(value, np.array([2, 1, 0]), np.array(3)).output(0)
    value = ops.convert(value, "f32").output(0)
    if normalization is not None:
        value = ops.subtract(value, normalization.byte_mean().reshape(1, 1, 1, 3)).output(0)
        value = ops.multiply(value, 1 / normalization.byte_std().reshape(1, 1, 1, 3)).output(0)
    if not channels_last:
        value = ops.transpose(value, np.array([0, 3, 1, 2])).output(0)
    value = ops.convert(value, old.get_element_type().get_type_name()).output(0)
    for reader in old.output(0).get_target_inputs():
        reader.replace_source_output(value)
    first = model.get_results()[0]
    vectors = ops.result(ops.convert(first.input_value(0), "f32").output(0))
    return openvino.Model([vectors], [bytes_in], "backbone")
