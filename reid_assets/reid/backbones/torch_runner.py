"""Running a torch module on a processor, CUDA or MPS.

Scaling of pixels happens inside, on the device: bytes travel, a quarter of the volume of floats.
Which module it is does not matter here; OpenCLIP and ResNet50 are built in their own files.
"""

import copy
from typing import TYPE_CHECKING

import numpy as np

from reid_assets.reid.backbones.execution import NumberType
from reid_assets.reid.backbones.preprocessing import PixelScale

if TYPE_CHECKING:
    import torch


class TorchRunner:
    """A `Runner` over a torch module that takes scaled (N, 3, H, W) and gives (N, dim).

    The module itself stays on the processor in float32 where another number type or device is
    wanted, so that a second runner can be made from it.
    """

    def __init__(
        self,
        module: "torch.nn.Module",
        hw: tuple[int, int],
        scale: PixelScale,
        device: str,
        dtype: NumberType,
    ) -> None:
        import torch

        self._torch = torch
        self._device = torch.device(device)
        self._dtype: torch.dtype = getattr(torch, dtype)
        own = module if (device, dtype) == ("cpu", "float32") else copy.deepcopy(module)
        own = own.to(self._device, self._dtype)
        # What convolutions want in every number type; attention does not mind.
        self._module = own.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._mean = torch.from_numpy(scale.byte_mean()).reshape(1, 3, 1, 1).to(self._device)
        self._std = torch.from_numpy(scale.byte_std()).reshape(1, 3, 1, 1).to(self._device)
        self._rgb = scale.rgb
        self._pinned: torch.Tensor | None = None
        self.facts: dict[str, object] = {"runtime": "torch", "dtype": dtype, "device": device}
        self.dim = int(self.run(np.zeros((1, *hw, 3), dtype=np.uint8)).shape[1])

    def run(self, images: np.ndarray) -> np.ndarray:
        """See `Runner.run`."""
        torch = self._torch
        try:
            with torch.inference_mode():
                batch = self._sent(torch.from_numpy(np.ascontiguousarray(images))).permute(0, 3, 1, 2)
                if self._rgb:
                    batch = batch.flip(1)
                scaled = (batch.float() - self._mean) / self._std
                rows = self._module(scaled.to(self._dtype, memory_format=torch.channels_last))
                return rows.reshape(len(images), -1).float().cpu().numpy()
        except RuntimeError as error:
            if not _is_out_of_memory(error):
                raise
        # Outside the handler: the traceback held the tensors that are to be freed.
        if self._device.type == "cuda":
            torch.cuda.empty_cache()
        raise MemoryError(f"{len(images)} crops do not fit into the memory of {self._device}")

    def _sent(self, batch: "torch.Tensor") -> "torch.Tensor":
        if self._device.type != "cuda":
            return batch.to(self._device)
        if self._pinned is None or self._pinned.shape[0] < len(batch):
            self._pinned = self._torch.empty_like(batch, pin_memory=True)
        pinned = self._pinned[: len(batch)]
        pinned.copy_(batch)
        return pinned.to(self._device, non_blocking=True)


def _is_out_of_memory(error: RuntimeError) -> bool:
    """CUDA has a type for it; MPS and the processor say it in words."""
    import torch

    words = ("out of memory", "can't allocate memory", "not enough memory")
    return isinstance(error, torch.OutOfMemoryError) or any(word in str(error).lower() for word in words)
