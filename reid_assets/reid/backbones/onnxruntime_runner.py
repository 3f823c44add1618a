"""Running an ONNX file with onnxruntime, batched wherever its graph allows.

A file exported for one crop at a time is rewritten for any number and the two are compared; where
they differ, crops go through the original one by one. What the file says is `onnx_file.py`.
"""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from reid_assets.reid.backbones.onnx_file import OnnxInput, load_onnx, with_free_batch
from reid_assets.reid.errors import BackboneError

if TYPE_CHECKING:
    import onnxruntime

_LOG = logging.getLogger(__name__)
# Rounding differs between kernels for one row and for many; anything above is another result.
_SAME = 1e-4


class OnnxRuntimeRunner:
    """A `Runner` over an ONNX file; see `network.Runner`."""

    def __init__(self, file: Path, spec: OnnxInput, device: str) -> None:
        self._spec = spec
        self._session = _session(str(file), file, device)
        self._batch = spec.fixed_batch
        self.facts: dict[str, object] = {"runtime": "onnxruntime", "dtype": "float32", "device": device}
        if spec.fixed_batch == 1:
            self._try_free_batch(file, device)
        self.facts["batched"] = self._batch != 1
        self.dim = int(self.run(np.zeros((1, *spec.hw, 3), dtype=np.uint8)).shape[1])

    def run(self, images: np.ndarray) -> np.ndarray:
        """See `Runner.run`."""
        fed = feed(images, self._spec)
        if self._batch is None:
            return self._rows(self._session, fed)
        return np.concatenate(
            [self._fixed(fed[i : i + self._batch]) for i in range(0, len(fed), self._batch)]
        )

    def _fixed(self, fed: np.ndarray) -> np.ndarray:
        missing = int(self._batch or 1) - len(fed)
        padded = np.concatenate([fed, np.repeat(fed[:1], missing, axis=0)]) if missing else fed
        return self._rows(self._session, padded)[: len(fed)]

    def _rows(self, session: "onnxruntime.InferenceSession", fed: np.ndarray) -> np.ndarray:
        name = session.get_outputs()[0].name
        rows = np.asarray(session.run([name], {self._spec.name: fed})[0], dtype=np.float32)
        if rows.size == 0 or len(rows) != len(fed):
            raise BackboneError(
                f"onnx: {len(fed)} crops gave an output of shape {rows.shape}, not one row each."
            )
        return rows.reshape(len(fed), -1)

    def _try_free_batch(self, file: Path, device: str) -> None:
        crops = np.random.default_rng(0).integers(0, 256, (3, *self._spec.hw, 3), dtype=np.uint8)
        fed = feed(crops, self._spec)
        singly = np.concatenate([self._rows(self._session, row[None]) for row in fed])
        try:
            session = _session(with_free_batch(load_onnx(file)), file, device)
            together = self._rows(session, fed)
        except _refusals() as error:
            _LOG.warning("%s: cannot be batched, crops go one by one (%s)", file, str(error)[:200])
            return
        if together.shape == singly.shape and np.abs(together - singly).max() <= _SAME * np.abs(singly).max():
            self._session, self._batch = session, None
        else:
            _LOG.warning("%s: batched, it gives other vectors; crops go one by one", file)


def feed(images: np.ndarray, spec: OnnxInput) -> np.ndarray:
    """uint8 BGR (N, H, W, 3) -> what the file's input takes."""
    batch = images[..., ::-1] if spec.rgb else images
    if spec.scale is not None:
        batch = (batch.astype(np.float32) - spec.scale.byte_mean()) / spec.scale.byte_std()
    if not spec.channels_last:
        batch = batch.transpose(0, 3, 1, 2)
    return np.ascontiguousarray(batch, dtype=spec.numpy_type)


def _session(model: str | bytes, file: Path, device: str) -> "onnxruntime.InferenceSession":
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    provider = "CUDAExecutionProvider" if device.startswith("cuda") else "CPUExecutionProvider"
    try:
        return onnxruntime.InferenceSession(model, options, providers=[provider])
    except _refusals() as error:
        raise BackboneError(
            f"{file}: onnxruntime cannot load it ({error}). Export the network again."
        ) from error


def _refusals() -> tuple[type[Exception], ...]:
    """What onnxruntime raises for a graph it cannot load or run; its exceptions share no base."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    names = ("Fail", "InvalidArgument", "InvalidProtobuf", "InvalidGraph", "NotImplemented", "NoSuchFile")
    return (BackboneError, *(getattr(state, name) for name in (*names, "RuntimeException")))
