"""Networks of a few thousand weights and pictures to show them, for the tests of this folder."""

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from reid_assets.reid.backbones.preprocessing import PixelNormalization
from reid_assets.reid.backbones.synthetic_crops import synthetic_crops
from reid_assets.reid.backbones.torchvision_schemas import make_torchvision_importable

# A real re-identification network; not part of the repository.
OSNET = Path(__file__).parents[3] / "shared" / "models" / "osnet_x0_25_msmt17.onnx"
HW = (32, 16)
SCALE = PixelNormalization(rgb=True, mean=(0.2, 0.4, 0.6), std=(0.3, 0.25, 0.2))


def crops(count: int, hw: tuple[int, int] = HW) -> np.ndarray:
    """Different people, uint8 BGR (count, H, W, 3)."""
    return synthetic_crops(count, hw)


class SmallNetwork(torch.nn.Module):
    """A patch embedding, one attention block and a projection: a ViT in small."""

    def __init__(self, dim: int = 24) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.patches = torch.nn.Conv2d(3, 16, 8, stride=8)
        self.attention = torch.nn.MultiheadAttention(16, 2, batch_first=True)
        self.project = torch.nn.Linear(16, dim)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        tokens = self.patches(images).flatten(2).transpose(1, 2)
        attended = tokens + self.attention(tokens, tokens, tokens, need_weights=False)[0]
        return self.project(attended.mean(dim=1))


def write_onnx(
    path: Path,
    *,
    batch: int | str = "n",
    hw: tuple[int | str, int | str] = HW,
    channels_last: bool = False,
    kind: int = TensorProto.FLOAT,
    reshape_to: list[int] | None = None,
    metadata: dict[str, str] | None = None,
) -> Path:
    """Save a network that gives the mean of each channel, three numbers a crop.

    `reshape_to` adds a Reshape with that constant target before the end, as exporters do.
    """
    shape = [batch, *hw, 3] if channels_last else [batch, 3, *hw]
    axes = numpy_helper.from_array(np.array([1, 2] if channels_last else [2, 3]), "axes")
    nodes = [
        helper.make_node("Cast", ["images"], ["numbers"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["numbers", "axes"], ["means"], keepdims=0),
    ]
    constants = [axes]
    if reshape_to is not None:
        constants.append(numpy_helper.from_array(np.array(reshape_to), "target"))
        nodes.append(helper.make_node("Reshape", ["means", "target"], ["vectors"]))
    else:
        nodes.append(helper.make_node("Identity", ["means"], ["vectors"]))
    graph = helper.make_graph(
        nodes,
        "means",
        [helper.make_tensor_value_info("images", kind, shape)],
        [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, [batch, 3])],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    helper.set_model_props(model, metadata or {})
    onnx.save(model, path)
    return path


def save_reid_checkpoint(path: Path, architecture: str) -> torch.nn.Module:
    """A training checkpoint of random weights, wrapped as torchreid saves it, with classifier."""
    make_torchvision_importable()
    from reid.architectures import build_architecture

    torch.manual_seed(0)
    module = build_architecture(architecture, num_classes=11).eval()
    state = {f"module.{key}": value for key, value in module.state_dict().items()}
    torch.save({"state_dict": state, "epoch": 150, "rank1": np.float64(0.9)}, path)
    return module
