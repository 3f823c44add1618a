"""Where Dagster judges staleness itself, its answer is ours: asked from a real webserver.

Dagster compares no more than a hundred upstream partitions; here there are five.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

import reid_assets.definitions
from reid_assets.artifacts import ARTIFACTS
from reid_assets.automation.instance import open_instance
from reid_assets.commands.ui import end_tree
from reid_assets.state.planner import stale_parts
from reid_assets.state.project import Project
from reid_assets.storage.digests import ABSENT
from reid_assets_tests.support.live_ui import LiveUi, free_port, wait_for
from reid_assets_tests.support.sensor_driver import Ticking

_WHOLE = (
    "query ($key: AssetKeyInput!) { assetNodeOrError(assetKey: $key) { ... on AssetNode { staleStatus } } }"
)
_PARTS = """
query ($key: AssetKeyInput!, $videos: [String!]) { assetNodeOrError(assetKey: $key) { ... on AssetNode {
    staleStatusByPartition(partitions: $videos)
} } }
"""

Parts = set[tuple[str, str]]


@pytest.fixture
def web(ticking: Ticking, tmp_path: Path) -> Iterator[LiveUi]:
    """A webserver on the history, without the daemon: the test ticks by itself."""
    port, log = free_port(), tmp_path / "web.log"
    definitions = str(reid_assets.definitions.__file__)
    command = [
        sys.executable,
        "-m",
        "dagster_webserver",
        "-f",
        definitions,
        "-h",
        "127.0.0.1",
        "-p",
        str(port),
    ]
    environment = os.environ | {"DAGSTER_HOME": str(ticking.at.dagster_home)}
    with log.open("ab") as stream:
        process = subprocess.Popen(command, stdout=stream, stderr=stream, env=environment, cwd=tmp_path)
    web = LiveUi(process, port, ticking.at.root, log)
    try:
        wait_for(web.answers, 120)
        yield web
    finally:
        end_tree(process.pid)
        process.wait()


def stale_for_dagster(web: LiveUi, videos: list[str]) -> Parts:
    found = set()
    for spec in ARTIFACTS:
        key = {"path": [spec.name]}
        if spec.per_video:
            answer = web.ask(_PARTS, key=key, videos=videos)["assetNodeOrError"]["staleStatusByPartition"]
            states = dict(zip(videos, answer, strict=True))
        else:
            states = {"": web.ask(_WHOLE, key=key)["assetNodeOrError"]["staleStatus"]}
        # What is only made when asked for is missing until then, and for us that is no reason to make it.
        well = {"FRESH", "MISSING"} if spec.on_demand else {"FRESH"}
        found |= {(spec.name, part) for part, state in states.items() if state not in well}
    return found


def stale_for_us() -> Parts:
    project = Project.open()
    return {(spec.name, part) for spec in ARTIFACTS for part in stale_parts(project, spec.name)}


def tell(ticking: Ticking) -> None:
    """What the sensors tell the history until they have nothing more to tell."""
    for sensor in ("new_videos", "out_of_date"):
        for _ in range(20):
            result = ticking.tick(sensor)
            if not result.asset_events:
                break


def fewer_rows(ticking: Ticking) -> None:
    path = ticking.at.tracks("b")
    path.write_text("\n".join(path.read_text().splitlines()[:-1]) + "\n")


def other_pictures(ticking: Ticking) -> None:
    path = ticking.at.analysis("a")
    path.write_bytes(path.read_bytes() + b"\0")


# One after the other on one root, since each needs the webserver: a change, and what is stale then at least.
CHANGES: list[tuple[Callable[[Ticking], None], Parts]] = [
    (lambda ticking: None, set()),
    (lambda ticking: ticking.configure(associate={"min_sim": 0.9999}), {("global_id_map", "")}),
    (fewer_rows, {("track_embeddings", "b"), ("tracks_global", "b"), ("merged_analytics", "")}),
    (other_pictures, {("track_embeddings", "a"), ("track_crops", "a")}),
]


@pytest.mark.long
def test_dagster_calls_stale_what_we_call_stale(ticking: Ticking, web: LiveUi) -> None:
    videos = ticking.at.video_names()
    tell(ticking)
    assert stale_for_dagster(web, videos) == stale_for_us() == set()
    for change, expected in CHANGES:
        change(ticking)
        tell(ticking)
        ours = stale_for_us()
        assert expected <= ours and (ours or not expected)
        assert stale_for_dagster(web, videos) == ours
        ticking.until_rest()
        tell(ticking)
        assert stale_for_dagster(web, videos) == stale_for_us() == set()


def test_every_materialization_carries_a_data_version_and_its_code_version(ticking: Ticking) -> None:
    versions = Project.open().staleness.input_versions
    with open_instance(ticking.at) as instance:
        for spec in ARTIFACTS:
            for record in instance.fetch_materializations(dg.AssetKey(spec.name), limit=50).records:
                tags: Any = record.asset_materialization and record.asset_materialization.tags
                assert tags["dagster/code_version"] == spec.code_version
                assert tags["dagster/data_version"] != ABSENT
                if not spec.per_video:
                    assert tags["dagster/data_version"] == versions.data_version(spec.name), spec.name
