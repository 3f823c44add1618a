"""Running a torch module on a processor, CUDA or MPS.

Scaling of pixels happens inside, on the device: bytes travel, a quarter of the volume of floats.
Which module it is does not matter here; OpenCLIP and ResNet50 are built in their own files.
"""

from typing import TYPE_CHECKING, Literal

import numpy as np

from reid_assets.reid.backbones.squash import PixelScale

if TYPE_CHECKING:
    import torch

FloatType = Literal["float32", "bfloat16", "float16"]


class TorchRunner:
    """A `Runner` over a torch module that takes scaled (N, 3, H, W) and gives (N, dim)."""

    def __init__(
        self,
        module: "torch.nn.Module",
        input_hw: tuple[int, int],
        scale: PixelScale,
        device: str,
        dtype: FloatType,
    ) -> None:
        import torch

        self._torch = torch
        self._device = torch.device(device)
        self._dtype = getattr(torch, dtype)
        # Channels last is what convolutions in bfloat16 want, and costs the others nothing.
        self._module = module.eval().to(self._device, self._dtype).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        shape = (1, 3, 1, 1)
        self._mean = torch.from_numpy(scale.byte_mean()).reshape(shape).to(self._device)
        self._std = torch.from_numpy(scale.byte_std()).reshape(shape).to(self._device)
        self._rgb = scale.rgb
        self.facts: dict[str, object] = {"runtime": "torch", "dtype": dtype, "device": device}
        self.dim = int(self.run(np.zeros((1, *input_hw, 3), dtype=np.uint8)).shape[1])

    def run(self, images: np.ndarray) -> np.ndarray:
        """See `Runner.run`."""
        torch = self._torch
        batch = torch.from_numpy(np.ascontiguousarray(images))
        try:
            with torch.inference_mode():
                if self._device.type == "cuda":
                    batch = batch.pin_memory()
                batch = batch.to(self._device, non_blocking=True).permute(0, 3, 1, 2)
                if self._rgb:
                    batch = batch.flip(1)
                scaled = ((batch.float() - self._mean) / self._std).to(
                    self._dtype, memory_format=torch.channels_last
                )
                return self._module(scaled).float().cpu().numpy()
        except torch.OutOfMemoryError as error:
            if self._device.type == "cuda":
                torch.cuda.empty_cache()
            raise MemoryError(str(error)) from error


def resolve_device(device: str | None) -> str:
    """The torch device for a configured one; None takes CUDA, then MPS, then the processor.

    Raises:
        BackboneError: the device named is not there.
    """
    import torch

    from reid_assets.reid.errors import BackboneError

    if device is None:
        if torch.cuda.is_available():
            return "cuda:0"
        return "mps" if torch.backends.mps.is_available() else "cpu"
    wanted = f"cuda:{device}" if device.isdigit() else device
    kind, _, index = wanted.partition(":")
    count = {
        "cpu": 1,
        "mps": int(torch.backends.mps.is_available()),
        "cuda": torch.cuda.device_count() if torch.cuda.is_available() else 0,
    }.get(kind)
    if count is None or (index and not index.isdigit()):
        raise BackboneError(
            f"backbone.device: {device!r} is no device. Valid: null, cpu, mps, cuda, 0, cuda:1."
        )
    if int(index or 0) >= count:
        raise BackboneError(
            f"backbone.device: {device!r} is not available to torch on this machine. Set backbone.device "
            "to null (the best there is) or to cpu."
        )
    return f"cuda:{index or 0}" if kind == "cuda" else kind
