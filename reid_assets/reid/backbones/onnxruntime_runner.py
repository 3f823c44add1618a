"""Runner for onnxruntime.

`onnx_file.py` reads the input specification of a file, `onnx_network.py` decides whether it is batched.
"""

from pathlib import Path

import numpy as np

from reid_assets.reid.backbones.network import infer_in_batches
from reid_assets.reid.backbones.onnx_file import OnnxInputSpec
from reid_assets.reid.core.errors import BackboneError


class OnnxRuntimeRunner:
    """An `InferenceRunner` over an ONNX network; see `network.py`."""

    def __init__(self, network: Path | bytes, spec: OnnxInputSpec, batch: int | None, device: str) -> None:
        """Load a network.

        Args:
            network: path or content of the ONNX file.
            spec: its input.
            batch: the only batch size it accepts; None if dynamic.
            device: `cpu` or `cuda:<n>`.

        Raises:
            BackboneError: onnxruntime cannot load it, or its output is not one row per crop.
        """
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        content = network if isinstance(network, bytes) else str(network)
        try:
            self._session = onnxruntime.InferenceSession(content, options, providers=_providers(device))
        except onnxruntime_errors() as error:
            name = "the rewritten network" if isinstance(network, bytes) else network
            raise BackboneError(
                f"{name}: onnxruntime cannot load it ({str(error)[:300]}). Export it again, or correct "
                "backbone.device."
            ) from error
        self._spec = spec
        self._batch = batch
        self._output = self._session.get_outputs()[0].name
        self.facts: dict[str, object] = {"runtime": "onnxruntime", "dtype": "float32", "device": device}
        self.dim = int(self.run(np.zeros((1, *spec.hw, 3), dtype=np.uint8)).shape[1])

    def run(self, images: np.ndarray) -> np.ndarray:
        """See `InferenceRunner.run`."""
        inputs = network_input(images, self._spec)
        return infer_in_batches(self._infer, inputs, self._batch)

    def _infer(self, inputs: np.ndarray) -> np.ndarray:
        try:
            output = self._session.run([self._output], {self._spec.name: inputs})[0]
        except onnxruntime_errors() as error:
            raise BackboneError(
                f"onnx: the network cannot run on {inputs.shape} ({str(error)[:300]})."
            ) from error
        rows = np.asarray(output, dtype=np.float32)
        if rows.size == 0 or len(rows) != len(inputs):
            raise BackboneError(
                f"onnx: {len(inputs)} crops gave an output of shape {rows.shape}, not one row each."
            )
        return rows.reshape(len(inputs), -1)


def network_input(images: np.ndarray, spec: OnnxInputSpec) -> np.ndarray:
    """Convert uint8 BGR (N, H, W, 3) to the layout, channel order and dtype of the network's input."""
    batch = images[..., ::-1] if spec.rgb else images
    if spec.normalization is not None:
        batch = (batch.astype(np.float32) - spec.normalization.byte_mean()) / spec.normalization.byte_std()
    if not spec.channels_last:
        batch = batch.transpose(0, 3, 1, 2)
    return np.ascontiguousarray(batch, dtype=spec.numpy_type)


def onnxruntime_errors() -> tuple[type[Exception], ...]:
    """The exceptions of onnxruntime for a graph it cannot load or run; they have no common base."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    names = ("EPFail", "Fail", "InvalidArgument", "InvalidProtobuf", "InvalidGraph", "NoSuchFile")
    return tuple(getattr(state, name) for name in (*names, "NotImplemented", "RuntimeException"))


def _providers(device: str) -> list[object]:
    if device.startswith("cuda"):
        return [("CUDAExecutionProvider", {"device_id": device.partition(":")[2]})]
    return ["CPUExecutionProvider"]
