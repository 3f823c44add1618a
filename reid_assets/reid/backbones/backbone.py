"""Backbones: from a configured name to an appearance model that turns crops into vectors.

A named backbone that cannot be loaded is an error and is never replaced by another model; only `auto`
may choose, and records why. Models and runtimes are in the other files of this package, one per file.
"""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from reid_assets.reid.backbones.backbone_spec import (
    AUTO_ORDER,
    AUTO_PERSONS,
    BackboneSpec,
    parse_backbone_spec,
)
from reid_assets.reid.backbones.execution import make_execution_plan
from reid_assets.reid.backbones.loading import load_network, onnx_weights
from reid_assets.reid.backbones.lomo import BUILTIN_LABEL, LomoBackbone
from reid_assets.reid.backbones.onnx_file import external_weight_files, load_onnx, read_input_spec
from reid_assets.reid.backbones.openclip import check_openclip_name, normalize_tag
from reid_assets.reid.backbones.provenance import provenance, require_allowed
from reid_assets.reid.backbones.reid_network import reid_input, reid_weights
from reid_assets.reid.backbones.resnet50 import RESNET50_WEIGHTS
from reid_assets.reid.backbones.weights_file import file_digest, require_file
from reid_assets.reid.core.errors import BackboneError
from reid_assets.reid.core.settings import BackboneSettings

_LOG = logging.getLogger(__name__)
_loaded: dict[tuple[str, str, str], "Backbone"] = {}


class Backbone(Protocol):
    """An appearance model that turns crops into unit vectors.

    Attributes:
        label: model, weights and preprocessing, without runtime and dtype. Vectors are comparable if
            their labels are equal.
        input_hw: height and width of the prepared crops, pixels.
        dim: length of a vector.
        facts: metadata: runtime, dtype, device, agreement with float32 (after the first batch), warnings.
    """

    label: str
    input_hw: tuple[int, int]
    dim: int
    facts: dict[str, object]

    def prepare(self, crop: np.ndarray) -> np.ndarray:
        """uint8 BGR (h, w, 3) of any size -> uint8 BGR (H, W, 3) of `input_hw`; the whole crop."""

    def embed(self, images: np.ndarray) -> np.ndarray:
        """uint8 BGR (N, H, W, 3), N may be 0 -> float32 (N, dim), unit rows."""


@dataclass(frozen=True)
class AutoChoice:
    """The backbone that `auto` selected.

    Attributes:
        name: its name, as written in the configuration.
        why_not: preferred backbone -> why it cannot be loaded.
    """

    name: str
    why_not: dict[str, str]


def backbone_label(settings: BackboneSettings) -> str:
    """The label of a named backbone, without loading it.

    Raises:
        BackboneError: the name is not valid, or its file is missing or not usable.
    """
    spec = _named(settings)
    if spec.family == "builtin":
        return BUILTIN_LABEL
    if spec.family in ("onnx", "hf"):
        return _onnx_label(onnx_weights(spec), settings)
    if spec.family == "reid":
        return _reid_label(spec)
    if spec.family == "open-clip":
        check_openclip_name(spec)
    model = f"open-clip:{spec.model}" if spec.family == "open-clip" else "resnet50"
    weights = f"sha256:{file_digest(_require_weights(spec))}" if spec.file else normalize_tag(spec.weights)
    label = f"{model}@{weights or RESNET50_WEIGHTS}|squash {settings.image_size}x{settings.image_size}"
    return label + (_normalization_text(settings) if spec.file else "")


