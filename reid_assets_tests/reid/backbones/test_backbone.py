"""A configured name becomes the backbone it names, or an error; only auto may choose, and says why."""

from pathlib import Path

import numpy as np
import pytest
import torch

from reid_assets.reid.backbones.backbone import backbone_label, choose_auto, load_backbone
from reid_assets.reid.backbones.backbone_spec import AUTO_ORDER
from reid_assets.reid.backbones.synthetic_crops import synthetic_crops
from reid_assets.reid.backbones.torchvision_schemas import make_torchvision_importable
from reid_assets.reid.core.errors import BackboneError, ConfigError
from reid_assets.reid.core.settings import BackboneSettings
from reid_assets_tests.support.small_networks import write_onnx

OPENCLIP = "ViT-S-32-alt"


def named(name: str, **keys: object) -> BackboneSettings:
    return BackboneSettings.model_validate({"name": name, "device": "cpu", "image_size": 32, **keys})


@pytest.fixture(scope="module")
def resnet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    make_torchvision_importable()
    from torchvision.models import resnet50

    torch.manual_seed(0)
    file = tmp_path_factory.mktemp("weights") / "r50.pth"
    torch.save(resnet50(weights=None).state_dict(), file)
    return file


@pytest.fixture(scope="module")
def openclip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    make_torchvision_importable()
    import open_clip

    torch.manual_seed(0)
    file = tmp_path_factory.mktemp("weights") / "clip.pt"
    torch.save(open_clip.create_model(OPENCLIP).state_dict(), file)
    return file


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No cached weights, and a network in which nobody answers."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path


def test_the_built_in_one_needs_nothing() -> None:
    backbone = load_backbone(named("builtin"))
    assert backbone.label == backbone_label(named("builtin"))
    assert backbone.embed(np.stack([backbone.prepare(np.zeros((9, 4, 3), np.uint8))])).shape == (
        1,
        backbone.dim,
    )


def test_every_family_keeps_the_interface_and_its_label(tmp_path: Path, resnet: Path, openclip: Path) -> None:
    onnx = write_onnx(tmp_path / "net.onnx", batch=1)
    for name in ("builtin", f"onnx:{onnx}", f"resnet50@{resnet}", f"open-clip:{OPENCLIP}@{openclip}"):
        backbone = load_backbone(named(name), expected_crops=4)
        assert backbone.label == backbone_label(named(name))
        height, width = backbone.input_hw
        assert backbone.prepare(np.zeros((70, 31, 3), np.uint8)).shape == (height, width, 3)
        images = synthetic_crops(3, backbone.input_hw)
        vectors = backbone.embed(images)
        assert (vectors.shape, vectors.dtype) == ((3, backbone.dim), np.float32)
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
        assert backbone.embed(images[:0]).shape == (0, backbone.dim)
        assert np.array_equal(backbone.embed(images), vectors)
        alone = np.concatenate([backbone.embed(images[i : i + 1]) for i in range(3)])
        assert (alone * vectors).sum(axis=1).min() > 1 - 1e-3
        assert {"runtime", "dtype", "device", "agreement", "warnings"} <= set(backbone.facts)


