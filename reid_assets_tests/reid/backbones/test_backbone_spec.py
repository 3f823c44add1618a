"""A backbone's name says everything, or the error says the name that was meant."""

from pathlib import Path

import pytest

from reid_assets.reid.backbones.backbone_spec import AUTO_ORDER, BackboneSpec, parse_backbone_spec
from reid_assets.reid.core.errors import BackboneError


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("builtin", BackboneSpec("builtin")),
        ("resnet50", BackboneSpec("resnet50")),
        ("resnet50@weights/r50.pth", BackboneSpec("resnet50", weights="weights/r50.pth")),
        ("onnx:C:/nets/osnet.onnx", BackboneSpec("onnx", weights="C:/nets/osnet.onnx")),
        ("open-clip:ViT-B-32@openai", BackboneSpec("open-clip", "ViT-B-32", "openai")),
        ("open-clip:ViT-B/32@openai", BackboneSpec("open-clip", "ViT-B-32", "openai")),
    ],
)
def test_a_name_is_taken_apart(name: str, expected: BackboneSpec) -> None:
    assert parse_backbone_spec(name) == expected


def test_vit_b_32_alone_means_published_weights_because_open_clip_would_take_random_ones() -> None:
    assert parse_backbone_spec("open-clip:ViT-B-32").weights == "laion2b_s34b_b79k"
    assert parse_backbone_spec("open-clip:ViT-B-16").weights == ""


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("", "auto"),
        ("osnet.onnx", "onnx:osnet.onnx"),
        ("ViT-B-32", "open-clip:ViT-B-32"),
        ("openclip:ViT-B-32", "open-clip:<model>"),
        ("open_clip:ViT-B-32", "open-clip:<model>"),
        ("open-clip:", "open-clip:<model>"),
        ("resnet-50", "resnet50[@<file>]"),
        ("resnet50@", "resnet50[@<file>]"),
        ("build-in", "builtin"),
    ],
)
def test_a_slip_is_answered_with_the_nearest_valid_form(name: str, nearest: str) -> None:
    with pytest.raises(BackboneError, match="Nearest valid form") as error:
        parse_backbone_spec(name)
    assert f"form: {nearest}" in str(error.value)


def test_what_stands_behind_the_at_is_a_file_only_if_it_looks_like_one(tmp_path: Path) -> None:
    bare = tmp_path / "weights"
    bare.touch()
    assert parse_backbone_spec("open-clip:ViT-B-32@laion2b_e16").file is None
    assert parse_backbone_spec("open-clip:ViT-B-32@nets/b32").file == Path("nets/b32")
    assert parse_backbone_spec("open-clip:ViT-B-32@b32.safetensors").file == Path("b32.safetensors")
    assert parse_backbone_spec(f"open-clip:ViT-B-32@{bare}").file == bare
    assert parse_backbone_spec("resnet50@tag").file == Path("tag")


def test_auto_goes_from_the_best_to_the_one_that_always_loads() -> None:
    families = [parse_backbone_spec(name).family for name in AUTO_ORDER]
    assert families == ["open-clip", "resnet50", "builtin"]
