"""The Dagster UI on a root: materialising from it does what `run` does, and it ends without a trace."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import yaml

from reid_assets.automation.instance import prepare_home
from reid_assets.commands.ui import end_tree
from reid_assets.guard.access import Access, settings_of
from reid_assets.layout import Layout
from reid_assets_tests.support.cli_calls import call
from reid_assets_tests.support.live_ui import LiveUi, free_port, running_ui, wait_for
from reid_assets_tests.support.tiny_root import make_root, write_config

TOP = Path(__file__).parents[2]
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


def test_everything_can_be_materialised_from_the_ui_and_it_ends_as_a_whole(ui: LiveUi, folder: Path) -> None:
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
        assert (
            layout.path("tracks_global", video).is_file() and layout.path("summary_global", video).is_file()
        )
    assert layout.gallery_index.is_file() and layout.path("flows").is_file()

    second = call("ui", "--root", str(folder / "cv"), "--config", str(folder / "reid.yaml"))
    assert second.code == 1 and "already runs on this history" in second.said

    ui.process.send_signal(signal.SIGTERM)
    assert ui.process.wait(timeout=60) == 0
    gone, alive = psutil.wait_procs(tree, timeout=10)
    assert not alive, "SIGTERM ends the whole process tree"

    from reid_assets.cli import cli

    again = ["run", "--root", str(folder / "cv"), "--config", str(folder / "reid.yaml")]
    assert cli.main(again, standalone_mode=False) == 0
    records = [json.loads(p.read_text()) for p in layout.made.glob("**/*.json") if p.name != "digests.json"]
    assert records, "what the UI made is recorded"


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.7", "::", "example.org"])
def test_an_address_that_others_reach_is_refused_with_a_way_out(folder: Path, host: str) -> None:
    called = call("ui", "--root", str(folder / "cv"), "--config", str(folder / "reid.yaml"), "--host", host)
    assert called.code == 2
    assert "login proxy" in called.said and "--i-know-there-is-no-login" in called.said
    settings_of(Access(host, no_login=True))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_addresses_of_this_machine_alone_are_fine(host: str) -> None:
    settings_of(Access(host))


def test_a_port_in_use_is_one_line_and_nothing_is_started(folder: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        called = call(
            "ui", "--root", str(folder / "cv"), "--config", str(folder / "reid.yaml"), "--port", port
        )
    assert called.code == 1 and port in called.said and "--port" in called.said
    assert "Dagster UI:" not in called.said and "Traceback" not in called.said


@pytest.mark.long
def test_a_webserver_that_dies_ends_the_others(ui: LiveUi) -> None:
    tree = psutil.Process(ui.process.pid).children(recursive=True)
    (webserver,) = [p for p in tree if "reid_assets.guard.webserver" in p.cmdline()]
    webserver.kill()
    assert ui.process.wait(timeout=60) == 1
    assert "webserver ended by itself" in ui.log.read_text()
    assert not psutil.wait_procs(tree, timeout=10)[1]


@pytest.mark.long
def test_plain_dagster_dev_in_the_project_writes_the_same_history(folder: Path) -> None:
    """The project's own files in a folder of their own, whose outputs somebody has deleted."""
    project = folder / "project"
    for name in (".env", "workspace.yaml", "configs/dagster/dagster.yaml"):
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(TOP / name, project / name)
    (project / "reid_assets").symlink_to(TOP / "reid_assets")
    at = Layout(project / "outputs" / "cv")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("REID_", "DAGSTER_"))}
    environment |= {"PWD": str(project), "REID_CONFIG": str(folder / "reid.yaml")}
    command = [sys.executable, "-m", "dagster", "dev", "-p", str(free_port())]
    with (folder / "dev.log").open("wb") as log:
        dev = subprocess.Popen(
            command, cwd=project, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    ui = LiveUi(dev, 0, at.root, folder / "dev.log")
    try:
        # The history is complete, so that nobody else begins to make it.
        wait_for(lambda: b"Serving dagster-webserver" in (folder / "dev.log").read_bytes(), 90)
        for video in ("a", "b"):
            shutil.copytree(folder / "cv" / video, at.video(video))
        wait_for(lambda: {"new_videos", "reassociate"} <= set(ui.ticks()), 90)
        # The name under which `reid-assets run` keeps the videos, too.
        with ui.history() as history:
            wait_for(lambda: history.get_dynamic_partitions("videos") == ["a", "b"], 90)
    finally:
        end_tree(dev.pid)
        dev.wait()
    kept = [path.name for path in (project / "configs" / "dagster").rglob("*") if path.is_file()]
    assert kept == ["dagster.yaml"], "nothing of the history lies outside outputs"


def test_dagster_dev_is_configured_as_any_other_history(tmp_path: Path) -> None:
    own = yaml.safe_load((prepare_home(Layout(tmp_path)) / "dagster.yaml").read_text())
    shipped = yaml.safe_load((TOP / "configs" / "dagster" / "dagster.yaml").read_text())
    assert own.items() <= shipped.items()
    assert shipped.keys() - own.keys() == {"storage", "local_artifact_storage", "compute_logs"}
