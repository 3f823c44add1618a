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
    assert sorted(path.name for path in file.parent.iterdir()) == sorted([file.name, f"{file.stem}.bin"])


def test_what_is_missing_half_there_or_spoilt_is_made_again(tmp_path: Path) -> None:
    file = network_file(tmp_path, "a label")
    assert read_network(file) is None
    file.write_text("<net")
    assert read_network(file) is None
    file.with_suffix(".bin").touch()
    assert read_network(file) is None


def test_another_backbone_or_another_openvino_has_a_file_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = network_file(tmp_path, "one")
    assert network_file(tmp_path, "one") == one
    assert network_file(tmp_path, "two") != one
    monkeypatch.setattr(openvino_cache, "openvino_version", lambda: "1999.1")
    assert network_file(tmp_path, "one") != one
