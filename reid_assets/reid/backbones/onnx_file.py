"""ONNX files: their input specification, and rewriting them for a dynamic batch.

Files exported with batch 1 are rewritten in memory; `onnx_network.py` verifies that the result is
equivalent. Nothing here runs a network.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reid_assets.reid.backbones.preprocessing import IMAGENET, PixelNormalization
from reid_assets.reid.core.errors import BackboneError
from reid_assets.reid.core.settings import BackboneSettings

if TYPE_CHECKING:
    import onnx

_BYTE, _FLOAT, _HALF = 2, 1, 10


@dataclass(frozen=True)
class OnnxInputSpec:
    """The input of an ONNX network.

    Attributes:
        name: of the graph's input.
        hw: height and width, pixels.
        normalization: of the pixel values; None if the network takes bytes as they are.
        channels_last: (N, H, W, 3) instead of (N, 3, H, W).
        numpy_type: `float32`, `float16` or `uint8`.
        rgb: True for RGB, False for BGR.
        fixed_batch: the only batch size that the network accepts; None if dynamic.
    """

    name: str
    hw: tuple[int, int]
    normalization: PixelNormalization | None
    channels_last: bool
    numpy_type: str
    rgb: bool
    fixed_batch: int | None


def load_onnx(file: Path, *, with_weights: bool = True) -> "onnx.ModelProto":
    """Parse an ONNX file.

    Args:
        file: the file.
        with_weights: also read weights that are stored in external files.

    Raises:
        BackboneError: the file is not a readable ONNX network.
    """
    import onnx
    from google.protobuf.message import DecodeError

    try:
        model = onnx.load(file, load_external_data=with_weights)
    except (DecodeError, OSError, ValueError, onnx.checker.ValidationError) as error:
        raise BackboneError(
            f"{file}: not a readable ONNX file ({error}). Export the network again."
        ) from error
    if not model.graph.node or not model.graph.output:
        raise BackboneError(f"{file}: contains no network. Export the network again.")
    return model


def external_weight_files(model: "onnx.ModelProto", file: Path) -> list[Path]:
    """Paths of the external files that hold weights of an ONNX file, sorted; usually none."""
    entries = [entry for tensor in model.graph.initializer for entry in tensor.external_data]
    return sorted({file.parent / entry.value for entry in entries if entry.key == "location"})


def read_input_spec(model: "onnx.ModelProto", settings: BackboneSettings, file: Path) -> OnnxInputSpec:
    """The input specification of a file, completed by the settings.

    In order of precedence: the shape of the input; metadata of the file (`Image.BitmapPixelFormat` and
    `Image.NominalPixelRange` of the ONNX specification, section "Metadata", or `channel_order`, `mean`,
    `std`, `input_size`/`imgsz`); the settings `channel_order`, `mean`, `std` and `image_size`; RGB with
    ImageNet's mean and standard deviation.

    Raises:
        BackboneError: the network does not have exactly one image as its input.
    """
    name, numpy_type, dims = _image_input(model, file)
    channels_last = dims[1] != 3
    metadata = {entry.key.lower(): entry.value for entry in model.metadata_props}
    height, width = dims[1:3] if channels_last else dims[2:4]
    size = _numbers(metadata.get("input_size", metadata.get("imgsz", "")))
    fallback = size[-2:] if len(size) >= 2 else [settings.image_size] * 2
    normalization = _normalization(metadata, settings)
    return OnnxInputSpec(
        name=name,
        hw=(int(height or fallback[0]), int(width or fallback[1])),
        normalization=None if numpy_type == "uint8" else normalization,
        channels_last=channels_last,
        numpy_type=numpy_type,
        rgb=normalization.rgb,
        fixed_batch=dims[0],
    )


def _image_input(model: "onnx.ModelProto", file: Path) -> tuple[str, str, list[int | None]]:
    """Name, numpy type and dimensions (None: dynamic) of the only input."""
    weights = {tensor.name for tensor in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in weights]
    if len(inputs) != 1:
        raise BackboneError(f"{file}: takes {len(inputs)} inputs; a backbone takes one, the image.")
    tensor = inputs[0].type.tensor_type
    numpy_type = {_FLOAT: "float32", _HALF: "float16", _BYTE: "uint8"}.get(tensor.elem_type)
    dims = [dim.dim_value if dim.dim_value > 0 else None for dim in tensor.shape.dim]
    if numpy_type is None or len(dims) != 4 or 3 not in (dims[1], dims[3]):
        raise BackboneError(
            f"{file}: its input has shape {dims} and type {tensor.elem_type}; a backbone takes (N, 3, H, W) "
            "or (N, H, W, 3) of float32, float16 or uint8. Export the network with such an input."
        )
    return inputs[0].name, numpy_type, dims


def with_dynamic_batch(model: "onnx.ModelProto") -> bytes:
    """The serialised network with a dynamic batch dimension.

    Changes the shapes of inputs and outputs, and constant targets of `Reshape` that begin with batch 1.
    Other operations may still hard-code the old batch, so the result must be verified by running it.
    """
    import onnx
    from onnx import numpy_helper

    dynamic = onnx.ModelProto()
    dynamic.CopyFrom(model)
    weights = {tensor.name for tensor in dynamic.graph.initializer}
    for value in [*dynamic.graph.input, *dynamic.graph.output]:
        if value.name not in weights and value.type.tensor_type.shape.dim:
            value.type.tensor_type.shape.dim[0].dim_param = "batch"
    del dynamic.graph.value_info[:]
    targets = {
        node.input[1] for node in dynamic.graph.node if node.op_type == "Reshape" and len(node.input) > 1
    }
    constants = [tensor for tensor in dynamic.graph.initializer if tensor.name in targets]
    constants += [
        attribute.t
        for node in dynamic.graph.node
        if node.op_type == "Constant" and node.output[0] in targets
        for attribute in node.attribute
        if attribute.name == "value"
    ]
    for tensor in constants:
        shape = numpy_helper.to_array(tensor).copy()
        if shape.ndim == 1 and len(shape) > 1 and shape[0] == 1:
            # 0 means "as in the input" (ONNX, Reshape).
            shape[0] = 0
            tensor.CopyFrom(numpy_helper.from_array(shape, tensor.name))
    return dynamic.SerializeToString()


def _normalization(metadata: dict[str, str], settings: BackboneSettings) -> PixelNormalization:
    order = metadata.get("image.bitmappixelformat", settings.channel_order)
    order = metadata.get("channel_order", order).lower()
    value_range = {
        "normalized_0_1": ((0.0,) * 3, (1.0,) * 3),
        "normalized_1_1": ((0.5,) * 3, (0.5,) * 3),
        "nominalrange_0_255": ((0.0,) * 3, (1 / 255,) * 3),
    }.get(metadata.get("image.nominalpixelrange", "").lower())
    mean, std = value_range or (settings.mean or IMAGENET.mean, settings.std or IMAGENET.std)
    return PixelNormalization(
        rgb=not order.startswith("bgr"),
        mean=_triple(metadata.get("mean", "")) or mean,
        std=_triple(metadata.get("std", "")) or std,
    )


def _triple(text: str) -> tuple[float, float, float] | None:
    numbers = _numbers(text)
    if len(numbers) == 1:
        numbers *= 3
    if len(numbers) != 3:
        return None
    # Some exporters write them in units of 0..255.
    first, second, third = (number / 255 if max(numbers) > 1 else number for number in numbers)
    return first, second, third


def _numbers(text: str) -> list[float]:
    try:
        value = json.loads(text)
    except ValueError:
        value = re.findall(r"-?\d+(?:\.\d+)?(?:[eE]-?\d+)?", text)
    return [float(number) for number in (value if isinstance(value, list) else [value])]
