"""The Dagster UI on a root: materialising from it does what `run` does, and it ends without a trace."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from reid_assets.layout import Layout
from reid_assets_tests.live_ui import LiveUi, running_ui, wait_for
from reid_assets_tests.tiny import make_root, write_config

_LAUNCH = """
mutation Launch($params: ExecutionParams!) {
  launchPipelineExecution(executionParams: $params) {
    __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message }
  }
}"""
_STATUS = "query($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_root(tmp_path / "cv")
    write_config(tmp_path)
    return tmp_path


@pytest.fixture
def ui(folder: Path) -> Iterator[LiveUi]:
    with running_ui(folder / "cv", folder / "reid.yaml") as ui:
        yield ui


def test_everything_can_be_materialised_from_the_ui(ui: LiveUi, folder: Path) -> None:
    tree = psutil.Process(ui.process.pid).children(recursive=True)
    selector = {
        "repositoryLocationName": "reid_assets",
        "repositoryName": "__repository__",
        "pipelineName": "everything",
    }
    tags = {"dagster/asset_partition_range_start": "a", "dagster/asset_partition_range_end": "b"}
    metadata = {"tags": [{"key": key, "value": value} for key, value in tags.items()]}
    params = {"selector": selector, "executionMetadata": metadata, "runConfigData": {}}
    launched = ui.ask(_LAUNCH, params=params)["launchPipelineExecution"]
    assert launched["__typename"] == "LaunchRunSuccess", launched

    def ended() -> str | None:
        status = ui.ask(_STATUS, id=launched["run"]["runId"])["runOrError"]["status"]
        return status if status in ("SUCCESS", "FAILURE", "CANCELED") else None

    assert wait_for(ended, 180) == "SUCCESS"
    layout = Layout(folder / "cv")
    for video in ("a", "b"):
        assert layout.tracks_global(video).is_file() and layout.summary_global(video).is_file()
    assert layout.gallery_index.is_file() and layout.flows_csv.is_file()

    ui.process.send_signal(signal.SIGTERM)
    assert ui.process.wait(timeout=60) == 0
    gone, alive = psutil.wait_procs(tree, timeout=10)
    assert not alive, "SIGTERM ends the whole process tree"

    from reid_assets.cli import cli

    again = ["run", "--root", str(folder / "cv"), "--config", str(folder / "reid.yaml")]
    assert cli.main(again, standalone_mode=False) == 0
    records = [json.loads(p.read_text()) for p in layout.made.glob("**/*.json") if p.name != "digests.json"]
    assert records, "what the UI made is recorded"


def test_a_second_ui_on_the_same_history_is_refused(ui: LiveUi, folder: Path) -> None:
    places = ["--root", str(folder / "cv"), "--config", str(folder / "reid.yaml")]
    second = subprocess.run(
        [sys.executable, "-m", "reid_assets", "ui", *places], capture_output=True, text=True, timeout=60
    )
    assert second.returncode == 1
    assert "already runs on this history" in second.stderr
