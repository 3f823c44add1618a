"""Runner for torch modules on the CPU, CUDA or MPS.

Pixels are normalised on the device, so that only bytes are transferred, a quarter of the volume of floats.
The modules are built in `openclip.py` and `resnet50.py`.
"""

import copy
from typing import TYPE_CHECKING

import numpy as np

from reid_assets.reid.backbones.execution import NumberType
from reid_assets.reid.backbones.preprocessing import PixelNormalization

if TYPE_CHECKING:
    import torch


class TorchRunner:
    """An `InferenceRunner` over a torch module; see `network.py`.

    For another number type or device the module is copied; the original stays on the CPU in float32, so
    that a second runner can be made from it.
    """

    def __init__(
        self,
        module: "torch.nn.Module",
        hw: tuple[int, int],
        normalization: PixelNormalization,
        device: str,
        dtype: NumberType,
    ) -> None:
        """Move a module to its device.

        Args:
            module: normalised float (N, 3, H, W) -> float (N, dim).
            hw: height and width of the input, pixels.
            normalization: of the pixel values.
            device: `cpu`, `mps` or `cuda:<n>`.
            dtype: number type of the computation.
        """
        import torch

        self._torch = torch
        self._device = torch.device(device)
        self._dtype: torch.dtype = getattr(torch, dtype)
        own = module if (device, dtype) == ("cpu", "float32") else copy.deepcopy(module)
        own = own.to(self._device, self._dtype)
        # Faster for convolutions in every number type, and no slower for attention.
        self._module = own.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._mean = torch.from_numpy(normalization.byte_mean()).reshape(1, 3, 1, 1).to(self._device)
        self._std = torch.from_numpy(normalization.byte_std()).reshape(1, 3, 1, 1).to(self._device)
        self._rgb = normalization.rgb
        self._pinned: torch.Tensor | None = None
        self.facts: dict[str, object] = {"runtime": "torch", "dtype": dtype, "device": device}
        self.dim = int(self.run(np.zeros((1, *hw, 3), dtype=np.uint8)).shape[1])

    def run(self, images: np.ndarray) -> np.ndarray:
        """See `InferenceRunner.run`."""
        torch = self._torch
        try:
            with torch.inference_mode():
                batch = self._to_device(torch.from_numpy(np.ascontiguousarray(images))).permute(0, 3, 1, 2)
                if self._rgb:
                    batch = batch.flip(1)
                normalized = (batch.float() - self._mean) / self._std
                rows = self._module(normalized.to(self._dtype, memory_format=torch.channels_last))
                return rows.reshape(len(images), -1).float().cpu().numpy()
        except RuntimeError as error:
            if not _is_out_of_memory(error):
                raise
        # Outside the handler, because its traceback keeps the tensors that are to be freed.
        if self._device.type == "cuda":
            torch.cuda.empty_cache()
        raise MemoryError(f"{len(images)} crops do not fit into the memory of {self._device}")

    def _to_device(self, batch: "torch.Tensor") -> "torch.Tensor":
        if self._device.type != "cuda":
            return batch.to(self._device)
        if self._pinned is None or self._pinned.shape[0] < len(batch):
            self._pinned = self._torch.empty_like(batch, pin_memory=True)
        pinned = self._pinned[: len(batch)]
        pinned.copy_(batch)
        return pinned.to(self._device, non_blocking=True)


def _is_out_of_memory(error: RuntimeError) -> bool:
    """CUDA raises its own type; MPS and the CPU can only be recognised by their messages."""
    import torch

    messages = ("out of memory", "can't allocate memory", "not enough memory")
    return isinstance(error, torch.OutOfMemoryError) or any(text in str(error).lower() for text in messages)
