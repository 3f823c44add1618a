"""The network of the benchmark, with random weights: as a checkpoint, and as plain code would run it."""

from collections.abc import Callable
from pathlib import Path


def checkpoint(folder: Path) -> Path:
    """A random ViT-B-32 as a checkpoint file."""
    import torch

    from reid_assets.reid.backbones.torchvision_schemas import make_torchvision_importable

    make_torchvision_importable()
    import open_clip

    torch.manual_seed(0)
    path = folder / "vit_b_32.pt"
    torch.save(open_clip.create_model("ViT-B-32", pretrained=None).state_dict(), path)
    return path


def plain_network(path: Path) -> Callable[[], object]:
    """Loads the image tower as the plain implementation does, once a video."""

    def load() -> object:
        import open_clip
        import torch

        model = open_clip.create_model("ViT-B-32", pretrained=None)
        model.load_state_dict(torch.load(path, weights_only=True))
        return model.eval().encode_image

    return load
