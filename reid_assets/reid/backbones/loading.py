"""From a parsed name to a network that runs: which file is read, converted, kept, and on what it runs.

The order of preference is `plan.py`'s; here it is carried out. A network that OpenVINO cannot
convert faithfully goes back to torch where the runtime was left open, and is an error where not.
"""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from reid_assets.reid.backbones.backbone_spec import Source
from reid_assets.reid.backbones.equivalence import are_twins
from reid_assets.reid.backbones.execution import NumberType, Plan, has_openvino, make_plan
from reid_assets.reid.backbones.network import NetworkBackbone, Runner
from reid_assets.reid.backbones.onnx_export import torch_to_onnx
from reid_assets.reid.backbones.onnx_file import OnnxInput, load_onnx, read_input
from reid_assets.reid.backbones.onnx_network import onnxruntime_runner, openvino_model
from reid_assets.reid.backbones.onnxruntime_runner import OnnxRuntimeRunner
from reid_assets.reid.backbones.openclip import native_size, openclip_tower
from reid_assets.reid.backbones.openvino_cache import network_file, read_network, write_network
from reid_assets.reid.backbones.openvino_network import torch_to_openvino
from reid_assets.reid.backbones.openvino_runner import OpenVinoRunner
from reid_assets.reid.backbones.preprocessing import IMAGENET, PixelScale, file_scale
from reid_assets.reid.backbones.resnet50 import resnet50_module
from reid_assets.reid.backbones.torch_runner import TorchRunner
from reid_assets.reid.backbones.weights_file import require_file
from reid_assets.reid.core.errors import BackboneError
from reid_assets.reid.core.settings import BackboneSettings

if TYPE_CHECKING:
    import openvino
    import torch

_LOG = logging.getLogger(__name__)


def load_network(
    label: str, source: Source, settings: BackboneSettings, cache_dir: Path | None, crops: int | None
) -> NetworkBackbone:
    """Load an OpenCLIP, ResNet50 or ONNX backbone; see `reid_assets.reid.backbones.backbone.load_backbone`.

    Raises:
        BackboneError: weights, device, runtime or number type are not to be had.
    """
    stored = network_file(cache_dir, label) if cache_dir is not None and has_openvino() else None
    compiled = stored is not None and stored.is_file()
    plan = make_plan(settings, from_onnx=source.family == "onnx", compiled=compiled, crops=crops)
    if source.family == "onnx":
        return _load_onnx(label, source, settings, plan, stored)
    return _load_torch(label, source, settings, plan, stored)


def _load_onnx(
    label: str, source: Source, settings: BackboneSettings, plan: Plan, stored: Path | None
) -> NetworkBackbone:
    file = require_file(Path(source.weights).expanduser(), "ONNX file")
    spec = read_input(load_onnx(file), settings, file)
    warnings: tuple[str, ...] = ()
    if plan.runtime == "openvino":
        try:
            maker = _openvino_maker(stored, lambda: openvino_model(file, spec))
            return NetworkBackbone(label, spec.hw, maker, plan.dtype)
        except (BackboneError, RuntimeError) as error:
            if settings.runtime == "openvino" or settings.int8 or settings.dtype in ("bfloat16", "float16"):
                raise BackboneError(f"{file}: {error}") from error
            warnings = (f"OpenVINO cannot run it, onnxruntime does: {str(error)[:200]}",)
    return NetworkBackbone(
        label, spec.hw, lambda _: onnxruntime_runner(file, spec, plan.device), "float32", warnings
    )


def _load_torch(
    label: str, source: Source, settings: BackboneSettings, plan: Plan, stored: Path | None
) -> NetworkBackbone:
    network = _TorchNetwork(source, settings)
    warnings: tuple[str, ...] = ()
    if plan.runtime == "openvino":
        try:
            maker = _openvino_maker(stored, network.converted)
            return NetworkBackbone(label, network.hw, maker, plan.dtype, network.warnings)
        except (RuntimeError, TypeError, ValueError) as error:
            if settings.runtime == "openvino" or settings.int8:
                raise BackboneError(
                    f"backbone.runtime: openvino cannot run {settings.name} ({str(error)[:200]}). Use auto."
                ) from error
            warnings = (f"OpenVINO cannot run it, torch does: {str(error)[:200]}",)
            _LOG.warning("backbone %s: %s", label, warnings[0])
    maker = network.exported if plan.runtime == "onnxruntime" else network.in_torch(plan.device)
    return NetworkBackbone(label, network.hw, maker, plan.dtype, (*network.warnings, *warnings))


def _openvino_maker(
    stored: Path | None, convert: Callable[[], "openvino.Model"]
) -> Callable[[NumberType], Runner]:
    model = read_network(stored) if stored is not None else None
    if model is None:
        model = convert()
        if stored is not None:
            write_network(model, stored)
            model = read_network(stored) or model
    kept = model
    return lambda dtype: OpenVinoRunner(kept, dtype)


def _size_warning(source: Source, size: int) -> tuple[str, ...]:
    native = native_size(source.model) if source.family == "open-clip" else size
    if size == native:
        return ()
    return (f"{source.model} was trained on pictures of {native} pixels; image_size is {size}",)


class _TorchNetwork:
    """A torch network that is read when first needed: with a stored conversion it never is."""

    def __init__(self, source: Source, settings: BackboneSettings) -> None:
        self._source = source
        self._settings = settings
        self._read: tuple[torch.nn.Module, PixelScale] | None = None
        self.hw = (settings.image_size, settings.image_size)
        self.warnings = _size_warning(source, settings.image_size)

    def module(self) -> tuple["torch.nn.Module", PixelScale]:
        """The network in float32 and its pixel scaling."""
        if self._read is None:
            if self._source.family == "resnet50":
                scale = file_scale(self._settings, IMAGENET) if self._source.file else IMAGENET
                self._read = resnet50_module(self._source.file), scale
            else:
                tower = openclip_tower(self._source, self._settings)
                self._read = tower.module, tower.scale
            # Training mode would make vectors depend on their neighbours in a batch.
            self._read[0].eval()
        return self._read

    def converted(self) -> "openvino.Model":
        """OpenVINO's form of it, proven to give torch's vectors.

        Raises:
            RuntimeError: it cannot be converted, or gives other vectors.
        """
        module, scale = self.module()
        model = torch_to_openvino(module, self.hw, scale)
        if not are_twins(OpenVinoRunner(model, "float32"), self.in_torch("cpu")("float32"), self.hw):
            raise RuntimeError("the converted network gives other vectors than torch")
        return model

    def in_torch(self, device: str) -> Callable[[NumberType], Runner]:
        """Makes torch runners of it."""
        module, scale = self.module()
        return lambda dtype: TorchRunner(module, self.hw, scale, device, dtype)

    def exported(self, _dtype: NumberType) -> Runner:
        """An onnxruntime runner of it, float32."""
        module, scale = self.module()
        spec = OnnxInput("images", self.hw, scale, False, "float32", scale.rgb, None)
        return OnnxRuntimeRunner(torch_to_onnx(module, self.hw), spec, None, "cpu")
