"""Weights are fetched once, checked, and where they cannot be had the message says what to do, at once.

Each load is a process of its own with a cache of its own, since the hub's client reads its address once.
"""

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from reid_assets_tests.support.hub import hub
from reid_assets_tests.support.small_networks import OSNET, save_reid_checkpoint

_FILE = (
    "osnet_x1_0_msmt17_combineall_256x128_amsgrad_ep150_stp60_lr0.0015_b64_fb10"
    "_softmax_labelsmooth_flip_jitter.pth"
)
ALIAS, ALIAS_FILE = "reid:osnet_x1_0_msmt17_combineall", f"kaiyangzhou/osnet/{_FILE}"
_LOAD = """
import sys, numpy as np
from reid_assets.reid.backbones.backbone import load_backbone
from reid_assets.reid.core.errors import BackboneError
from reid_assets.reid.core.settings import BackboneSettings
allow = sys.argv[2] == "allow"
try:
    backbone = load_backbone(BackboneSettings(name=sys.argv[1], allow_research_weights=allow))
    print(backbone.embed(np.zeros((1, *backbone.input_hw, 3), np.uint8)).shape, backbone.label)
except BackboneError as error:
    print("refused:", error)
"""


def load(name: str, cache: Path, allow: bool = True, **environment: str) -> str:
    """What loading a backbone says: the shape of its vectors and its label, or the error."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("HF_")}
    here = {"HF_HUB_CACHE": str(cache / "hub"), "REID_CACHE": str(cache / "own"), "HF_HUB_DISABLE_XET": "1"}
    command = [sys.executable, "-W", "ignore", "-c", _LOAD, name, "allow" if allow else "refuse"]
    done = subprocess.run(
        command, env=clean | here | environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A checkpoint of the default network in the real format, of random weights."""
    file = tmp_path_factory.mktemp("weights") / "osnet.pth"
    save_reid_checkpoint(file, "osnet_x1_0")
    return file.read_bytes()


def test_an_alias_is_fetched_once_and_then_needs_no_hub(checkpoint: bytes, tmp_path: Path) -> None:
    with hub({ALIAS_FILE: checkpoint}) as address:
        said = load(ALIAS, tmp_path, HF_ENDPOINT=address)
    assert said.startswith("(1, 512) reid:osnet_x1_0_msmt17_combineall|squash 256x128|rgb")
    assert load(ALIAS, tmp_path, HF_ENDPOINT=address) == said, "the hub is gone, the file is here"
    assert load(ALIAS, tmp_path, HF_HUB_OFFLINE="1") == said
    blob = next(path for path in (tmp_path / "hub").rglob("*") if path.is_file() and len(path.name) == 64)
    blob.write_bytes(blob.read_bytes()[:-1] + b"x")
    assert "damaged on the way, or replaced" in load(ALIAS, tmp_path, HF_HUB_OFFLINE="1")


def test_other_bytes_than_the_hub_states_are_refused_and_not_kept(checkpoint: bytes, tmp_path: Path) -> None:
    with hub({ALIAS_FILE: checkpoint}, damaged=True) as address:
        said = load(ALIAS, tmp_path, HF_ENDPOINT=address)
    assert said.startswith("refused:") and "SHA-256" in said
    with hub({ALIAS_FILE: checkpoint}) as address:
        assert load(ALIAS, tmp_path, HF_ENDPOINT=address).startswith("(1, 512)")


@pytest.mark.parametrize("offline", [{"HF_ENDPOINT": "http://127.0.0.1:9"}, {"HF_HUB_OFFLINE": "1"}])
def test_without_a_hub_the_message_comes_at_once_with_file_address_and_next_step(
    offline: dict[str, str], tmp_path: Path
) -> None:
    begin = time.monotonic()
    said = load(ALIAS, tmp_path, **offline)
    assert time.monotonic() - begin < 60, "minutes of retries"
    assert said.startswith(f"refused: {ALIAS}: its weights ({_FILE}) are not on this machine")
    assert f"/kaiyangzhou/osnet/resolve/main/{_FILE}" in said
    assert "backbone.name: reid:<that file>@osnet_x1_0" in said


def test_a_file_that_the_repository_lacks_is_named(tmp_path: Path) -> None:
    with hub({}) as address:
        said = load(ALIAS, tmp_path, HF_ENDPOINT=address)
    assert said.startswith("refused:") and _FILE in said


def test_research_weights_are_refused_where_the_settings_say_so(tmp_path: Path) -> None:
    said = load(ALIAS, tmp_path, allow=False, HF_HUB_OFFLINE="1")
    assert "MSMT17, whose terms are for research" in said and "allow_research_weights is false" in said


def test_an_onnx_file_of_the_hub_is_the_same_backbone_as_the_local_file(tmp_path: Path) -> None:
    if not OSNET.is_file():
        pytest.skip(f"no network at {OSNET}")
    content = OSNET.read_bytes()
    right, wrong = hashlib.sha256(content).hexdigest(), "0" * 64
    name = "hf:someone/exported/person/osnet.onnx"
    with hub({"someone/exported/person/osnet.onnx": content}) as address:
        said = load(f"{name}@main#{right}", tmp_path, HF_ENDPOINT=address)
        refused = load(f"{name}#{wrong}", tmp_path, HF_ENDPOINT=address)
    assert f"onnx@sha256:{right[:12]}" in said
    assert refused.startswith("refused:") and "SHA-256" in refused
    assert load(name, tmp_path, HF_HUB_OFFLINE="1") == said, "a wrong demand removes nothing"
