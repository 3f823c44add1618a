"""Two hundred videos that were embedded elsewhere catch up in under two minutes, in a few runs."""

import shutil
import time
from pathlib import Path

import pytest

from reid_assets.layout import Layout
from reid_assets_tests.support.cli_calls import Cli
from reid_assets_tests.support.finished_root import copy_pair
from reid_assets_tests.support.live_ui import running_ui
from reid_assets_tests.support.tiny_root import write_config

VIDEOS, SECONDS = 200, 120.0


@pytest.mark.timeout(900)
def test_two_hundred_videos_catch_up_in_a_few_runs(finished: Cli, tmp_path: Path) -> None:
    source, at = Layout(finished.root), Layout(tmp_path / "many")
    names = [f"v{number:03}" for number in range(VIDEOS)]
    config = write_config(tmp_path)
    at.root.mkdir()
    with running_ui(at.root, config) as ui:
        start = time.time()
        for name in names:
            at.video(name).mkdir()
            for path in (source.tracks("a"), source.analysis("a"), source.summary("a")):
                shutil.copy(path, at.video(name))
            copy_pair(source, "a", at, "own", name)
        ui.rest(start, 600)
        seconds = time.time() - start
        assert ui.materializations("summary_global") == dict.fromkeys(names, 1)
        assert len(ui.runs()) <= 4, [run.job_name for run in ui.runs()]
        print(f"{VIDEOS} videos in {seconds:.0f} s, {len(ui.runs())} runs")  # noqa: T201
        assert seconds < SECONDS
