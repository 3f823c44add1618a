"""OpenVINO runs in the number type that was planned, and says so."""

import numpy as np
import pytest

from reid_assets.reid.backbones.dtype_agreement import measure_agreement
from reid_assets.reid.backbones.execution import native_precisions
from reid_assets.reid.backbones.network import unit_rows
from reid_assets.reid.backbones.openvino_network import torch_to_openvino
from reid_assets.reid.backbones.openvino_runner import OpenVinoRunner
from reid_assets_tests.support.small_networks import HW, SCALE, SmallNetwork, crops


@pytest.fixture(scope="module")
def model() -> object:
    return torch_to_openvino(SmallNetwork().eval(), HW, SCALE)


def test_rows_are_kept_when_the_next_batch_comes(model: object) -> None:
    runner = OpenVinoRunner(model, "float32")  # type: ignore[arg-type]
    first = runner.run(crops(3))
    before = first.copy()
    runner.run(crops(3)[::-1])
    assert np.array_equal(first, before)
    assert runner.facts == {"runtime": "openvino", "dtype": "float32", "device": "cpu"}


@pytest.mark.skipif("BF16" not in native_precisions(), reason="no bfloat16 units in this processor")
def test_bfloat16_agrees_with_float32_and_is_not_the_same(model: object) -> None:
    exact, small = (OpenVinoRunner(model, dtype) for dtype in ("float32", "bfloat16"))  # type: ignore[arg-type]
    images = crops(8)
    assert measure_agreement(unit_rows(small.run(images)), unit_rows(exact.run(images))).good
    assert not np.array_equal(small.run(images), exact.run(images))
    assert small.facts["dtype"] == "bfloat16"


def test_a_network_for_four_crops_at_a_time_takes_any_number(model: object) -> None:
    fixed = model.clone()  # type: ignore[attr-defined]
    fixed.reshape([4, *HW, 3])
    runner, free = OpenVinoRunner(fixed, "float32"), OpenVinoRunner(model, "float32")  # type: ignore[arg-type]
    assert np.allclose(runner.run(crops(6)), free.run(crops(6)), atol=1e-5)
