"""A converted network is kept whole or not at all, one for each backbone and OpenVINO version."""

from pathlib import Path

import numpy as np
import pytest

from reid_assets.reid.backbones import openvino_cache
from reid_assets.reid.backbones.openvino_cache import network_file, read_network, write_network
from reid_assets.reid.backbones.openvino_network import torch_to_openvino
from reid_assets.reid.backbones.openvino_runner import OpenVinoRunner
from reid_assets_tests.support.small_networks import HW, SCALE, SmallNetwork, crops


def test_what_was_written_is_read_and_gives_the_same_bytes(tmp_path: Path) -> None:
    model = torch_to_openvino(SmallNetwork().eval(), HW, SCALE)
    file = network_file(tmp_path / "new" / "folder", "a label")
    write_network(model, file)
    read = read_network(file)
    assert read is not None
    fresh, kept = OpenVinoRunner(model, "float32"), OpenVinoRunner(read, "float32")
    assert np.array_equal(fresh.run(crops(3)), kept.run(crops(3)))
    assert sorted(path.name for path in file.parent.iterdir()) == sorted(
        f"{file.stem}.{suffix}" for suffix in ("bin", "crc", "xml")
    )


def test_what_is_missing_half_there_or_spoilt_is_made_again(tmp_path: Path) -> None:
    file = network_file(tmp_path, "a label")
    assert read_network(file) is None
    file.write_text("<net")
    assert read_network(file) is None
    file.with_suffix(".bin").touch()
    assert read_network(file) is None
    write_network(torch_to_openvino(SmallNetwork().eval(), HW, SCALE), file)
    assert read_network(file) is not None
    weights = bytearray(file.with_suffix(".bin").read_bytes())
    weights[len(weights) // 2] ^= 1
    file.with_suffix(".bin").write_bytes(weights)
    assert read_network(file) is None, "one bit is another, which OpenVINO itself would not notice"


def test_a_folder_that_cannot_be_written_to_costs_nothing_but_the_next_conversion(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    write_network(torch_to_openvino(SmallNetwork().eval(), HW, SCALE), network_file(tmp_path / "file", "x"))
    assert read_network(network_file(tmp_path / "file", "x")) is None


def test_another_backbone_or_another_openvino_has_a_file_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = network_file(tmp_path, "one")
    assert network_file(tmp_path, "one") == one
    assert network_file(tmp_path, "two") != one
    monkeypatch.setattr(openvino_cache, "openvino_version", lambda: "1999.1")
    assert network_file(tmp_path, "one") != one
