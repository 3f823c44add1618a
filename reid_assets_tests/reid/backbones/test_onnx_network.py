"""A file exported for one crop is batched where that gives the same vectors, and only there."""

import logging
from pathlib import Path

import numpy as np
import pytest

from reid_assets.reid.backbones.network import InferenceRunner
from reid_assets.reid.backbones.onnx_file import OnnxInputSpec, load_onnx, read_input_spec
from reid_assets.reid.backbones.onnx_network import onnxruntime_runner, openvino_model
from reid_assets.reid.backbones.onnxruntime_runner import OnnxRuntimeRunner
from reid_assets.reid.backbones.openvino_runner import OpenVinoRunner
from reid_assets.reid.core.errors import BackboneError
from reid_assets.reid.core.settings import BackboneSettings
from reid_assets_tests.support.small_networks import crops, write_onnx

OSNET = Path(__file__).parents[4] / "shared" / "models" / "osnet_x0_25_msmt17.onnx"


def spec_of(path: Path) -> OnnxInputSpec:
    return read_input_spec(load_onnx(path), BackboneSettings(), path)


def both(path: Path) -> list[InferenceRunner]:
    spec = spec_of(path)
    return [onnxruntime_runner(path, spec, "cpu"), OpenVinoRunner(openvino_model(path, spec), "float32")]


def one_by_one(path: Path, images: np.ndarray) -> np.ndarray:
    spec = spec_of(path)
    original = OnnxRuntimeRunner(path, spec, spec.fixed_batch, "cpu")
    return np.concatenate([original.run(images[i : i + 1]) for i in range(len(images))])


@pytest.mark.parametrize(
    "reshape_to", [None, [1, 3], [1, -1], [-1, 3], [3]], ids=["none", "1,3", "1,-1", "-1,3", "flat"]
)
def test_rows_are_those_of_one_crop_at_a_time_whatever_the_graph_says(
    tmp_path: Path, reshape_to: list[int] | None
) -> None:
    path = write_onnx(tmp_path / "one.onnx", batch=1, reshape_to=reshape_to)
    images = crops(5)
    if reshape_to == [3]:
        with pytest.raises(BackboneError, match="one row each"):
            both(path)
        return
    for runner in both(path):
        assert np.allclose(runner.run(images), one_by_one(path, images), atol=1e-4)


@pytest.mark.parametrize("reshape_to", [None, [1, 3], [1, -1]])
def test_a_batch_of_one_in_a_reshape_is_opened(
    tmp_path: Path, reshape_to: list[int] | None, caplog: pytest.LogCaptureFixture
) -> None:
    path = write_onnx(tmp_path / "one.onnx", batch=1, reshape_to=reshape_to)
    with caplog.at_level(logging.WARNING):
        both(path)
    assert "one by one" not in caplog.text


def test_where_it_cannot_be_opened_crops_go_one_by_one_and_it_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = write_onnx(tmp_path / "one.onnx", batch=1, reshape_to=[-1, 1, 3])
    spec = spec_of(path)
    runner = onnxruntime_runner(path, spec, "cpu")
    assert np.allclose(runner.run(crops(4)), one_by_one(path, crops(4)), atol=1e-4)


@pytest.mark.parametrize("batch", [4, "n"])
@pytest.mark.parametrize("count", [1, 4, 6])
def test_other_batch_sizes_are_met(tmp_path: Path, batch: int | str, count: int) -> None:
    path = write_onnx(tmp_path / "four.onnx", batch=batch)
    expected = onnxruntime_runner(path, spec_of(path), "cpu").run(crops(6))
    for runner in both(path):
        assert np.allclose(runner.run(crops(6)[:count]), expected[:count], atol=1e-4)


@pytest.mark.parametrize("channels_last", [False, True])
def test_vectors_are_those_of_the_scaled_picture(tmp_path: Path, channels_last: bool) -> None:
    path = write_onnx(tmp_path / "a.onnx", channels_last=channels_last, metadata={"mean": "0", "std": "1"})
    red_first = crops(2)[..., ::-1].mean(axis=(1, 2)) / 255
    for runner in both(path):
        assert np.allclose(runner.run(crops(2)), red_first, atol=1e-4)


def test_bytes_go_in_as_bytes(tmp_path: Path) -> None:
    path = write_onnx(tmp_path / "a.onnx", kind=2, metadata={"channel_order": "bgr"})
    for runner in both(path):
        assert np.allclose(runner.run(crops(2)), crops(2).mean(axis=(1, 2)), atol=1e-2)


@pytest.mark.skipif(not OSNET.is_file(), reason="the real OSNet file is not beside this checkout")
def test_the_real_osnet_runs_batched_on_both_runtimes(caplog: pytest.LogCaptureFixture) -> None:
    assert spec_of(OSNET).hw == (256, 128)
    images = crops(3, (256, 128))
    expected = one_by_one(OSNET, images)
    for runner in both(OSNET):
        assert runner.dim == 512
        assert np.abs(runner.run(images) - expected).max() < 1e-3 * np.abs(expected).max()
    assert "one by one" not in caplog.text
