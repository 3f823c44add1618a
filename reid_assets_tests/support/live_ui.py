"""A real `reid-assets ui` (webserver, daemon, sensors) in a child process, its GraphQL and its history."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dagster as dg

from reid_assets.commands.ui import end_tree
from reid_assets.layout import Layout

_LOCATIONS = "{ repositoriesOrError { ... on RepositoryConnection { nodes { name } } } }"
_AT_REST = ("Everything is up to date", "Every video is embedded")


class LiveUi:
    """A running UI on one root."""

    def __init__(self, process: subprocess.Popen, port: int, root: Path, log: Path) -> None:
        self.process, self.url, self.log = process, f"http://127.0.0.1:{port}", log
        self.at = Layout(root)

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The answer of the webserver to a GraphQL query."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(f"{self.url}/graphql", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)["data"]

    def answers(self) -> bool:
        """Whether the code location is loaded."""
        assert self.process.poll() is None, self.log.read_text()
        try:
            return bool(self.ask(_LOCATIONS)["repositoriesOrError"].get("nodes"))
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def history(self) -> dg.DagsterInstance:
        """The history that it writes."""
        return dg.DagsterInstance.from_config(str(self.at.dagster_home))

    def ticks(self) -> dict[str, tuple[float, str]]:
        """Sensor -> time and words of its newest finished tick; no words where it asked for runs."""
        with self.history() as history:
            found = {}
            for state in history.all_instigator_state():
                for tick in history.get_ticks(state.instigator_origin_id, state.selector_id, limit=2):
                    if tick.status.value in ("SKIPPED", "SUCCESS", "FAILURE"):
                        words = tick.skip_reason or (tick.error.message if tick.error else "")
                        found[state.instigator_name] = (tick.timestamp, words)
                        break
            return found

    def at_rest(self, since: float, failing: bool = False) -> bool:
        """Whether both sensors have looked since then and found nothing to do, and nothing runs."""
        with self.history() as history:
            runs = history.get_run_records(limit=1)
            if runs and not runs[0].dagster_run.is_finished:
                return False
            last = max(since, runs[0].end_time or 0.0) if runs else since
        ticks, rest = self.ticks(), (*_AT_REST, "1 failed before") if failing else _AT_REST
        found = [ticks.get(sensor, (0.0, "")) for sensor in ("new_videos", "reassociate")]
        return all(when > last and any(words in said for words in rest) for when, said in found)

    def rest(self, since: float, seconds: float, failing: bool = False) -> None:
        """Wait until everything is done."""
        try:
            wait_for(lambda: self.at_rest(since, failing), seconds)
        except AssertionError as error:
            raise AssertionError(f"{error}: {self.ticks()}\n{self.log.read_text()[-3000:]}") from None

    def materializations(self, asset: str) -> Counter[str | None]:
        """How often a run materialised each partition (None: the asset as a whole)."""
        with self.history() as history:
            records = history.fetch_materializations(dg.AssetKey(asset), limit=2000).records
            # Without a run: inputs, what others made, and notes that something is still up to date.
            return Counter(record.partition_key for record in records if record.run_id)

    def runs(self) -> list[dg.DagsterRun]:
        """All runs, the oldest first."""
        with self.history() as history:
            return list(reversed(history.get_runs(limit=500)))


def wait_for(condition: Callable[[], Any], seconds: float) -> Any:
    """What the condition gives as soon as it is true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.5)
    raise AssertionError(f"not within {seconds} s")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_ui(root: Path, config: Path, *options: str) -> LiveUi:
    """Start it and come back at once."""
    port, log = free_port(), root.parent / "ui.log"
    places = ["--root", str(root), "--config", str(config), "--port", str(port), *options]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("REID_", "DAGSTER_"))}
    with log.open("ab") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "reid_assets", "ui", *places],
            stdout=stream,
            stderr=stream,
            env=environment,
        )
    return LiveUi(process, port, root, log)


@contextlib.contextmanager
def running_ui(root: Path, config: Path, *options: str) -> Iterator[LiveUi]:
    """A UI that answers; its whole process tree is gone afterwards."""
    ui = start_ui(root, config, *options)
    try:
        wait_for(ui.answers, 120)
        yield ui
    finally:
        end_tree(ui.process.pid)
        ui.process.wait()
