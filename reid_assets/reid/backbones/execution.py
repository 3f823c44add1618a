"""Execution plan of a network: device, runtime and number type, from the settings and the machine.

Decided before anything heavy is loaded. The runtimes are in the `*_runner.py` files; the check that a
smaller number type agrees with float32 is in `dtype_agreement.py`.
"""

import functools
import importlib.metadata
import importlib.util
from dataclasses import dataclass
from typing import Literal

from reid_assets.reid.backbones.devices import resolve_device
from reid_assets.reid.core.errors import BackboneError
from reid_assets.reid.core.settings import BackboneSettings

Runtime = Literal["torch", "openvino", "onnxruntime"]
NumberType = Literal["float32", "bfloat16", "float16", "int8"]

# Conversion and compilation take as long as torch needs for this many crops (ViT-B-32, ResNet50).
MIN_CROPS_TO_COMPILE = 128


@dataclass(frozen=True)
class ExecutionPlan:
    """A compatible choice of runtime, number type and device.

    Attributes:
        runtime: executes the network.
        dtype: number type of the computation; the resulting vectors are always float32.
        device: `cpu`, `mps` or `cuda:<n>`.
    """

    runtime: Runtime
    dtype: NumberType
    device: str


def make_execution_plan(
    settings: BackboneSettings, *, from_onnx: bool, compiled: bool, crops: int | None
) -> ExecutionPlan:
    """Decide device, runtime and number type.

    Args:
        settings: `device`, `runtime`, `dtype` and `int8`; an explicit value is used or rejected, never
            changed.
        from_onnx: the network is an ONNX file, which torch cannot run.
        compiled: the converted OpenVINO network is already on disk.
        crops: approximate number of crops to embed; None: many.

    Raises:
        BackboneError: the device is not available, or the settings are incompatible.
    """
    device = resolve_device(settings.device, onnx=from_onnx)
    if settings.int8:
        _check_int8(settings, device)
        return ExecutionPlan("openvino", "int8", device)
    _check_compatible(settings, device, from_onnx)
    native: Runtime = "onnxruntime" if from_onnx else "torch"
    runtime: Runtime = native
    if settings.runtime != "auto":
        runtime = settings.runtime
    elif device == "cpu" and settings.dtype == "float16" and not from_onnx:
        # OpenVINO would silently compute in float32 on most processors.
        runtime = "openvino" if "FP16" in native_precisions() else "torch"
    elif device == "cpu" and has_openvino():
        few = crops is not None and crops < MIN_CROPS_TO_COMPILE and not compiled
        # An explicit number type is not given up for speed.
        runtime = native if few and not (from_onnx and settings.dtype == "bfloat16") else "openvino"
    dtype = settings.dtype if settings.dtype != "auto" else _fastest_type(runtime, device)
    return ExecutionPlan(runtime, dtype, device)


def _check_compatible(settings: BackboneSettings, device: str, from_onnx: bool) -> None:
    runtime, dtype = settings.runtime, settings.dtype
    if from_onnx and runtime == "torch":
        raise BackboneError(
            "backbone.runtime: torch cannot run onnx: files. Use auto, openvino or onnxruntime."
        )
    if runtime == "openvino" and device != "cpu":
        raise BackboneError(
            f"backbone.runtime: openvino runs on the CPU, not on {device}. Use auto or torch."
        )
    if runtime == "openvino" and not has_openvino():
        raise BackboneError("backbone.runtime: openvino is not installed. Install it with pip, or use auto.")
    if runtime == "onnxruntime" and not from_onnx and device != "cpu":
        raise BackboneError(f"backbone.runtime: onnxruntime is not used on {device}. Use auto or torch.")
    only_float32 = (
        runtime == "onnxruntime" or (from_onnx and not has_openvino()) or (from_onnx and device != "cpu")
    )
    if only_float32 and dtype in ("bfloat16", "float16"):
        raise BackboneError(
            f"backbone.dtype: onnxruntime runs a network in its own number type, not in {dtype}. "
            "Use dtype: auto or float32, or runtime: openvino on the CPU."
        )


def _check_int8(settings: BackboneSettings, device: str) -> None:
    possible = device == "cpu" and settings.runtime in ("auto", "openvino") and has_openvino()
    if not possible:
        raise BackboneError(
            "backbone.int8 needs OpenVINO on the CPU (device: cpu, runtime: auto or openvino). "
            "Set backbone.int8 to false."
        )


def _fastest_type(runtime: Runtime, device: str) -> NumberType:
    """The fastest number type that the hardware computes natively."""
    if runtime == "onnxruntime":
        return "float32"
    if device.startswith("cuda"):
        import torch

        # Emulated bfloat16 (before compute capability 8) is slower than float16.
        return "bfloat16" if torch.cuda.get_device_capability(device) >= (8, 0) else "float16"
    if device == "mps":
        return "float16"
    return "bfloat16" if "BF16" in native_precisions() else "float32"


@functools.cache
def native_precisions() -> frozenset[str]:
    """Number types that this CPU computes natively, as OpenVINO names them: FP32, BF16, FP16, INT8."""
    if not has_openvino():
        return frozenset({"FP32"})
    import openvino

    return frozenset(openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES"))


@functools.cache
def has_openvino() -> bool:
    """Whether OpenVINO is installed; it is not available for every platform."""
    return importlib.util.find_spec("openvino") is not None


def openvino_version() -> str:
    """Version of the installed OpenVINO; a converted network is valid only for it."""
    return importlib.metadata.version("openvino")
