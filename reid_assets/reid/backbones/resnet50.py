"""ResNet50 as a backbone: torchvision's architecture without its classifier.

Weights come from torchvision (cached by torch.hub) or from a local state dict. He et al., "Deep
residual learning for image recognition", CVPR 2016; the vector is the global average pool, 2,048.
"""

import pickle
import urllib.error
from pathlib import Path
from typing import TYPE_CHECKING

from reid_assets.reid.backbones.reachability import lately_unreachable
from reid_assets.reid.backbones.state_dict import first_line, read_state_dict
from reid_assets.reid.backbones.torchvision_schemas import make_torchvision_importable
from reid_assets.reid.core.errors import BackboneError

if TYPE_CHECKING:
    import torch

# Named, not "default": the label must mean the same weights for ever.
RESNET50_WEIGHTS = "IMAGENET1K_V2"


def resnet50_module(file: Path | None) -> "torch.nn.Module":
    """The network: normalised float32 (N, 3, H, W) -> float32 (N, 2048).

    Args:
        file: a state dict (`.pt`, `.pth`, `.safetensors`), with or without classifier; None: torchvision's
            weights from the local cache or the network.

    Raises:
        BackboneError: the weights cannot be fetched, or the file is not a ResNet50.
    """
    import torch

    make_torchvision_importable()
    from torchvision.models import resnet50

    state = read_state_dict(file) if file else _torchvision_state()
    module = resnet50(weights=None)
    module.fc = torch.nn.Identity()
    try:
        module.load_state_dict({key: value for key, value in state.items() if not key.startswith("fc.")})
    except (RuntimeError, AttributeError) as error:
        raise BackboneError(
            f"{file}: not a ResNet50 state dict ({' '.join(str(error).split())[:200]}). Save torchvision's "
            "resnet50().state_dict()."
        ) from error
    return module


def _torchvision_state() -> dict[str, "torch.Tensor"]:
    import torch
    from torchvision.models import ResNet50_Weights

    weights = ResNet50_Weights[RESNET50_WEIGHTS]
    cached = Path(torch.hub.get_dir()) / "checkpoints" / weights.url.rpartition("/")[2]
    if not cached.is_file():
        reason = lately_unreachable(weights.url)
        if reason:
            raise BackboneError(_offline(cached, reason))
    try:
        return dict(weights.get_state_dict(progress=False, check_hash=True))
    except (urllib.error.URLError, OSError, RuntimeError, pickle.UnpicklingError) as error:
        raise BackboneError(_offline(cached, first_line(error))) from error


def _offline(cached: Path, reason: str) -> str:
    return (
        f"resnet50: its weights ({RESNET50_WEIGHTS}) are not in {cached.parent} and cannot be fetched "
        f"({reason}). Copy {cached.name} from a machine with network into that folder, or name a local file: "
        "backbone.name: resnet50@<file>. Or use backbone.name: builtin."
    )
