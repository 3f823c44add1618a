"""A command ends its process quietly: standard error is for what a person has to know."""

import subprocess
import sys
from pathlib import Path

import pytest

from reid_assets_tests.support.tiny_root import make_root, write_config

# With torch loaded, as after every run with a network: compiled code then keeps more alive at the end.
_PROGRAM = "import torch; from reid_assets.cli import main; main()"


@pytest.mark.long
def test_a_run_ends_without_complaints_of_duckdbs_binding(tmp_path: Path) -> None:
    make_root(tmp_path / "cv")
    options = ["--root", str(tmp_path / "cv"), "--config", str(write_config(tmp_path))]
    command = [sys.executable, "-c", _PROGRAM, "run", *options]
    ended = subprocess.run(command, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert "Finished in" in ended.stdout
    assert "nanobind" not in ended.stderr
