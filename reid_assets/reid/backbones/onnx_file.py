"""What an ONNX file says about its own input, and the same network for any batch size.

Files exported with batch 1 are rewritten in memory where the graph allows it; whether it does is
proven by running both (`onnxruntime_runner.py`). Nothing here runs a network.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reid_assets.reid.backbones.preprocessing import IMAGENET, PixelScale
from reid_assets.reid.core.errors import BackboneError
from reid_assets.reid.core.settings import BackboneSettings

if TYPE_CHECKING:
    import onnx

_BYTE, _FLOAT, _HALF = 2, 1, 10


@dataclass(frozen=True)
class OnnxInput:
    """How a file wants its crops.

    Attributes:
        name: of the graph's input.
        hw: height and width, pixels.
        scale: how bytes become its numbers; None where it takes bytes as they are.
        channels_last: (N, H, W, 3) instead of (N, 3, H, W).
        numpy_type: `float32`, `float16` or `uint8`.
        rgb: True where red comes first.
        fixed_batch: the batch size the file insists on; None where any will do.
    """

    name: str
    hw: tuple[int, int]
    scale: PixelScale | None
    channels_last: bool
    numpy_type: str
    rgb: bool
    fixed_batch: int | None


def load_onnx(file: Path, *, with_weights: bool = True) -> "onnx.ModelProto":
    """The parsed file; its weights from files beside it are read too, unless they are not wanted.

    Raises:
        BackboneError: no ONNX network stands there.
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
        raise BackboneError(f"{file}: holds no network. Export the network again.")
    return model


def weight_files(model: "onnx.ModelProto", file: Path) -> list[Path]:
    """The files beside an ONNX file that hold weights of it, sorted; usually none."""
    entries = [entry for tensor in model.graph.initializer for entry in tensor.external_data]
    return sorted({file.parent / entry.value for entry in entries if entry.key == "location"})


def read_input(model: "onnx.ModelProto", settings: BackboneSettings, file: Path) -> OnnxInput:
    """The input as the file states it, completed by the settings.

    The file's own word counts: its shape, then its metadata (`Image.BitmapPixelFormat` and
    `Image.NominalPixelRange` of the ONNX specification, section "Metadata", or `channel_order`,
    `mean`, `std`, `input_size`/`imgsz`), then `backbone.channel_order`, `mean`, `std` and
    `image_size`, then RGB with ImageNet's mean and standard deviation.

    Raises:
        BackboneError: the file has not one picture as its input.
    """
    name, numpy_type, dims = _picture(model, file)
    channels_last = dims[1] != 3
    stated = {entry.key.lower(): entry.value for entry in model.metadata_props}
    height, width = dims[1:3] if channels_last else dims[2:4]
    size = _numbers(stated.get("input_size", stated.get("imgsz", "")))
    fallback = size[-2:] if len(size) >= 2 else [settings.image_size] * 2
    scale = _scale(stated, settings)
    return OnnxInput(
        name=name,
        hw=(int(height or fallback[0]), int(width or fallback[1])),
        scale=None if numpy_type == "uint8" else scale,
        channels_last=channels_last,
        numpy_type=numpy_type,
        rgb=scale.rgb,
        fixed_batch=dims[0],
    )


def _picture(model: "onnx.ModelProto", file: Path) -> tuple[str, str, list[int | None]]:
    """Name, numpy type and dimensions (None: any) of the one input."""
    weights = {tensor.name for tensor in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in weights]
    if len(inputs) != 1:
        raise BackboneError(f"{file}: wants {len(inputs)} inputs; a backbone has one, the picture.")
    tensor = inputs[0].type.tensor_type
    numpy_type = {_FLOAT: "float32", _HALF: "float16", _BYTE: "uint8"}.get(tensor.elem_type)
    dims = [dim.dim_value if dim.dim_value > 0 else None for dim in tensor.shape.dim]
    if numpy_type is None or len(dims) != 4 or 3 not in (dims[1], dims[3]):
        raise BackboneError(
            f"{file}: its input has shape {dims} and type {tensor.elem_type}; a backbone takes (N, 3, H, W) "
            "or (N, H, W, 3) of float32, float16 or uint8. Export the network so."
        )
    return inputs[0].name, numpy_type, dims


def with_free_batch(model: "onnx.ModelProto") -> bytes:
    """The network with its batch dimension left open, serialised.

    Beside the shapes of inputs and outputs, constant targets of `Reshape` that begin with the fixed
    batch are told to keep the first dimension instead. Other constructions may still hold the old
    batch; only running it shows.
    """
    import onnx
    from onnx import numpy_helper

    free = onnx.ModelProto()
    free.CopyFrom(model)
    weights = {tensor.name for tensor in free.graph.initializer}
    for value in [*free.graph.input, *free.graph.output]:
        if value.name not in weights and value.type.tensor_type.shape.dim:
            value.type.tensor_type.shape.dim[0].dim_param = "batch"
    del free.graph.value_info[:]
    targets = {node.input[1] for node in free.graph.node if node.op_type == "Reshape" and len(node.input) > 1}
    constants = [tensor for tensor in free.graph.initializer if tensor.name in targets]
    constants += [
        attribute.t
        for node in free.graph.node
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
    return free.SerializeToString()


def _scale(stated: dict[str, str], settings: BackboneSettings) -> PixelScale:
    order = stated.get("channel_order", stated.get("image.bitmappixelformat", settings.channel_order)).lower()
    value_range = {
        "normalized_0_1": ((0.0,) * 3, (1.0,) * 3),
        "normalized_1_1": ((0.5,) * 3, (0.5,) * 3),
        "nominalrange_0_255": ((0.0,) * 3, (1 / 255,) * 3),
    }.get(stated.get("image.nominalpixelrange", "").lower())
    mean, std = value_range or (settings.mean or IMAGENET.mean, settings.std or IMAGENET.std)
    return PixelScale(
        rgb=not order.startswith("bgr"),
        mean=_triple(stated.get("mean", "")) or mean,
        std=_triple(stated.get("std", "")) or std,
    )


def _triple(text: str) -> tuple[float, float, float] | None:
    numbers = _numbers(text)
    if len(numbers) == 1:
        numbers *= 3
    if len(numbers) != 3:
        return None
    # Some exporters give them in units of 0..255.
    first, second, third = (number / 255 if max(numbers) > 1 else number for number in numbers)
    return first, second, third


def _numbers(text: str) -> list[float]:
    try:
        value = json.loads(text)
    except ValueError:
        value = re.findall(r"-?\d+(?:\.\d+)?(?:[eE]-?\d+)?", text)
    return [float(number) for number in (value if isinstance(value, list) else [value])]
