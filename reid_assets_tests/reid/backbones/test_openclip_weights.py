"""Cached weights need no network; others are fetched only from a hub that answers."""

from pathlib import Path

import huggingface_hub.constants
import pytest

from reid_assets.reid.backbones.openclip_weights import fetch_weights
from reid_assets.reid.backbones.weights_download import WeightsUnavailableError

REPOSITORY = "owner/network"


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and a network in which nobody answers."""
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def put(hub: Path, name: str) -> Path:
    folder = hub / "models--owner--network"
    (folder / "refs").mkdir(parents=True)
    (folder / "refs" / "main").write_text("abc")
    (folder / "snapshots" / "abc").mkdir(parents=True)
    file = folder / "snapshots" / "abc" / name
    file.write_bytes(b"weights")
    return file


@pytest.mark.parametrize("name", ["open_clip_model.safetensors", "open_clip_pytorch_model.bin"])
def test_what_the_hub_s_cache_holds_is_taken_without_asking_anybody(hub: Path, name: str) -> None:
    file = put(hub, name)
    assert fetch_weights({"hf_hub": f"{REPOSITORY}/"}) == file


def test_a_file_named_by_the_tag_is_found(hub: Path) -> None:
    file = put(hub, "other.bin")
    assert fetch_weights({"hf_hub": f"{REPOSITORY}/other.bin"}) == file


def test_what_open_clip_downloaded_by_address_is_found(hub: Path) -> None:
    file = hub / ".cache" / "clip" / "RN50.pt"
    file.parent.mkdir(parents=True)
    file.touch()
    assert fetch_weights({"url": "https://127.0.0.1:9/models/RN50.pt"}) == file


def test_a_hub_that_does_not_answer_is_told_with_the_address(hub: Path) -> None:
    with pytest.raises(WeightsUnavailableError, match=r"127\.0\.0\.1") as error:
        fetch_weights({"hf_hub": f"{REPOSITORY}/"})
    assert error.value.url == "http://127.0.0.1:9/owner/network"


def test_a_hub_switched_off_is_not_asked(hub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(WeightsUnavailableError, match="HF_HUB_OFFLINE"):
        fetch_weights({"hf_hub": f"{REPOSITORY}/"})
