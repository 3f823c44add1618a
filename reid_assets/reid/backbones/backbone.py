"""Which appearance model is used: from a configured name to something that turns crops into vectors.

A named backbone that cannot be loaded is an error, never another model; only `auto` may choose, and
says why. The models themselves, and the runtimes they run on, are in `backbones/`, one a file.
"""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from reid_assets.reid.backbones.backbone_spec import AUTO_ORDER, Source, parse_source
from reid_assets.reid.backbones.execution import make_plan
from reid_assets.reid.backbones.loading import load_network
from reid_assets.reid.backbones.lomo import BUILTIN_LABEL, StripesBackbone
from reid_assets.reid.backbones.onnx_file import load_onnx, read_input, weight_files
from reid_assets.reid.backbones.openclip import check_openclip_name, clean_tag
from reid_assets.reid.backbones.resnet50 import RESNET50_WEIGHTS
from reid_assets.reid.backbones.weights_file import file_digest, require_file
from reid_assets.reid.core.errors import BackboneError
from reid_assets.reid.core.settings import BackboneSettings

_LOG = logging.getLogger(__name__)
_loaded: dict[tuple[str, str, str], "Backbone"] = {}


class Backbone(Protocol):
    """Turns crops into unit vectors.

    Attributes:
        label: model, weights and preprocessing; leaves out runtime and dtype. Two vectors may be
            compared where their labels are equal.
        input_hw: height, width of the crops it wants.
        dim: length of a vector.
        facts: what a person should know: runtime, dtype, device, agreement with float32 (after the
            first batch), warnings.
    """

    label: str
    input_hw: tuple[int, int]
    dim: int
    facts: dict[str, object]

    def prepare(self, crop: np.ndarray) -> np.ndarray:
        """uint8 BGR (h, w, 3) of any size -> uint8 BGR (H, W, 3) of `input_hw`; whole, never cut."""

    def embed(self, images: np.ndarray) -> np.ndarray:
        """uint8 BGR (N, H, W, 3), N may be 0 -> float32 (N, dim), unit rows."""


@dataclass(frozen=True)
class AutoChoice:
    """What `auto` came to.

    Attributes:
        name: the backbone's name, as one would write it in the configuration.
        why_not: for each better one, why it cannot be loaded.
    """

    name: str
    why_not: dict[str, str]


def backbone_label(settings: BackboneSettings) -> str:
    """The label of a named backbone, without loading it.

    Raises:
        BackboneError: the name has no valid form, or its file cannot be.
    """
    source = _named(settings)
    if source.family == "builtin":
        return BUILTIN_LABEL
    if source.family == "onnx":
        return _onnx_label(_existing(source), settings)
    if source.family == "open-clip":
        check_openclip_name(source)
    model = f"open-clip:{source.model}" if source.family == "open-clip" else "resnet50"
    weights = f"sha256:{file_digest(_existing(source))}" if source.file else clean_tag(source.weights)
    label = f"{model}@{weights or RESNET50_WEIGHTS}|squash {settings.image_size}x{settings.image_size}"
    return label + (_scale_text(settings) if source.file else "")


def load_backbone(
    settings: BackboneSettings, cache_dir: Path | None = None, *, expected_crops: int | None = None
) -> Backbone:
    """Load a named backbone; once per process and configuration.

    Args:
        settings: `name` must not be "auto"; see `choose_auto`.
        cache_dir: where compiled networks are kept between runs; None keeps nothing.
        expected_crops: about how many crops will be embedded; few do not repay a compilation.

    Raises:
        BackboneError: it cannot be loaded; the message names the next step.
    """
    label = backbone_label(settings)
    key = (label, settings.model_dump_json(), str(cache_dir))
    if key not in _loaded:
        _loaded[key] = _load(label, settings, cache_dir, expected_crops)
        _LOG.info("backbone %s: %s", label, _loaded[key].facts)
    return _loaded[key]


def choose_auto(
    settings: BackboneSettings, cache_dir: Path | None = None, *, expected_crops: int | None = None
) -> AutoChoice:
    """The best backbone that really loads: OpenCLIP, then ResNet50, then the built-in descriptor.

    The choice is loaded, so that `load_backbone` with its name costs nothing more.

    Raises:
        ValueError: the settings name a backbone; nothing is to be chosen.
        BackboneError: device, runtime and number type do not go together, or are not to be had here;
            a slip in those must not look like missing weights.
    """
    if settings.name != "auto":
        raise ValueError(f"backbone.name is {settings.name!r}, not 'auto'")
    make_plan(settings, from_onnx=False, compiled=False, crops=expected_crops)
    why_not: dict[str, str] = {}
    for name in AUTO_ORDER[:-1]:
        try:
            load_backbone(
                settings.model_copy(update={"name": name}), cache_dir, expected_crops=expected_crops
            )
        except BackboneError as error:
            why_not[name] = str(error)
            _LOG.warning("backbone auto: not %s: %s", name, error)
        else:
            return AutoChoice(name, why_not)
    load_backbone(settings.model_copy(update={"name": AUTO_ORDER[-1]}), cache_dir)
    return AutoChoice(AUTO_ORDER[-1], why_not)


def _load(label: str, settings: BackboneSettings, cache_dir: Path | None, crops: int | None) -> Backbone:
    source = _named(settings)
    if source.family == "builtin":
        return StripesBackbone()
    return load_network(label, source, settings, cache_dir, crops)


def _scale_text(settings: BackboneSettings) -> str:
    """What the settings add to a local checkpoint's usual scaling; nothing where they are silent."""
    parts = [f"{name} {values}" for name in ("mean", "std") if (values := getattr(settings, name))]
    return "".join(f"|{part}" for part in parts)


def _named(settings: BackboneSettings) -> Source:
    if settings.name == "auto":
        raise BackboneError(
            "backbone.name: 'auto' is no backbone yet; choose_auto() decides which one, once per root."
        )
    return parse_source(settings.name)


def _existing(source: Source) -> Path:
    return require_file(Path(source.weights).expanduser(), "weights file")


def _onnx_label(file: Path, settings: BackboneSettings) -> str:
    model = load_onnx(file, with_weights=False)
    spec = read_input(model, settings, file)
    beside = [file_digest(require_file(path, "weights file")) for path in weight_files(model, file)]
    digest = "+".join([file_digest(file), *beside])
    scale = spec.scale.text() if spec.scale else f"{'rgb' if spec.rgb else 'bgr'} bytes"
    return f"onnx@sha256:{digest}|squash {spec.hw[0]}x{spec.hw[1]}|{scale}"
