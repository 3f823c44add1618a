"""Loading a network: reads, converts and caches its weights, and creates the runner.

`execution.py` decides the runtime; here the decision is carried out. If OpenVINO cannot convert a network
faithfully, torch runs it, unless the settings ask for OpenVINO, which is an error.
"""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from reid_assets.reid.backbones.backbone_spec import BackboneSpec
from reid_assets.reid.backbones.equivalence import are_equivalent
from reid_assets.reid.backbones.execution import ExecutionPlan, NumberType, has_openvino, make_execution_plan
from reid_assets.reid.backbones.network import InferenceRunner, NetworkBackbone
from reid_assets.reid.backbones.onnx_export import torch_to_onnx
from reid_assets.reid.backbones.onnx_file import OnnxInputSpec, load_onnx, read_input_spec
from reid_assets.reid.backbones.onnx_network import onnxruntime_runner, openvino_model
from reid_assets.reid.backbones.onnxruntime_runner import OnnxRuntimeRunner
from reid_assets.reid.backbones.openclip import native_image_size, openclip_tower
from reid_assets.reid.backbones.openvino_cache import network_file, read_network, write_network
from reid_assets.reid.backbones.openvino_network import torch_to_openvino
from reid_assets.reid.backbones.openvino_runner import OpenVinoRunner
from reid_assets.reid.backbones.preprocessing import IMAGENET, PixelNormalization, file_normalization
from reid_assets.reid.backbones.reid_network import reid_input, reid_module
from reid_assets.reid.backbones.resnet50 import resnet50_module
from reid_assets.reid.backbones.torch_runner import TorchRunner
from reid_assets.reid.backbones.weights_download import WeightsUnavailableError, explain, fetch_hub_file
from reid_assets.reid.backbones.weights_file import require_file
from reid_assets.reid.core.errors import BackboneError
from reid_assets.reid.core.settings import BackboneSettings

if TYPE_CHECKING:
    import openvino
    import torch

_LOG = logging.getLogger(__name__)


def load_network(
    label: str, spec: BackboneSpec, settings: BackboneSettings, cache_dir: Path | None, crops: int | None
) -> NetworkBackbone:
    """Load any backbone that is a network; see `backbone.load_backbone`.

    Raises:
        BackboneError: weights, device, runtime or number type are not available.
    """
    stored = network_file(cache_dir, label) if cache_dir is not None and has_openvino() else None
    compiled = stored is not None and stored.is_file()
    plan = make_execution_plan(
        settings, from_onnx=spec.family in ("onnx", "hf"), compiled=compiled, crops=crops
    )
    if spec.family in ("onnx", "hf"):
        return _load_onnx(label, spec, settings, plan, stored)
    return _load_torch(label, spec, settings, plan, stored)


def onnx_weights(spec: BackboneSpec) -> Path:
    """The ONNX file of a backbone on this machine, fetched from the hub if it is named there.

    Raises:
        BackboneError: there is no such file, or it cannot be fetched.
    """
    if spec.family == "onnx":
        return require_file(Path(spec.weights).expanduser(), "ONNX file")
    try:
        return fetch_hub_file(spec.model, spec.weights, spec.revision or None, spec.sha256)
    except WeightsUnavailableError as error:
        name, file = f"hf:{spec.model}/{spec.weights}", spec.weights.rpartition("/")[2]
        raise explain(name, file, error, "onnx:<that file>") from error


def _load_onnx(
    label: str, spec: BackboneSpec, settings: BackboneSettings, plan: ExecutionPlan, stored: Path | None
) -> NetworkBackbone:
    file = onnx_weights(spec)
    input_spec = read_input_spec(load_onnx(file), settings, file)
    warnings: tuple[str, ...] = ()
    if plan.runtime == "openvino":
        try:
            make_runner = _openvino_factory(stored, lambda: openvino_model(file, input_spec))
            return NetworkBackbone(label, input_spec.hw, make_runner, plan.dtype)
        except (BackboneError, RuntimeError) as error:
            if settings.runtime == "openvino" or settings.int8 or settings.dtype in ("bfloat16", "float16"):
                raise BackboneError(f"{file}: {error}") from error
            warnings = (f"onnxruntime is used because OpenVINO cannot run it: {str(error)[:200]}",)
    return NetworkBackbone(
        label, input_spec.hw, lambda _: onnxruntime_runner(file, input_spec, plan.device), "float32", warnings
    )


