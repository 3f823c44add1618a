"""Runner for OpenVINO on the CPU.

The fastest runtime on CPUs with bfloat16 units. Networks come from `openvino_network.py`, with pixel
normalization built in.
"""

from typing import TYPE_CHECKING

import numpy as np

from reid_assets.reid.backbones.execution import NumberType, native_precisions
from reid_assets.reid.backbones.network import infer_in_batches
from reid_assets.reid.backbones.openvino_int8 import GROUP, quantize_weights
from reid_assets.reid.core.errors import BackboneError

if TYPE_CHECKING:
    import openvino

_PRECISION = {"float32": "f32", "bfloat16": "bf16", "float16": "f16"}


class OpenVinoRunner:
    """An `InferenceRunner` over an OpenVINO model with uint8 input; see `network.py`."""

    def __init__(self, model: "openvino.Model", dtype: NumberType) -> None:
        """Compile a network.

        Args:
            model: uint8 BGR (N, H, W, 3) -> float32 (N, dim), N dynamic or fixed.
            dtype: number type of the computation; OpenVINO may fall back to float32, see `facts`.

        Raises:
            BackboneError: the output is not one row per crop, or int8 is not possible.
        """
        import openvino

        options: dict[str, object] = {"PERFORMANCE_HINT": "LATENCY"}
        if dtype == "int8":
            model = quantize_weights(model)
            options["DYNAMIC_QUANTIZATION_GROUP_SIZE"] = str(GROUP)
        # With int8, everything but the matrix products runs in the fastest float type of the CPU.
        precision = _PRECISION.get(dtype) or ("bf16" if "BF16" in native_precisions() else "f32")
        options["INFERENCE_PRECISION_HINT"] = precision
        compiled = openvino.Core().compile_model(model, "CPU", options)
        self._request = compiled.create_infer_request()
        shape = model.inputs[0].partial_shape
        self._batch = None if shape[0].is_dynamic else int(shape[0].get_length())
        size = (int(shape[1].get_length()), int(shape[2].get_length()), 3)
        used = str(compiled.get_property("INFERENCE_PRECISION_HINT").get_type_name())
        names = {short: long for long, short in _PRECISION.items()}
        self.facts: dict[str, object] = {
            "runtime": "openvino",
            "dtype": "int8" if dtype == "int8" else names.get(used, used),
            "device": "cpu",
        }
        self.dim = int(self.run(np.zeros((1, *size), dtype=np.uint8)).shape[1])

    def run(self, images: np.ndarray) -> np.ndarray:
        """See `InferenceRunner.run`."""
        images = np.ascontiguousarray(images)
        return infer_in_batches(self._infer, images, self._batch)

    def _infer(self, images: np.ndarray) -> np.ndarray:
        rows = self._request.infer({0: images})[0]
        if rows.size == 0 or len(rows) != len(images):
            raise BackboneError(
                f"{len(images)} crops gave an output of shape {rows.shape}, not one row each."
            )
        # The request reuses its memory for the next batch.
        return np.array(rows, dtype=np.float32).reshape(len(images), -1)
