"""Device resolution: from `backbone.device` to a device that exists on this machine.

A configured device that is missing is an error, so that a job meant for a GPU never runs unnoticed on the
CPU. `execution.py` decides what runs on the device.
"""

import functools
import importlib.metadata

from reid_assets.reid.core.errors import BackboneError


def resolve_device(device: str | None, *, onnx: bool = False) -> str:
    """Resolve a configured device to `cpu`, `mps` or `cuda:<n>`.

    Args:
        device: `backbone.device`: None, cpu, mps, cuda, 0, cuda:1; None takes CUDA, else MPS, else the CPU.
        onnx: use the devices of onnxruntime instead of torch.

    Raises:
        BackboneError: the device is not valid, or not available on this machine.
    """
    counts = _onnxruntime_devices() if onnx else _torch_devices()
    if device is None:
        return next(name for name in ("cuda:0", "mps", "cpu") if counts[name.partition(":")[0]])
    kind, _, index = (f"cuda:{device}" if device.isdigit() else device).partition(":")
    if kind not in counts or (index and not index.isdigit()) or (index and kind != "cuda"):
        raise BackboneError(
            f"backbone.device: {device!r} is not a device. Valid: null, cpu, mps, cuda, 0, cuda:1."
        )
    if int(index or 0) >= counts[kind]:
        runtime = "onnxruntime" if onnx else "torch"
        raise BackboneError(
            f"backbone.device: {runtime} has no {device!r} on this machine. Available: "
            f"{', '.join(name for name, count in counts.items() if count)}. Set backbone.device to null."
        )
    return f"cuda:{index or 0}" if kind == "cuda" else kind


@functools.cache
def _torch_devices() -> dict[str, int]:
    # Importing torch takes seconds; a CPU build is recognised by its version.
    if importlib.metadata.version("torch").endswith("+cpu"):
        return {"cpu": 1, "cuda": 0, "mps": 0}
    import torch

    cuda = torch.cuda.device_count() if torch.cuda.is_available() else 0
    return {"cpu": 1, "cuda": cuda, "mps": int(torch.backends.mps.is_available())}


@functools.cache
def _onnxruntime_devices() -> dict[str, int]:
    import onnxruntime

    gpu = "CUDAExecutionProvider" in onnxruntime.get_available_providers()
    # onnxruntime cannot count GPUs; a missing one fails when the network is loaded.
    return {"cpu": 1, "cuda": 64 if gpu else 0, "mps": 0}
