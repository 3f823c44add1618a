"""Int8 quantisation of matrix products, for OpenVINO on the CPU (`backbone.int8`).

Weights are stored as int8 with one scale per output; OpenVINO quantises activations itself, in groups of
`GROUP` values of one crop, so that a vector does not depend on the rest of its batch. Convolutions are not
quantised: on ResNet50, full int8 lost half of the agreement with float32.
"""

from typing import TYPE_CHECKING

import numpy as np

from reid_assets.reid.core.errors import BackboneError

if TYPE_CHECKING:
    import openvino

GROUP = 128
_LARGEST = 127


def quantize_weights(model: "openvino.Model") -> "openvino.Model":
    """A copy of the network whose constant matrices are int8 with one float32 scale per output.

    Raises:
        BackboneError: the network has no constant matrices to quantise.
    """
    from openvino import opset8 as ops

    copy = model.clone()
    quantized = False
    for product in copy.get_ordered_ops():
        if product.get_type_name() != "MatMul":
            continue
        constant = product.input_value(1).get_node()
        if constant.get_type_name() != "Constant" or len(constant.shape) != 2:
            continue
        axis = 1 if product.get_attributes()["transpose_b"] else 0
        weights = constant.data.astype(np.float32)
        scale = np.maximum(np.abs(weights).max(axis=axis, keepdims=True) / _LARGEST, 1e-12)
        as_bytes = np.round(weights / scale).astype(np.int8)
        restored = ops.multiply(ops.convert(ops.constant(as_bytes), "f32"), ops.constant(scale))
        product.input(1).replace_source_output(restored.output(0))
        quantized = True
    if not quantized:
        raise BackboneError(
            "backbone.int8: this network has no matrix products to quantise. Set backbone.int8 to false."
        )
    return copy
