"""Running an ONNX network with onnxruntime.

What a file says about its input is `onnx_file.py`; whether it may be batched, `onnx_network.py`.
"""

from pathlib import Path

import numpy as np

from reid_assets.reid.backbones.onnx_file import OnnxInput
from reid_assets.reid.core.errors import BackboneError


class OnnxRuntimeRunner:
    """A `Runner` over an ONNX network; see `network.Runner`."""

    def __init__(self, network: Path | bytes, spec: OnnxInput, batch: int | None, device: str) -> None:
        """Load it.

        Args:
            network: the file, or its content.
            spec: how it wants its crops.
            batch: the one batch size it takes; None where any will do.
            device: `cpu` or `cuda:<n>`.

        Raises:
            BackboneError: onnxruntime cannot load it, or it gives not one row a crop.
        """
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        content = network if isinstance(network, bytes) else str(network)
        try:
            self._session = onnxruntime.InferenceSession(content, options, providers=_providers(device))
        except refusals() as error:
            what = "the rewritten network" if isinstance(network, bytes) else network
            raise BackboneError(
                f"{what}: onnxruntime cannot load it ({str(error)[:300]}). Export it again, or correct "
                "backbone.device."
            ) from error
        self._spec = spec
        self._batch = batch
        self._output = self._session.get_outputs()[0].name
        self.facts: dict[str, object] = {"runtime": "onnxruntime", "dtype": "float32", "device": device}
        self.dim = int(self.run(np.zeros((1, *spec.hw, 3), dtype=np.uint8)).shape[1])

    def run(self, images: np.ndarray) -> np.ndarray:
        """See `Runner.run`."""
        fed = feed(images, self._spec)
        if self._batch is None:
            return self._rows(fed)
        return np.concatenate(
            [self._fixed(fed[i : i + self._batch]) for i in range(0, len(fed), self._batch)]
        )

    def _fixed(self, fed: np.ndarray) -> np.ndarray:
        missing = int(self._batch or 1) - len(fed)
        padded = np.concatenate([fed, np.repeat(fed[:1], missing, axis=0)]) if missing else fed
        return self._rows(padded)[: len(fed)]

    def _rows(self, fed: np.ndarray) -> np.ndarray:
        try:
            rows = np.asarray(self._session.run([self._output], {self._spec.name: fed})[0], dtype=np.float32)
        except refusals() as error:
            raise BackboneError(
                f"onnx: the network cannot run on {fed.shape} ({str(error)[:300]})."
            ) from error
        if rows.size == 0 or len(rows) != len(fed):
            raise BackboneError(
                f"onnx: {len(fed)} crops gave an output of shape {rows.shape}, not one row each."
            )
        return rows.reshape(len(fed), -1)


def feed(images: np.ndarray, spec: OnnxInput) -> np.ndarray:
    """uint8 BGR (N, H, W, 3) -> what the file's input takes."""
    batch = images[..., ::-1] if spec.rgb else images
    if spec.scale is not None:
        batch = (batch.astype(np.float32) - spec.scale.byte_mean()) / spec.scale.byte_std()
    if not spec.channels_last:
        batch = batch.transpose(0, 3, 1, 2)
    return np.ascontiguousarray(batch, dtype=spec.numpy_type)


def refusals() -> tuple[type[Exception], ...]:
    """What onnxruntime raises for a graph it cannot load or run; its exceptions share no base."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    names = ("EPFail", "Fail", "InvalidArgument", "InvalidProtobuf", "InvalidGraph", "NoSuchFile")
    return tuple(getattr(state, name) for name in (*names, "NotImplemented", "RuntimeException"))


def _providers(device: str) -> list[object]:
    if device.startswith("cuda"):
        return [("CUDAExecutionProvider", {"device_id": device.partition(":")[2]})]
    return ["CPUExecutionProvider"]
