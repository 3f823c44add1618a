"""A small root on which everything was made once; each test gets a copy of its own to change.

The history lies under the root and knows no absolute path, so a copy is as good as the root.
"""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from reid_assets.layout import Layout
from reid_assets_tests.support.cli_calls import Cli
from reid_assets_tests.support.tiny_root import GREEN, RED, make_root, make_video, write_config

OTHER = "another:network"


@pytest.fixture(scope="session")
def finished_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five videos; white trousers (blue) are seen in `b` alone."""
    folder = tmp_path_factory.mktemp("finished")
    root = make_root(folder / "root")
    for number, (name, colour) in enumerate([("c", RED), ("d", GREEN), ("e", RED)]):
        make_video(root, name, {number: (colour, (0, 9))}, frames=10, seed=20 + number)
    called = Cli(root, write_config(folder)).run()
    assert called.code == 0, called.said
    return folder


@pytest.fixture
def finished(finished_once: Path, tmp_path: Path) -> Cli:
    """A copy of it."""
    shutil.copytree(finished_once, tmp_path, dirs_exist_ok=True)
    return Cli(tmp_path / "root", tmp_path / "reid.yaml")


def copy_pair(source: Layout, video: str, target: Layout, label: str | None, name: str | None = None) -> None:
    """Put a pair under another root (or another name), as somebody else's script would have made it."""
    meta = pd.read_csv(source.track_meta(video)).assign(video=name or video)
    target.embeddings.mkdir(parents=True, exist_ok=True)
    meta.to_csv(target.track_meta(name or video), index=False)
    with np.load(source.track_embeds(video)) as stored:
        arrays = {"emb": stored["emb"], "samples": stored["samples"], "sample_track": stored["sample_track"]}
        own = str(stored["backbone"])
    if label is not None:
        arrays["backbone"] = np.array(own if label == "own" else label)
    # Compressed: the same content as ours is never the same bytes.
    np.savez_compressed(target.track_embeds(name or video), **arrays)


def files_under(root: Path) -> dict[str, tuple[int, int]]:
    """Every file outside the history, with its size and time."""
    paths = (path for path in root.rglob("*") if path.is_file() and ".dagster_home" not in path.parts)
    return {str(path.relative_to(root)): (path.stat().st_size, path.stat().st_mtime_ns) for path in paths}


def changed(before: dict[str, tuple[int, int]], root: Path) -> set[str]:
    """Results that were written again (records and the database aside)."""
    after = files_under(root)
    names = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    return {name for name in names if "/." not in name and "duckdb" not in name}
