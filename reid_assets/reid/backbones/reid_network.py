"""Person re-identification networks of the package `reid` (Roboflow, Apache-2.0): OSNet and FastReID.

`reid:<alias>` is one of its published networks, `reid:<weights>@<architecture>` other weights in one of its
architectures (OSNet: Zhou et al. 2019, Omni-scale feature learning for person re-identification).
"""

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

from reid_assets.reid.backbones.backbone_spec import BackboneSpec
from reid_assets.reid.backbones.preprocessing import PixelNormalization
from reid_assets.reid.backbones.state_dict import first_line, read_state_dict
from reid_assets.reid.backbones.torchvision_schemas import make_torchvision_importable
from reid_assets.reid.backbones.weights_download import (
    WeightsUnavailableError,
    explain,
    fetch_hub_file,
    fetch_url,
)
from reid_assets.reid.backbones.weights_file import require_file
from reid_assets.reid.core.errors import BackboneError

if TYPE_CHECKING:
    import torch

_HEAD = "classifier"
_COUNTER = "num_batches_tracked"  # of batch normalization; old checkpoints have none, inference uses none


def check_reid_name(spec: BackboneSpec) -> None:
    """Check the alias, or the architecture; no weights are read.

    Raises:
        BackboneError: the package has no such alias or architecture.
    """
    make_torchvision_importable()
    from reid.architectures import list_architectures
    from reid.catalog import list_aliases

    name, known, what = (
        (spec.model, list_architectures(), "architecture")
        if spec.weights
        else (spec.model, list_aliases(), "alias")
    )
    if name not in known:
        longer = [one for one in known if name and one.startswith(name)]
        close = longer or difflib.get_close_matches(name, known, n=1, cutoff=0.4) or known
        raise BackboneError(
            f"backbone.name: reid has no {what} {name!r}. Nearest: {close[0]}. Known: {', '.join(known)}. "
            "Weights of your own: reid:<file>@<architecture>."
        )


def weights_source(spec: BackboneSpec) -> str:
    """Where the weights are: a path, or `hf://`, `gd://`, `https://`."""
    check_reid_name(spec)
    from reid.catalog import ALIASES

    return spec.weights or str(ALIASES[spec.model].weights)


def reid_weights(spec: BackboneSpec) -> Path:
    """The weights file on this machine, fetched if it is not.

    Raises:
        BackboneError: there is no such file, or it cannot be fetched.
    """
    source = weights_source(spec)
    name = f"reid:{spec.weights}@{spec.model}" if spec.weights else f"reid:{spec.model}"
    scheme, separator, rest = source.partition("://")
    if not separator:
        return require_file(Path(source).expanduser(), "weights file")
    try:
        if scheme != "hf":
            return fetch_url(source)
        owner, repository, file = rest.split("/", 2)
        repository, _, revision = repository.partition("@")
        return fetch_hub_file(f"{owner}/{repository}", file, revision or None)
    except WeightsUnavailableError as error:
        file = source.rpartition("/")[2]
        raise explain(name, file, error, f"reid:<that file>@{architecture(spec)}") from error


def architecture(spec: BackboneSpec) -> str:
    """The architecture of the network."""
    check_reid_name(spec)
    from reid.catalog import ALIASES

    return spec.model if spec.weights else ALIASES[spec.model].architecture


def reid_input(spec: BackboneSpec) -> tuple[tuple[int, int], PixelNormalization]:
    """Height and width of the crops the network was trained on, and their normalization."""
    name = architecture(spec)
    from reid.architectures import default_preprocessing_for_architecture

    of = default_preprocessing_for_architecture(name)
    height, width = of.input_size
    normalization = PixelNormalization(rgb=True, mean=of.mean, std=of.std)
    return (int(height), int(width)), normalization


def reid_module(spec: BackboneSpec) -> "torch.nn.Module":
    """The network: normalised float32 (N, 3, H, W) -> float32 (N, dim).

    Raises:
        BackboneError: the weights cannot be had, or are not of this architecture.
    """
    name, file = architecture(spec), reid_weights(spec)
    from reid.architectures import build_architecture, checkpoint_remap_for_architecture

    module, state = build_architecture(name), read_state_dict(file)
    remap = checkpoint_remap_for_architecture(name)
    try:
        state = remap(state) if remap else state
        state = {key: value for key, value in state.items() if not key.startswith(_HEAD)}
        missing = module.load_state_dict(state, strict=False).missing_keys
    except (RuntimeError, KeyError, AttributeError) as error:
        raise BackboneError(_not_of(file, name, first_line(error))) from error
    missing = [key for key in missing if not key.endswith(_COUNTER) and not key.startswith(_HEAD)]
    if missing:
        raise BackboneError(_not_of(file, name, f"without {', '.join(missing[:3])}"))
    return module


def _not_of(file: Path, name: str, why: str) -> str:
    return f"{file}: not weights of {name} ({why[:200]}). Name the architecture they were trained in."