def _load_torch(
    label: str, spec: BackboneSpec, settings: BackboneSettings, plan: ExecutionPlan, stored: Path | None
) -> NetworkBackbone:
    network = _TorchNetwork(spec, settings)
    warnings: tuple[str, ...] = ()
    if plan.runtime == "openvino":
        try:
            make_runner = _openvino_factory(stored, network.to_openvino)
            return NetworkBackbone(label, network.hw, make_runner, plan.dtype, network.warnings)
        except (RuntimeError, TypeError, ValueError) as error:
            if settings.runtime == "openvino" or settings.int8:
                raise BackboneError(
                    f"backbone.runtime: openvino cannot run {settings.name} ({str(error)[:200]}). Use auto."
                ) from error
            warnings = (f"torch is used because OpenVINO cannot run it: {str(error)[:200]}",)
            _LOG.warning("backbone %s: %s", label, warnings[0])
    if plan.runtime == "onnxruntime":
        make_runner = network.to_onnxruntime
    else:
        make_runner = network.torch_factory(plan.device)
    return NetworkBackbone(label, network.hw, make_runner, plan.dtype, (*network.warnings, *warnings))


def _openvino_factory(
    stored: Path | None, convert: Callable[[], "openvino.Model"]
) -> Callable[[NumberType], InferenceRunner]:
    model = read_network(stored) if stored is not None else None
    if model is None:
        model = convert()
        if stored is not None:
            write_network(model, stored)
            model = read_network(stored) or model
    loaded = model
    return lambda dtype: OpenVinoRunner(loaded, dtype)


def _size_warning(spec: BackboneSpec, size: int) -> tuple[str, ...]:
    native = native_image_size(spec.model) if spec.family == "open-clip" else size
    if size == native:
        return ()
    return (f"{spec.model} was trained on images of {native} pixels; image_size is {size}",)


class _TorchNetwork:
    """A lazily loaded torch network; with a cached conversion it is never loaded."""

    def __init__(self, spec: BackboneSpec, settings: BackboneSettings) -> None:
        self._spec = spec
        self._settings = settings
        self._loaded: tuple[torch.nn.Module, PixelNormalization] | None = None
        self.hw = reid_input(spec)[0] if spec.family == "reid" else (settings.image_size,) * 2
        self.warnings = () if spec.family == "reid" else _size_warning(spec, settings.image_size)

    def module(self) -> tuple["torch.nn.Module", PixelNormalization]:
        """The network in float32 and its pixel normalization."""
        if self._loaded is None:
            if self._spec.family == "reid":
                self._loaded = reid_module(self._spec), reid_input(self._spec)[1]
            elif self._spec.family == "resnet50":
                normalization = file_normalization(self._settings, IMAGENET) if self._spec.file else IMAGENET
                self._loaded = resnet50_module(self._spec.file), normalization
            else:
                tower = openclip_tower(self._spec, self._settings)
                self._loaded = tower.module, tower.normalization
            # In training mode, batch statistics would make vectors depend on the rest of the batch.
            self._loaded[0].eval()
        return self._loaded

    def to_openvino(self) -> "openvino.Model":
        """The network converted to OpenVINO, verified to give torch's vectors.

        Raises:
            RuntimeError: it cannot be converted, or gives other vectors.
        """
        module, normalization = self.module()
        model = torch_to_openvino(module, self.hw, normalization)
        if not are_equivalent(
            OpenVinoRunner(model, "float32"), self.torch_factory("cpu")("float32"), self.hw
        ):
            raise RuntimeError("the converted network gives other vectors than torch")
        return model

    def torch_factory(self, device: str) -> Callable[[NumberType], InferenceRunner]:
        """Creates torch runners of the network on a device."""
        module, normalization = self.module()
        return lambda dtype: TorchRunner(module, self.hw, normalization, device, dtype)

    def to_onnxruntime(self, _dtype: NumberType) -> InferenceRunner:
        """An onnxruntime runner of the exported network, float32."""
        module, normalization = self.module()
        spec = OnnxInputSpec("images", self.hw, normalization, False, "float32", normalization.rgb, None)
        return OnnxRuntimeRunner(torch_to_onnx(module, self.hw), spec, None, "cpu")
