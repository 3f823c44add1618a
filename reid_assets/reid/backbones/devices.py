"""Which device a configured one means, and whether it is there.

A device that is named and missing is an error: a job that was meant for a GPU must not crawl on a
processor unnoticed. What runs on it is `plan.py`.
"""

import functools
import importlib.metadata

from reid_assets.reid.core.errors import BackboneError


def resolve_device(device: str | None, *, onnx: bool = False) -> str:
    """`cpu`, `mps` or `cuda:<n>` for a configured device; None takes CUDA, then MPS, then the processor.

    Args:
        device: `backbone.device`: null, cpu, mps, cuda, 0, cuda:1.
        onnx: ask for what onnxruntime sees instead of torch.

    Raises:
        BackboneError: no such device, or not on this machine.
    """
    counts = _onnxruntime_devices() if onnx else _torch_devices()
    if device is None:
        return next(name for name in ("cuda:0", "mps", "cpu") if counts[name.partition(":")[0]])
    wanted = f"cuda:{device}" if device.isdigit() else device
    kind, _, index = wanted.partition(":")
    if kind not in counts or (index and not index.isdigit()) or (index and kind != "cuda"):
        raise BackboneError(
            f"backbone.device: {device!r} is no device. Valid: null, cpu, mps, cuda, 0, cuda:1."
        )
    if int(index or 0) >= counts[kind]:
        runtime = "onnxruntime" if onnx else "torch"
        raise BackboneError(
            f"backbone.device: {device!r} is not there for {runtime} on this machine "
            f"({', '.join(name for name, count in counts.items() if count)} is). Set backbone.device to null."
        )
    return f"cuda:{index or 0}" if kind == "cuda" else kind


@functools.cache
def _torch_devices() -> dict[str, int]:
    # Importing torch takes seconds; its CPU build says in its version that there is nothing to ask for.
    if importlib.metadata.version("torch").endswith("+cpu"):
        return {"cpu": 1, "cuda": 0, "mps": 0}
    import torch

    cuda = torch.cuda.device_count() if torch.cuda.is_available() else 0
    return {"cpu": 1, "cuda": cuda, "mps": int(torch.backends.mps.is_available())}


@functools.cache
def _onnxruntime_devices() -> dict[str, int]:
    import onnxruntime

    gpu = "CUDAExecutionProvider" in onnxruntime.get_available_providers()
    # onnxruntime does not count GPUs; one that is not there fails when the network is loaded.
    return {"cpu": 1, "cuda": 64 if gpu else 0, "mps": 0}
