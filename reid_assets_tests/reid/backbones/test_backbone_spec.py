"""A backbone's name says everything, or the error says the name that was meant."""

from pathlib import Path

import pytest

from reid_assets.reid.backbones.backbone_spec import AUTO_ORDER, Source, parse_source
from reid_assets.reid.core.errors import BackboneError


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("builtin", Source("builtin")),
        ("resnet50", Source("resnet50")),
        ("resnet50@weights/r50.pth", Source("resnet50", weights="weights/r50.pth")),
        ("onnx:C:/nets/osnet.onnx", Source("onnx", weights="C:/nets/osnet.onnx")),
        ("open-clip:ViT-B-32@openai", Source("open-clip", "ViT-B-32", "openai")),
        ("open-clip:ViT-B/32@openai", Source("open-clip", "ViT-B-32", "openai")),
    ],
)
def test_a_name_is_taken_apart(name: str, expected: Source) -> None:
    assert parse_source(name) == expected


def test_vit_b_32_alone_means_published_weights_because_open_clip_would_take_random_ones() -> None:
    assert parse_source("open-clip:ViT-B-32").weights == "laion2b_s34b_b79k"
    assert parse_source("open-clip:ViT-B-16").weights == ""


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
        parse_source(name)
    assert f"form: {nearest}" in str(error.value)


def test_what_stands_behind_the_at_is_a_file_only_if_it_looks_like_one(tmp_path: Path) -> None:
    bare = tmp_path / "weights"
    bare.touch()
    assert parse_source("open-clip:ViT-B-32@laion2b_e16").file is None
    assert parse_source("open-clip:ViT-B-32@nets/b32").file == Path("nets/b32")
    assert parse_source("open-clip:ViT-B-32@b32.safetensors").file == Path("b32.safetensors")
    assert parse_source(f"open-clip:ViT-B-32@{bare}").file == bare
    assert parse_source("resnet50@tag").file == Path("tag")


def test_auto_goes_from_the_best_to_the_one_that_always_loads() -> None:
    families = [parse_source(name).family for name in AUTO_ORDER]
    assert families == ["open-clip", "resnet50", "builtin"]
