"""OpenCLIP's models load from real checkpoints, and never with random weights."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from reid_assets.reid.backbones.backbone_spec import parse_backbone_spec
from reid_assets.reid.backbones.openclip import check_openclip_name, native_image_size, openclip_tower
from reid_assets.reid.backbones.torchvision_schemas import make_torchvision_importable
from reid_assets.reid.core.errors import BackboneError
from reid_assets.reid.core.settings import BackboneSettings

MODEL = "ViT-S-32-alt"


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    make_torchvision_importable()
    import open_clip

    torch.manual_seed(0)
    file = tmp_path_factory.mktemp("weights") / "small.pt"
    torch.save(open_clip.create_model(MODEL).state_dict(), file)
    return file


@pytest.mark.parametrize("size", [224, 64])
def test_a_checkpoint_gives_its_own_image_tower_at_the_size_asked_for(checkpoint: Path, size: int) -> None:
    tower = openclip_tower(
        parse_backbone_spec(f"open-clip:{MODEL}@{checkpoint}"), BackboneSettings(image_size=size)
    )
    with torch.no_grad():
        vectors = tower.module.eval()(torch.zeros(2, 3, size, size)).numpy()
    assert vectors.shape == (2, 256)
    assert np.allclose(vectors[0], vectors[1], atol=1e-5)
    saved = torch.load(checkpoint, weights_only=True)["visual.conv1.weight"]
    assert torch.equal(tower.module.state_dict()["visual.conv1.weight"], saved)


def test_a_checkpoint_of_another_model_is_refused_with_both_names(checkpoint: Path) -> None:
    with pytest.raises(BackboneError, match=r"small\.pt: not a checkpoint of open-clip:ViT-S-32"):
        openclip_tower(parse_backbone_spec(f"open-clip:ViT-S-32@{checkpoint}"), BackboneSettings())


def test_settings_speak_for_a_checkpoint_s_scaling_and_its_model_where_they_are_silent(
    checkpoint: Path,
) -> None:
    source = parse_backbone_spec(f"open-clip:{MODEL}@{checkpoint}")
    assert openclip_tower(source, BackboneSettings()).normalization.mean == (
        0.48145466,
        0.4578275,
        0.40821073,
    )
    said = BackboneSettings(mean=(0.1, 0.2, 0.3))
    assert openclip_tower(source, said).normalization.mean == (0.1, 0.2, 0.3)


def test_siglip_is_scaled_as_its_published_weights_are() -> None:
    from reid_assets.reid.backbones.openclip import _default_normalization

    assert _default_normalization("ViT-B-16-SigLIP").mean == (0.5, 0.5, 0.5)


@pytest.mark.parametrize("weights", ["", "laion2b_s34b_b79k"])
def test_a_tag_that_cannot_be_fetched_names_the_offline_way(
    weights: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", "nowhere")
    name = f"open-clip:ViT-B-32@{weights}" if weights else "open-clip:ViT-B-32"
    with pytest.raises(BackboneError, match=r"open-clip:ViT-B-32@<file>"):
        openclip_tower(parse_backbone_spec(name), BackboneSettings())


def test_a_model_without_weights_would_be_random_so_its_tags_are_listed() -> None:
    with pytest.raises(BackboneError, match="laion2b_s34b_b88k"):
        check_openclip_name(parse_backbone_spec("open-clip:ViT-B-16"))


@pytest.mark.parametrize("tag", ["laion_2b", "laion2b_s34b_b79"])
def test_an_unknown_tag_is_answered_with_the_known_ones(tag: str) -> None:
    with pytest.raises(BackboneError, match="laion2b_s34b_b79k"):
        check_openclip_name(parse_backbone_spec(f"open-clip:ViT-B-32@{tag}"))


def test_another_model_s_tag_is_found_out_when_it_is_loaded() -> None:
    with pytest.raises(BackboneError, match="has no pretrained tag 'laion2b_s34b_b88k'"):
        openclip_tower(parse_backbone_spec("open-clip:ViT-B-32@laion2b_s34b_b88k"), BackboneSettings())


def test_an_unknown_model_is_answered_with_the_nearest() -> None:
    with pytest.raises(BackboneError, match="Nearest: ViT-B-32"):
        check_openclip_name(parse_backbone_spec("open-clip:vit-b-33@openai"))


def test_a_name_is_judged_without_importing_anything_heavy() -> None:
    code = (
        "import sys\n"
        "from reid_assets.reid.backbones.backbone import backbone_label\n"
        "from reid_assets.reid.core.settings import BackboneSettings\n"
        "print(backbone_label(BackboneSettings(name='open-clip:ViT-B-32@LAION2B-s34b-b79k')))\n"
        "assert not {'torch', 'open_clip', 'openvino', 'onnxruntime'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "open-clip:ViT-B-32@laion2b_s34b_b79k|squash 224x224"


def test_the_size_a_model_was_trained_with_is_known() -> None:
    assert (native_image_size("ViT-B-32"), native_image_size("ViT-L-14-336")) == (224, 336)
