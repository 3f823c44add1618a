"""An ONNX file as runners: batched where its graph allows, one by one where it does not.

A file exported for one crop at a time is rewritten for any number (`onnx_file.with_free_batch`) and
taken only once it has been proven to give the same vectors.
"""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from reid_assets.reid.backbones.equivalence import are_twins
from reid_assets.reid.backbones.network import Runner
from reid_assets.reid.backbones.onnx_file import OnnxInput, load_onnx, with_free_batch
from reid_assets.reid.backbones.onnxruntime_runner import OnnxRuntimeRunner
from reid_assets.reid.backbones.openvino_network import onnx_to_openvino
from reid_assets.reid.backbones.openvino_runner import OpenVinoRunner
from reid_assets.reid.core.errors import BackboneError

if TYPE_CHECKING:
    import openvino

_LOG = logging.getLogger(__name__)


def onnxruntime_runner(file: Path, spec: OnnxInput, device: str) -> Runner:
    """The file in onnxruntime.

    Raises:
        BackboneError: onnxruntime cannot load or run it.
    """
    original = OnnxRuntimeRunner(file, spec, spec.fixed_batch, device)

    def rewritten() -> Runner:
        return OnnxRuntimeRunner(with_free_batch(load_onnx(file)), spec, None, device)

    return _batched(file, spec, original, rewritten) or original


def openvino_model(file: Path, spec: OnnxInput) -> "openvino.Model":
    """The file as an OpenVINO model, proven to give onnxruntime's vectors; its batch is fixed only
    where it has to be.

    Raises:
        BackboneError: OpenVINO cannot read or run it, or gives other vectors.
    """
    original = OnnxRuntimeRunner(file, spec, spec.fixed_batch, "cpu")
    free: list[openvino.Model] = []

    def rewritten() -> Runner:
        free.append(onnx_to_openvino(with_free_batch(load_onnx(file)), spec))
        return OpenVinoRunner(free[0], "float32")

    if _batched(file, spec, original, rewritten):
        return free[0]
    model = onnx_to_openvino(file, spec)
    if not are_twins(OpenVinoRunner(model, "float32"), original, spec.hw):
        raise BackboneError("OpenVINO gives other vectors than onnxruntime")
    return model


def _batched(file: Path, spec: OnnxInput, original: Runner, rewritten: Callable[[], Runner]) -> Runner | None:
    """The rewritten network, where it is the same; None where the original must stay."""
    if spec.fixed_batch != 1:
        return None
    try:
        runner = rewritten()
        if are_twins(runner, original, spec.hw):
            return runner
        reason = "batched, it gives other vectors"
    except (BackboneError, RuntimeError) as error:
        reason = str(error)[:200]
    _LOG.warning("%s: crops go through it one by one, which is slower (%s)", file, reason)
    return None
