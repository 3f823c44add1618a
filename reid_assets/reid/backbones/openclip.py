"""OpenCLIP image towers as backbones.

Any model that the installed open_clip knows, with a pretrained tag or a local checkpoint. Without
either, open_clip silently uses random weights; here that is an error. Radford et al., "Learning
transferable visual models from natural language supervision", ICML 2021 (section 2.4).
"""

import importlib.util
import json
import pickle
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reid_assets.reid.backbones.backbone_spec import BackboneSpec
from reid_assets.reid.backbones.openclip_weights import fetch_weights
from reid_assets.reid.backbones.preprocessing import PixelNormalization, file_normalization
from reid_assets.reid.backbones.torchvision_schemas import make_torchvision_importable
from reid_assets.reid.backbones.weights_download import WeightsUnavailableError
from reid_assets.reid.core.errors import BackboneError
from reid_assets.reid.core.settings import BackboneSettings

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class ImageTower:
    """A loaded image tower.

    Attributes:
        module: normalised float32 (N, 3, size, size) -> float32 (N, dim).
        normalization: the pixel normalization it was trained with.
    """

    module: "torch.nn.Module"
    normalization: PixelNormalization


def check_openclip_name(spec: BackboneSpec) -> None:
    """Check that open_clip knows the model and its tag.

    Reads open_clip's own files without importing it, which takes seconds; only an error message needs
    the import.

    Raises:
        BackboneError: unknown model or tag, no weights named, or open_clip is not installed.
    """
    folder = _package_folder()
    models = sorted(path.stem for path in (folder / "model_configs").glob("*.json"))
    if spec.model not in models:
        raise BackboneError(_unknown_model(spec.model, models))
    if not spec.weights:
        raise BackboneError(
            f"backbone.name: open-clip:{spec.model} names no weights, and without them its vectors would "
            f"be random. Add one of its tags, {_tags(spec.model)}, or a checkpoint file, after an @."
        )
    if spec.file:
        return
    declared = (folder / "pretrained.py").read_text(encoding="utf-8")
    if not re.search(rf"\b{re.escape(normalize_tag(spec.weights))}\s*=\s*_", declared):
        raise BackboneError(_unknown_tag(spec))


def native_image_size(model: str) -> int:
    """Side in pixels of the square images that a model was trained on."""
    config = json.loads((_package_folder() / "model_configs" / f"{model}.json").read_text(encoding="utf-8"))
    size = config["vision_cfg"].get("image_size", 224)
    return int(size if isinstance(size, int) else size[0])


def normalize_tag(tag: str) -> str:
    """A pretrained tag in the form that open_clip compares."""
    return tag.lower().replace("-", "_")


def openclip_tower(spec: BackboneSpec, settings: BackboneSettings) -> ImageTower:
    """Load the image tower of a model with its weights.

    Raises:
        BackboneError: the weights cannot be fetched or are not a checkpoint of this model, or the model
            does not support `settings.image_size`.
    """
    model, config = load_model(spec, settings.image_size)
    normalization = _normalization(config)
    if spec.file:
        normalization = file_normalization(settings, _default_normalization(spec.model))
    return ImageTower(_image_only(model), normalization)


def load_model(spec: BackboneSpec, image_size: int) -> tuple[Any, dict[str, Any]]:
    """A model of open_clip with its weights, both towers, and what open_clip knows of those weights.

    Raises:
        BackboneError: as of `openclip_tower`.
    """
    make_torchvision_importable()
    import open_clip

    config = {} if spec.file else dict(open_clip.get_pretrained_cfg(spec.model, spec.weights))
    if not config and not spec.file:
        raise BackboneError(_unknown_tag(spec))
    try:
        checkpoint = spec.file or fetch_weights(config)
    except WeightsUnavailableError as error:
        raise BackboneError(
            f"open-clip:{spec.model}@{spec.weights}: its weights are not in the local cache and cannot "
            f"be fetched ({error}). Download {error.url} on a machine with network and name the file: "
            f"backbone.name: open-clip:{spec.model}@<file>. Or use backbone.name: builtin."
        ) from error
    native = native_image_size(spec.model)
    try:
        model = open_clip.create_model(
            spec.model,
            pretrained=str(checkpoint),
            force_quick_gelu=bool(config.get("quick_gelu", False)),
            force_image_size=image_size if image_size != native else None,
            pretrained_text=False,
        )
    except (RuntimeError, ValueError, KeyError, OSError, EOFError, AttributeError, AssertionError, TypeError,
            StopIteration, pickle.UnpicklingError) as error:  # fmt: skip
        raise BackboneError(_not_a_checkpoint(checkpoint, spec.model, image_size, native, error)) from error
    return model, config


# Of OpenAI's data set; open_clip's own default for tags that state none (open_clip/constants.py).
_MEAN = (0.48145466, 0.4578275, 0.40821073)
_STD = (0.26862954, 0.26130258, 0.27577711)


def _normalization(config: dict[str, Any]) -> PixelNormalization:
    return PixelNormalization(True, tuple(config.get("mean", _MEAN)), tuple(config.get("std", _STD)))


def _default_normalization(model: str) -> PixelNormalization:
    """The normalization of a model's published weights if all agree (SigLIP's differs), else OpenAI's."""
    import open_clip

    tags = open_clip.list_pretrained_tags_by_model(model)
    published = {_normalization(open_clip.get_pretrained_cfg(model, tag)) for tag in tags}
    return published.pop() if len(published) == 1 else _normalization({})


def _image_only(model: "torch.nn.Module") -> "torch.nn.Module":
    """The image tower alone, which frees the memory of the text tower."""
    import torch

    class Tower(torch.nn.Module):
        def __init__(self, visual: Any) -> None:
            super().__init__()
            self.visual = visual

        def forward(self, images: torch.Tensor) -> torch.Tensor:
            features = self.visual(images)
            # CoCa's tower returns its tokens too.
            return features[0] if isinstance(features, tuple) else features

    return Tower(model.visual)


def _not_a_checkpoint(file: Path, model: str, size: int, native: int, error: BaseException) -> str:
    line = (str(error).strip().splitlines() or [type(error).__name__])[0]
    resized = f" at image_size {size} (trained at {native}: try that)" if size != native else ""
    return (
        f"{file}: not a checkpoint of open-clip:{model}{resized} ({line}). Name the model it was saved from."
    )


def _package_folder() -> Path:
    spec = importlib.util.find_spec("open_clip")
    if spec is None or spec.origin is None:
        raise BackboneError(
            "backbone.name: open-clip needs the package open-clip-torch. Install it with pip."
        )
    return Path(spec.origin).parent


def _unknown_model(model: str, models: list[str]) -> str:
    import difflib

    by_lower = {name.lower(): name for name in models}
    close = difflib.get_close_matches(model.lower(), by_lower, n=3, cutoff=0.4)
    hint = ", ".join(by_lower[name] for name in close) or "ViT-B-32"
    return f"backbone.name: open_clip has no model {model!r}. Nearest: {hint}."


def _unknown_tag(spec: BackboneSpec) -> str:
    return (
        f"backbone.name: open-clip:{spec.model} has no pretrained tag {spec.weights!r}, and there is no "
        f"such file. Its tags: {_tags(spec.model)}."
    )


def _tags(model: str) -> str:
    make_torchvision_importable()
    import open_clip

    return ", ".join(open_clip.list_pretrained_tags_by_model(model)) or "(it has none)"
