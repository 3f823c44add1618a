"""Networks of the package `reid`: the same vectors as its own model, and clear refusals."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from reid_assets.reid.backbones.backbone import backbone_label, load_backbone
from reid_assets.reid.core.errors import BackboneError
from reid_assets.reid.core.settings import BackboneSettings
from reid_assets_tests.support.small_networks import crops, save_reid_checkpoint


def of(name: str) -> BackboneSettings:
    return BackboneSettings(name=name)


def test_vectors_are_those_of_the_package_itself(tmp_path: Path) -> None:
    file = tmp_path / "own.pth"
    save_reid_checkpoint(file, "osnet_x0_25")
    backbone = load_backbone(of(f"reid:{file}@osnet_x0_25"))
    assert (backbone.input_hw, backbone.dim) == ((256, 128), 512)
    pictures, names = crops(4, (256, 128)), []
    for number, picture in enumerate(pictures):
        names.append(str(tmp_path / f"{number}.png"))
        Image.fromarray(picture[:, :, ::-1]).save(names[-1])
    from reid import ReIDModel

    plain = tmp_path / "plain.pth"
    torch.save(torch.load(file, weights_only=False)["state_dict"], plain)
    theirs = ReIDModel.from_pretrained(str(plain), architecture="osnet_x0_25").extract_embeddings_from_paths(
        names
    )
    theirs = theirs / np.linalg.norm(theirs, axis=1, keepdims=True)
    assert (backbone.embed(pictures) * theirs).sum(axis=1).min() > 0.9999


def test_the_label_follows_the_content_and_not_the_place(tmp_path: Path) -> None:
    one, other = tmp_path / "one.pth", tmp_path / "other.pth"
    save_reid_checkpoint(one, "osnet_x0_25")
    other.write_bytes(one.read_bytes())
    label = backbone_label(of(f"reid:{one}@osnet_x0_25"))
    assert label == backbone_label(of(f"reid:{other}@osnet_x0_25"))
    assert "256x128" in label and "sha256:" in label
    other.write_bytes(one.read_bytes() + b" ")
    assert label != backbone_label(of(f"reid:{other}@osnet_x0_25"))


def test_weights_of_another_architecture_are_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "own.pth"
    save_reid_checkpoint(file, "osnet_x0_25")
    with pytest.raises(BackboneError, match=r"own.pth: not weights of osnet_x1_0"):
        load_backbone(of(f"reid:{file}@osnet_x1_0"))
    torch.save({"conv1.conv.weight": torch.zeros(16, 3, 7, 7)}, file)
    with pytest.raises(BackboneError, match="without"):
        load_backbone(of(f"reid:{file}@osnet_x0_25"))


def test_a_checkpoint_that_would_run_code_is_not_opened(tmp_path: Path) -> None:
    file, trace = tmp_path / "evil.pth", tmp_path / "trace"

    class Evil:
        def __reduce__(self) -> tuple:
            return (Path.write_text, (trace, "ran"))

    torch.save({"state_dict": Evil()}, file)
    with pytest.raises(BackboneError, match="not a readable state dict"):
        load_backbone(of(f"reid:{file}@osnet_x0_25"))
    assert not trace.exists()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("reid:osnet_x1_0_msmt17", "no alias 'osnet_x1_0_msmt17'. Nearest: osnet_x1_0_msmt17_combineall"),
        ("reid:w.pth@osnet_x2", "no architecture 'osnet_x2'. Nearest: osnet_x"),
        ("reid:missing.pth@osnet_x1_0", "missing.pth: there is no such weights file"),
    ],
)
def test_names_that_cannot_be_are_told_with_the_nearest(name: str, said: str) -> None:
    with pytest.raises(BackboneError) as refused:
        backbone_label(of(name))
    assert said in str(refused.value)
