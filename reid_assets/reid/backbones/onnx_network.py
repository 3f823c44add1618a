"""Runners of an ONNX file, batched if its graph allows it, else one crop at a time.

A file exported with batch 1 is rewritten for a dynamic batch (`onnx_file.with_dynamic_batch`), and the
result is used only if it gives the same vectors.
"""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from reid_assets.reid.backbones.equivalence import are_equivalent
from reid_assets.reid.backbones.network import InferenceRunner
from reid_assets.reid.backbones.onnx_file import OnnxInputSpec, load_onnx, with_dynamic_batch
from reid_assets.reid.backbones.onnxruntime_runner import OnnxRuntimeRunner
from reid_assets.reid.backbones.openvino_network import onnx_to_openvino
from reid_assets.reid.backbones.openvino_runner import OpenVinoRunner
from reid_assets.reid.core.errors import BackboneError

if TYPE_CHECKING:
    import openvino

_LOG = logging.getLogger(__name__)


def onnxruntime_runner(file: Path, spec: OnnxInputSpec, device: str) -> InferenceRunner:
    """A runner of the file in onnxruntime.

    Args:
        file: the ONNX file.
        spec: its input.
        device: `cpu` or `cuda:<n>`.

    Raises:
        BackboneError: onnxruntime cannot load or run it.
    """
    original = OnnxRuntimeRunner(file, spec, spec.fixed_batch, device)

    def rewritten() -> InferenceRunner:
        return OnnxRuntimeRunner(with_dynamic_batch(load_onnx(file)), spec, None, device)

    return _batched(file, spec, original, rewritten) or original


def openvino_model(file: Path, spec: OnnxInputSpec) -> "openvino.Model":
    """The file as an OpenVINO model, verified to give onnxruntime's vectors; batched if possible.

    Args:
        file: the ONNX file.
        spec: its input.

    Raises:
        BackboneError: OpenVINO cannot read or run it, or gives other vectors.
    """
    original = OnnxRuntimeRunner(file, spec, spec.fixed_batch, "cpu")
    dynamic: list[openvino.Model] = []

    def rewritten() -> InferenceRunner:
        dynamic.append(onnx_to_openvino(with_dynamic_batch(load_onnx(file)), spec))
        return OpenVinoRunner(dynamic[0], "float32")

    if _batched(file, spec, original, rewritten):
        return dynamic[0]
    model = onnx_to_openvino(file, spec)
    if not are_equivalent(OpenVinoRunner(model, "float32"), original, spec.hw):
        raise BackboneError("OpenVINO gives other vectors than onnxruntime")
    return model


def _batched(
    file: Path, spec: OnnxInputSpec, original: InferenceRunner, rewritten: Callable[[], InferenceRunner]
) -> InferenceRunner | None:
    """The rewritten network if it is equivalent, else None; None also if no rewriting is needed."""
    if spec.fixed_batch != 1:
        return None
    try:
        runner = rewritten()
        if are_equivalent(runner, original, spec.hw):
            return runner
        reason = "the batched network gives other vectors"
    except (BackboneError, RuntimeError) as error:
        reason = str(error)[:200]
    _LOG.warning("%s: crops are embedded one at a time, which is slower (%s)", file, reason)
    return None
