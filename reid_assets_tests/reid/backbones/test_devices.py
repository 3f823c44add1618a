"""A device is there or it is an error; only an unnamed one is looked for."""

import pytest

from reid_assets.reid.backbones import devices
from reid_assets.reid.backbones.devices import resolve_device
from reid_assets.reid.core.errors import BackboneError


def with_devices(monkeypatch: pytest.MonkeyPatch, cuda: int = 0, mps: int = 0) -> None:
    monkeypatch.setattr(devices, "_torch_devices", lambda: {"cuda": cuda, "mps": mps, "cpu": 1})


def test_without_a_gpu_an_unnamed_device_is_the_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    with_devices(monkeypatch)
    assert resolve_device(None) == resolve_device("cpu") == "cpu"


def test_an_unnamed_device_is_the_best_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    with_devices(monkeypatch, mps=1)
    assert resolve_device(None) == "mps"
    with_devices(monkeypatch, cuda=2, mps=1)
    assert resolve_device(None) == "cuda:0"


@pytest.mark.parametrize(
    ("named", "meant"), [("0", "cuda:0"), ("1", "cuda:1"), ("cuda", "cuda:0"), ("cuda:1",) * 2]
)
def test_a_number_is_a_gpu(monkeypatch: pytest.MonkeyPatch, named: str, meant: str) -> None:
    with_devices(monkeypatch, cuda=2)
    assert resolve_device(named) == meant


@pytest.mark.parametrize("named", ["cuda:2", "2", "mps", "gpu", "cuda:x", "cpu:0", ""])
def test_what_is_not_there_is_an_error_that_names_it(monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    with_devices(monkeypatch, cuda=2)
    with pytest.raises(BackboneError, match=repr(named)):
        resolve_device(named)


def test_onnxruntime_is_asked_about_its_own_devices() -> None:
    assert resolve_device("cpu", onnx=True) == "cpu"
    with pytest.raises(BackboneError, match="onnxruntime"):
        resolve_device("mps", onnx=True)
