"""ResNet50 loads from torchvision's cache or a local file, and says how where neither is there."""

from pathlib import Path

import pytest
import torch

from reid_assets.reid.backbones.resnet50 import resnet50_module
from reid_assets.reid.backbones.torchvision_schemas import make_torchvision_importable
from reid_assets.reid.core.errors import BackboneError


@pytest.fixture(scope="module")
def state() -> dict[str, torch.Tensor]:
    make_torchvision_importable()
    from torchvision.models import resnet50

    torch.manual_seed(0)
    return resnet50(weights=None).state_dict()


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty torch cache, and a network in which nobody answers."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    return tmp_path / "hub" / "checkpoints"


@pytest.mark.parametrize("wrap", ["plain", "nested", "parallel", "headless"])
def test_a_state_dict_loads_however_it_was_saved(tmp_path: Path, state: dict, wrap: str) -> None:
    saved = {
        "plain": state,
        "nested": {"state_dict": state, "epoch": 3},
        "parallel": {f"module.{key}": value for key, value in state.items()},
        "headless": {key: value for key, value in state.items() if not key.startswith("fc.")},
    }[wrap]
    torch.save(saved, tmp_path / "r50.pth")
    module = resnet50_module(tmp_path / "r50.pth").eval()
    assert torch.equal(module.state_dict()["conv1.weight"], state["conv1.weight"])
    with torch.no_grad():
        assert module(torch.zeros(1, 3, 32, 32)).shape == (1, 2048)


def test_weights_in_torch_s_cache_need_no_network(hub: Path, state: dict) -> None:
    hub.mkdir(parents=True)
    torch.save(state, hub / "resnet50-11ad3fa6.pth")
    assert torch.equal(resnet50_module(None).state_dict()["conv1.weight"], state["conv1.weight"])


def test_weights_that_cannot_be_fetched_name_the_folder_and_the_offline_way(hub: Path) -> None:
    with pytest.raises(BackboneError, match=r"resnet50@<file>") as error:
        resnet50_module(None)
    assert str(hub) in str(error.value)


@pytest.mark.parametrize("content", [b"", b"no weights at all", b"PK\x03\x04"])
def test_a_file_that_is_no_state_dict_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "r50.pth").write_bytes(content)
    with pytest.raises(BackboneError, match=r"r50\.pth: not a readable state dict"):
        resnet50_module(tmp_path / "r50.pth")


def test_another_network_s_weights_are_refused_by_name(tmp_path: Path) -> None:
    torch.save({"conv1.weight": torch.zeros(1), "odd": torch.zeros(1)}, tmp_path / "other.pth")
    with pytest.raises(BackboneError, match=r"other\.pth: not a ResNet50"):
        resnet50_module(tmp_path / "other.pth")
    torch.save([1, 2], tmp_path / "list.pth")
    with pytest.raises(BackboneError, match=r"list\.pth: contains a list"):
        resnet50_module(tmp_path / "list.pth")
