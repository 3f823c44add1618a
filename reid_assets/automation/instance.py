"""The Dagster instance of a root: one history for the command line, the sensors and the UI.

`DAGSTER_HOME` where it is set, else `<root>/.dagster_home`, made on first use.
"""

import os
from pathlib import Path

import dagster as dg

from reid_assets.automation.history_engines import keep_engines
from reid_assets.layout import Layout
from reid_assets.storage.atomic import write_bytes

_CONFIG = """\
# Made by reid-assets on first use; yours to change.
telemetry: {enabled: false}
nux: {enabled: false}
retention:
  schedule: {purge_after_days: 30}
  sensor: {purge_after_days: {skipped: 1, started: 30, failure: 30, success: 30}}
concurrency:
  # One writer at a time on one root; a second run would only wait for the lock.
  runs: {max_concurrent_runs: 1}
run_monitoring:
  # Runs that a killed machine left as started are closed.
  enabled: true
  start_timeout_seconds: 300
  max_runtime_seconds: 172800
run_retries: {enabled: true, max_retries: 0}
"""


def home_of(layout: Layout) -> Path:
    """Where the history lies."""
    return Path(os.environ.get("DAGSTER_HOME") or layout.dagster_home).absolute()


def shared_history(layout: Layout) -> Path | None:
    """The home of the history where it is not the root's own; None where it is."""
    home = home_of(layout)
    return None if home.resolve() == layout.dagster_home.resolve() else home


def prepare_home(layout: Layout) -> Path:
    """Make the home with its configuration if it is not there, and name it in the environment."""
    home = home_of(layout)
    home.mkdir(parents=True, exist_ok=True)
    if not (home / "dagster.yaml").exists():
        write_bytes(home / "dagster.yaml", [_CONFIG.encode()])
    os.environ["DAGSTER_HOME"] = str(home)
    return home


def open_instance(layout: Layout) -> dg.DagsterInstance:
    """The instance of a root."""
    keep_engines()
    return dg.DagsterInstance.from_config(str(prepare_home(layout)))