def test_runtimes_agree_and_a_kept_conversion_spares_reading_the_weights(
    tmp_path: Path, openclip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = named(f"open-clip:{OPENCLIP}@{openclip}")
    images = synthetic_crops(3, (32, 32))
    plain = load_backbone(settings.model_copy(update={"runtime": "torch"})).embed(images)
    first = load_backbone(settings, tmp_path / "cache")
    assert first.facts["runtime"] == "openvino"
    assert (first.embed(images) * plain).sum(axis=1).min() > 1 - 1e-3
    monkeypatch.delattr("reid_assets.reid.backbones.loading.openclip_tower")
    kept = load_backbone(settings.model_copy(update={"dtype": "auto"}), tmp_path / "cache", expected_crops=1)
    assert kept.facts["runtime"] == "openvino"
    assert (kept.embed(images) * plain).sum(axis=1).min() > 0.99


def test_a_backbone_is_loaded_once_per_process_and_configuration(tmp_path: Path) -> None:
    settings = named(f"onnx:{write_onnx(tmp_path / 'net.onnx')}", runtime="onnxruntime")
    assert load_backbone(settings) is load_backbone(settings)
    assert load_backbone(settings) is not load_backbone(settings.model_copy(update={"runtime": "openvino"}))


def test_a_label_tells_content_and_preprocessing_but_not_path_runtime_or_number_type(tmp_path: Path) -> None:
    file = write_onnx(tmp_path / "net.onnx", hw=("h", "w"))
    label = backbone_label(named(f"onnx:{file}"))
    moved = file.rename(tmp_path / "moved.onnx")
    assert backbone_label(named(f"onnx:{moved}", runtime="openvino", dtype="bfloat16")) == label
    assert backbone_label(named(f"onnx:{moved}", image_size=64)) != label
    assert backbone_label(named(f"onnx:{moved}", mean=[0, 0, 0])) != label
    write_onnx(moved, hw=("h", "w"), batch=1)
    assert backbone_label(named(f"onnx:{moved}")) != label


def test_a_checkpoint_s_label_tells_what_the_settings_add(resnet: Path) -> None:
    name = f"resnet50@{resnet}"
    labels = {backbone_label(named(name, **keys)) for keys in ({}, {"mean": [0, 0, 0]}, {"std": [1, 1, 1]})}
    assert len(labels) == 3


@pytest.mark.parametrize(
    "name",
    [
        "nothing",
        "auto",
        "onnx:gone.onnx",
        "resnet50@gone.pth",
        "open-clip:ViT-B-32@gone/b32.pt",
        "open-clip:ViT-X",
    ],
)
def test_a_name_that_cannot_be_is_an_error_before_anything_is_loaded(name: str) -> None:
    with pytest.raises(ConfigError, match=r"backbone\.name|gone|auto"):
        backbone_label(named(name))
    with pytest.raises(BackboneError):
        load_backbone(named(name))


def test_a_named_backbone_without_weights_is_an_error_never_another_model(nowhere: Path) -> None:
    for name in ("resnet50", "open-clip:ViT-B-32"):
        with pytest.raises(BackboneError, match="builtin"):
            load_backbone(named(name))


def test_auto_without_any_weights_takes_the_built_in_one_and_says_why_not_the_better_ones(
    nowhere: Path,
) -> None:
    choice = choose_auto(named("auto"))
    assert choice.name == "builtin"
    assert list(choice.why_not) == list(AUTO_ORDER[:2])
    assert all("@<file>" in reason for reason in choice.why_not.values())


def test_auto_takes_the_first_that_really_loads(nowhere: Path, resnet: Path) -> None:
    folder = nowhere / "hub" / "checkpoints"
    folder.mkdir(parents=True)
    cached = folder / "resnet50-11ad3fa6.pth"
    cached.write_bytes(b"spoilt")
    assert choose_auto(named("auto")).name == "builtin"
    cached.write_bytes(resnet.read_bytes())
    choice = choose_auto(named("auto"), expected_crops=4)
    assert (choice.name, list(choice.why_not)) == ("resnet50", [AUTO_ORDER[0]])
    taken = named("resnet50")
    assert load_backbone(taken).label == backbone_label(taken)


@pytest.mark.parametrize("keys", [{"device": "cuda:63"}, {"runtime": "onnxruntime", "dtype": "float16"}])
def test_a_slip_in_the_device_is_not_taken_for_missing_weights(keys: dict[str, object]) -> None:
    with pytest.raises(BackboneError, match=r"backbone\.(device|dtype)"):
        choose_auto(named("auto", **keys))


def test_auto_is_for_auto_alone() -> None:
    with pytest.raises(ValueError, match="not 'auto'"):
        choose_auto(named("builtin"))
