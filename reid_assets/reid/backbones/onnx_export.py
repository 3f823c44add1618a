"""Following a torch module through one pass, so that another runtime can repeat it for any batch.

What OpenVINO makes of it is `openvino_network.py`.
"""

import contextlib
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


def torch_to_onnx(module: "torch.nn.Module", hw: tuple[int, int]) -> bytes:
    """An ONNX network "images" float32 (N, 3, H, W) -> "vectors" float32 (N, dim), for any N."""
    import torch

    with tempfile.TemporaryDirectory() as folder, torch.no_grad(), traceable_attention():
        file = Path(folder) / "network.onnx"
        torch.onnx.export(
            module,
            (example_input(hw),),
            file,
            # The newer exporter needs a further package and bakes in more batch sizes.
            dynamo=False,
            input_names=["images"],
            output_names=["vectors"],
            dynamic_axes={"images": {0: "batch"}, "vectors": {0: "batch"}},
            opset_version=17,
        )
        return file.read_bytes()


@contextlib.contextmanager
def traceable_attention() -> Iterator[None]:
    """Attention in single steps: its fused kernel bakes the batch size into a trace."""
    import torch

    fast = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        with warnings.catch_warnings():
            # That a trace might not hold for other inputs is proven or refuted afterwards (`twins.py`).
            warnings.simplefilter("ignore")
            yield
    finally:
        torch.backends.mha.set_fastpath_enabled(fast)


def example_input(hw: tuple[int, int]) -> "torch.Tensor":
    """Two noise pictures, float32 (2, 3, H, W); a batch of one would be baked in as a constant."""
    import torch

    return torch.randn((2, 3, *hw), generator=torch.Generator().manual_seed(0))
