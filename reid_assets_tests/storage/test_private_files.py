"""What is written is the owner's alone, unless somebody says otherwise."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from reid_assets_tests.support.cli_calls import Cli
from reid_assets_tests.support.tiny_root import make_root, write_config


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def open_to_others(root: Path) -> list[str]:
    """What was made (the videos aside) and others may read, write or enter."""
    made = [
        path for path in root.rglob("*") if path.name not in ("tracks.csv", "analysis.mp4", "summary.json")
    ]
    made = [path for path in made if path.parent != root or path.name in ("reid", ".dagster_home")]
    return [str(path) for path in made if stat.S_IMODE(path.stat().st_mode) & 0o077]


def test_results_and_history_are_the_owners_alone(tmp_path: Path) -> None:
    root = make_root(tmp_path / "root")
    (root / "reid").mkdir(mode=0o755)
    assert Cli(root, write_config(tmp_path)).run().code == 0
    assert open_to_others(root) == []


@pytest.mark.long
def test_a_team_may_share_its_results(tmp_path: Path) -> None:
    root = make_root(tmp_path / "root")
    assert Cli(root, write_config(tmp_path, privacy={"mode": "shared"})).run().code == 0
    assert stat.S_IMODE((root / "reid" / "global_id_map.csv").stat().st_mode) == 0o644
