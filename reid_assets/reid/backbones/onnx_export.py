"""Export of torch modules to ONNX, and tracing that holds for any batch size.

`openvino_network.py` converts traced modules to OpenVINO.
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
    """Export a module as an ONNX network with a dynamic batch.

    Args:
        module: normalised float32 (N, 3, H, W) -> float32 (N, dim).
        hw: height and width of the input, pixels.

    Returns:
        The serialised network: "images" float32 (N, 3, H, W) -> "vectors" float32 (N, dim).
    """
    import torch

    with tempfile.TemporaryDirectory() as folder, torch.no_grad(), traceable_attention():
        file = Path(folder) / "network.onnx"
        torch.onnx.export(
            module,
            (example_input(hw),),
            file,
            # The newer exporter needs another package and hard-codes more batch sizes.
            dynamo=False,
            input_names=["images"],
            output_names=["vectors"],
            dynamic_axes={"images": {0: "batch"}, "vectors": {0: "batch"}},
            opset_version=17,
        )
        return file.read_bytes()


@contextlib.contextmanager
def traceable_attention() -> Iterator[None]:
    """Disable fused attention, whose kernel hard-codes the batch size in a trace."""
    import torch

    fast = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        with warnings.catch_warnings():
            # The warning that a trace may not hold for other inputs is settled by `equivalence.py`.
            warnings.simplefilter("ignore")
            yield
    finally:
        torch.backends.mha.set_fastpath_enabled(fast)


def example_input(hw: tuple[int, int]) -> "torch.Tensor":
    """Two noise images, float32 (2, 3, H, W); a batch of one would be hard-coded as a constant."""
    import torch

    return torch.randn((2, 3, *hw), generator=torch.Generator().manual_seed(0))
