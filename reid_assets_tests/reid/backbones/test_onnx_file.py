"""The file's own word about its input counts; where it is silent, the settings speak."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto

from reid_assets.reid.backbones.onnx_file import (
    OnnxInputSpec,
    external_weight_files,
    load_onnx,
    read_input_spec,
)
from reid_assets.reid.backbones.preprocessing import IMAGENET
from reid_assets.reid.core.errors import BackboneError
from reid_assets.reid.core.settings import BackboneSettings
from reid_assets_tests.support.small_networks import HW, write_onnx


def seen(path: Path, **keys: object) -> OnnxInputSpec:
    return read_input_spec(load_onnx(path), BackboneSettings.model_validate(keys), path)


def test_a_silent_file_is_rgb_in_imagenet_s_scale_at_its_own_size(tmp_path: Path) -> None:
    spec = seen(write_onnx(tmp_path / "a.onnx"))
    assert (spec.hw, spec.normalization, spec.rgb, spec.channels_last, spec.fixed_batch) == (
        HW,
        IMAGENET,
        True,
        False,
        None,
    )


def test_settings_speak_where_the_file_is_silent(tmp_path: Path) -> None:
    path = write_onnx(tmp_path / "a.onnx", hw=("h", "w"))
    spec = seen(path, image_size=96, channel_order="bgr", mean=[0, 0, 0], std=[1, 1, 1])
    assert spec.hw == (96, 96)
    assert spec.normalization is not None
    assert (spec.rgb, spec.normalization.mean, spec.normalization.std) == (False, (0, 0, 0), (1, 1, 1))


def test_metadata_goes_before_settings(tmp_path: Path) -> None:
    said = {"channel_order": "bgr", "mean": "[0.5, 0.4, 0.3]", "std": "0.2, 0.2, 0.25", "imgsz": "[64, 32]"}
    path = write_onnx(tmp_path / "a.onnx", hw=("h", "w"), metadata=said)
    spec = seen(path, channel_order="rgb", mean=[0, 0, 0], image_size=96)
    assert spec.hw == (64, 32)
    assert spec.normalization is not None
    assert (spec.rgb, spec.normalization.mean, spec.normalization.std) == (
        False,
        (0.5, 0.4, 0.3),
        (0.2, 0.2, 0.25),
    )


def test_means_in_grey_levels_are_understood(tmp_path: Path) -> None:
    said = {"mean": "123.675 116.28 103.53", "std": "[58.395, 57.12, 57.375]"}
    normalization = seen(write_onnx(tmp_path / "a.onnx", metadata=said)).normalization
    assert normalization is not None
    assert np.allclose((*normalization.mean, *normalization.std), (*IMAGENET.mean, *IMAGENET.std), atol=1e-3)


@pytest.mark.parametrize(
    ("stated", "mean", "std"),
    [("Normalized_0_1", 0, 1), ("Normalized_1_1", 0.5, 0.5), ("NominalRange_0_255", 0, 1 / 255)],
)
def test_onnx_s_own_image_metadata_is_read(tmp_path: Path, stated: str, mean: float, std: float) -> None:
    said = {"Image.BitmapPixelFormat": "Bgr8", "Image.NominalPixelRange": stated}
    spec = seen(write_onnx(tmp_path / "a.onnx", metadata=said))
    assert spec.normalization is not None
    assert (spec.rgb, spec.normalization.mean, spec.normalization.std) == (False, (mean,) * 3, (std,) * 3)


def test_bytes_and_channels_last_are_fed_as_they_are(tmp_path: Path) -> None:
    path = write_onnx(tmp_path / "a.onnx", batch=2, kind=TensorProto.UINT8, channels_last=True)
    spec = seen(path)
    assert (spec.normalization, spec.numpy_type, spec.channels_last, spec.fixed_batch) == (
        None,
        "uint8",
        True,
        2,
    )


@pytest.mark.parametrize("content", [b"", b"no network", b"\x08\x07"])
def test_what_is_no_network_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.onnx"
    path.write_bytes(content)
    with pytest.raises(BackboneError, match=r"broken\.onnx"):
        load_onnx(path)


def test_an_input_that_is_no_picture_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BackboneError, match="takes"):
        seen(write_onnx(tmp_path / "a.onnx", kind=TensorProto.INT64))


def test_weights_beside_the_file_are_named(tmp_path: Path) -> None:
    path = write_onnx(tmp_path / "a.onnx")
    assert external_weight_files(load_onnx(path), path) == []
    onnx.save(onnx.load(path), path, save_as_external_data=True, location="a.data", size_threshold=0)
    found = external_weight_files(load_onnx(path, with_weights=False), path)
    assert found == [tmp_path / "a.data"]
