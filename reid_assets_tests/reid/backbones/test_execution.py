"""What is named is taken or refused; what is left open is the fastest that fits."""

import pytest

from reid_assets.reid.backbones import execution as plans
from reid_assets.reid.backbones.execution import MIN_CROPS_TO_COMPILE, ExecutionPlan, make_execution_plan
from reid_assets.reid.core.errors import BackboneError
from reid_assets.reid.core.settings import BackboneSettings


def plan(
    *, from_onnx: bool = False, compiled: bool = False, crops: int | None = None, **keys: object
) -> ExecutionPlan:
    settings = BackboneSettings.model_validate({"device": "cpu", **keys})
    return make_execution_plan(settings, from_onnx=from_onnx, compiled=compiled, crops=crops)


def with_types(monkeypatch: pytest.MonkeyPatch, *types: str) -> None:
    monkeypatch.setattr(plans, "native_precisions", lambda: frozenset(types))


def test_the_contract_s_defaults_mean_float32() -> None:
    assert plan() == ExecutionPlan("openvino", "float32", "cpu")


def test_auto_takes_bfloat16_only_where_the_processor_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with_types(monkeypatch, "FP32", "BF16")
    assert plan(dtype="auto").dtype == "bfloat16"
    with_types(monkeypatch, "FP32")
    assert plan(dtype="auto").dtype == "float32"


def test_a_handful_of_crops_does_not_pay_for_a_compilation_unless_it_is_paid_already() -> None:
    assert plan(crops=MIN_CROPS_TO_COMPILE - 1).runtime == "torch"
    assert plan(crops=MIN_CROPS_TO_COMPILE - 1, from_onnx=True).runtime == "onnxruntime"
    assert plan(crops=MIN_CROPS_TO_COMPILE - 1, compiled=True).runtime == "openvino"
    assert plan(crops=MIN_CROPS_TO_COMPILE).runtime == "openvino"
    assert plan(crops=1, runtime="openvino").runtime == "openvino"


def test_a_number_type_asked_for_by_name_is_not_given_up_for_few_crops() -> None:
    assert plan(crops=1, dtype="bfloat16") == ExecutionPlan("torch", "bfloat16", "cpu")
    assert plan(crops=1, dtype="bfloat16", from_onnx=True) == ExecutionPlan("openvino", "bfloat16", "cpu")


def test_float16_goes_where_it_really_is_float16(monkeypatch: pytest.MonkeyPatch) -> None:
    with_types(monkeypatch, "FP32", "BF16")
    assert plan(dtype="float16") == ExecutionPlan("torch", "float16", "cpu")
    with_types(monkeypatch, "FP32", "FP16")
    assert plan(dtype="float16") == ExecutionPlan("openvino", "float16", "cpu")


def test_int8_is_taken_only_behind_its_switch() -> None:
    assert plan(int8=True) == ExecutionPlan("openvino", "int8", "cpu")
    assert plan(dtype="auto").dtype != "int8"


@pytest.mark.parametrize(
    ("keys", "from_onnx", "said"),
    [
        ({"runtime": "torch"}, True, "torch cannot run onnx"),
        ({"runtime": "onnxruntime", "dtype": "bfloat16"}, False, "number type"),
        ({"runtime": "onnxruntime", "dtype": "float16"}, True, "number type"),
        ({"runtime": "torch", "int8": True}, False, "int8"),
        ({"device": "cuda:63"}, False, "torch has no .cuda:63. on this machine"),
        ({"device": "tpu"}, False, "is not a device"),
    ],
)
def test_what_does_not_go_together_is_refused(keys: dict[str, object], from_onnx: bool, said: str) -> None:
    with pytest.raises(BackboneError, match=said):
        plan(from_onnx=from_onnx, **keys)


def test_without_openvino_everything_still_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "has_openvino", lambda: False)
    with_types(monkeypatch, "FP32")
    assert plan(dtype="auto") == ExecutionPlan("torch", "float32", "cpu")
    assert plan(dtype="auto", from_onnx=True) == ExecutionPlan("onnxruntime", "float32", "cpu")
    with pytest.raises(BackboneError, match="not installed"):
        plan(runtime="openvino")


@pytest.mark.parametrize("device", ["cuda:0", "mps"])
def test_on_a_gpu_it_is_torch(monkeypatch: pytest.MonkeyPatch, device: str) -> None:
    monkeypatch.setattr(plans, "resolve_device", lambda *_, **__: device)
    assert plan(device=device) == ExecutionPlan("torch", "float32", device)
    with pytest.raises(BackboneError, match="openvino runs on the CPU"):
        plan(device=device, runtime="openvino")
    with pytest.raises(BackboneError, match="int8"):
        plan(device=device, int8=True)
