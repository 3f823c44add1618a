"""Running a converted network with OpenVINO on the processor.

The fastest way on processors with bfloat16 units (design, "facts already paid for"). The network
comes from `openvino_network.py`, with the scaling of pixels already in it.
"""

from typing import TYPE_CHECKING

import numpy as np

from reid_assets.reid.backbones.execution import NumberType, processor_types
from reid_assets.reid.backbones.openvino_int8 import GROUP, with_byte_weights
from reid_assets.reid.core.errors import BackboneError

if TYPE_CHECKING:
    import openvino

_PRECISION = {"float32": "f32", "bfloat16": "bf16", "float16": "f16"}


class OpenVinoRunner:
    """A `Runner` over an OpenVINO model that takes uint8 BGR (N, H, W, 3); see `network.Runner`."""

    def __init__(self, model: "openvino.Model", dtype: NumberType) -> None:
        import openvino

        options: dict[str, object] = {"PERFORMANCE_HINT": "LATENCY"}
        if dtype == "int8":
            model = with_byte_weights(model)
            options["DYNAMIC_QUANTIZATION_GROUP_SIZE"] = str(GROUP)
        # What is not a matrix product runs in the best the processor has.
        precision = _PRECISION.get(dtype) or ("bf16" if "BF16" in processor_types() else "f32")
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
        """See `Runner.run`."""
        images = np.ascontiguousarray(images)
        if self._batch is None:
            return self._rows(images)
        return np.concatenate(
            [self._fixed(images[i : i + self._batch]) for i in range(0, len(images), self._batch)]
        )

    def _fixed(self, images: np.ndarray) -> np.ndarray:
        missing = int(self._batch or 1) - len(images)
        padded = np.concatenate([images, np.repeat(images[:1], missing, axis=0)]) if missing else images
        return self._rows(padded)[: len(images)]

    def _rows(self, images: np.ndarray) -> np.ndarray:
        rows = self._request.infer({0: images})[0]
        if rows.size == 0 or len(rows) != len(images):
            raise BackboneError(
                f"{len(images)} crops gave an output of shape {rows.shape}, not one row each."
            )
        # The request reuses its memory for the next batch.
        return np.array(rows, dtype=np.float32).reshape(len(images), -1)