def load_backbone(
    settings: BackboneSettings, cache_dir: Path | None = None, *, expected_crops: int | None = None
) -> Backbone:
    """Load a named backbone; cached per process and configuration.

    Args:
        settings: `name` must not be "auto"; see `choose_auto`.
        cache_dir: folder for compiled networks, kept between runs; None: no cache.
        expected_crops: approximate number of crops to embed, because few do not justify a compilation;
            None: many.

    Raises:
        BackboneError: it cannot be loaded; the message names the next step.
    """
    require_allowed(_named(settings), settings)
    label = backbone_label(settings)
    key = (label, settings.model_dump_json(), str(cache_dir))
    if key not in _loaded:
        _loaded[key] = _load(label, settings, cache_dir, expected_crops)
        _LOG.info("backbone %s: %s", label, _loaded[key].facts)
    return _loaded[key]


def choose_auto(
    settings: BackboneSettings,
    cache_dir: Path | None = None,
    *,
    expected_crops: int | None = None,
    persons: bool = False,
) -> AutoChoice:
    """Select the first backbone that loads: of `AUTO_PERSONS` for persons, else of `AUTO_ORDER`.

    The selected backbone is loaded, so that `load_backbone` with its name returns at once.

    Args:
        settings: `name` must be "auto".
        cache_dir, expected_crops: see `load_backbone`.
        persons: whether persons are to be told apart.

    Raises:
        ValueError: the settings name a backbone.
        BackboneError: device, runtime and number type are incompatible or not available on this machine;
            checked first, because such an error must not look like missing weights.
    """
    if settings.name != "auto":
        raise ValueError(f"backbone.name is {settings.name!r}, not 'auto'")
    make_execution_plan(settings, from_onnx=False, compiled=False, crops=expected_crops)
    why_not: dict[str, str] = {}
    order = AUTO_PERSONS if persons else AUTO_ORDER
    for name in order[:-1]:
        try:
            load_backbone(
                settings.model_copy(update={"name": name}), cache_dir, expected_crops=expected_crops
            )
        except BackboneError as error:
            why_not[name] = str(error)
            _LOG.info("backbone auto: not %s: %s", name, error)
        else:
            return AutoChoice(name, why_not)
    load_backbone(settings.model_copy(update={"name": order[-1]}), cache_dir)
    return AutoChoice(order[-1], why_not)


def _load(label: str, settings: BackboneSettings, cache_dir: Path | None, crops: int | None) -> Backbone:
    spec = _named(settings)
    if spec.family == "builtin":
        return LomoBackbone()
    known = provenance(spec)
    if known is not None:
        _LOG.info("backbone %s: %s", settings.name, known)
    return load_network(label, spec, settings, cache_dir, crops)


def _normalization_text(settings: BackboneSettings) -> str:
    """Label suffix for a mean and std set for a local checkpoint; empty if neither is set."""
    parts = [f"{name} {values}" for name in ("mean", "std") if (values := getattr(settings, name))]
    return "".join(f"|{part}" for part in parts)


def _named(settings: BackboneSettings) -> BackboneSpec:
    if settings.name == "auto":
        raise BackboneError(
            "backbone.name: 'auto' is not a backbone; choose_auto() selects one, once per root."
        )
    return parse_backbone_spec(settings.name)


def _reid_label(spec: BackboneSpec) -> str:
    (height, width), normalization = reid_input(spec)
    of = f"{spec.model}@sha256:{file_digest(reid_weights(spec))}" if spec.weights else spec.model
    return f"reid:{of}|squash {height}x{width}|{normalization.text()}"


def _require_weights(spec: BackboneSpec) -> Path:
    return require_file(Path(spec.weights).expanduser(), "weights file")


def _onnx_label(file: Path, settings: BackboneSettings) -> str:
    model = load_onnx(file, with_weights=False)
    spec = read_input_spec(model, settings, file)
    external = [require_file(path, "weights file") for path in external_weight_files(model, file)]
    digest = "+".join(file_digest(path) for path in [file, *external])
    normalization = (
        spec.normalization.text() if spec.normalization else f"{'rgb' if spec.rgb else 'bgr'} bytes"
    )
    return f"onnx@sha256:{digest}|squash {spec.hw[0]}x{spec.hw[1]}|{normalization}"
