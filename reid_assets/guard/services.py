"""Code server, daemon and guarded webserver of one history: `python -m reid_assets.guard.services WORKSPACE`.

What `dagster dev` starts, with the guarded webserver in the place of Dagster's. Ends all of them when it is
interrupted, or when one of them has ended.
"""

import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import yaml
from dagster._cli.proxy_server_manager import ProxyServerManager
from dagster._core.workspace.load_target import WorkspaceFileTarget
from dagster._utils.interrupts import setup_interrupt_handlers
from dagster._utils.log import configure_loggers
from dagster_shared.ipc import interrupt_ipc_subprocess, open_ipc_subprocess

from reid_assets.guard.access import SETTINGS_VARIABLE

_SECONDS_BETWEEN_LOOKS = 1.0
_SECONDS_TO_END = 10.0
_LOG = logging.getLogger("dagster")


def main(workspace: str) -> int:
    """Start, wait, end what was started; 0 after an interrupt, 1 if one of them ended by itself."""
    # As `dagster dev` does: launched runs take the code from where it is, and are not tied to an image.
    os.environ["DAGSTER_IS_DEV_CLI"] = "1"
    configure_loggers(formatter="colored", log_level="INFO")
    setup_interrupt_handlers()
    settings = os.environ.pop(SETTINGS_VARIABLE)
    started: dict[str, subprocess.Popen] = {}
    try:
        with dg.DagsterInstance.get() as instance, _code_server(instance, workspace) as servers:
            _LOG.info("Launching Dagster services...")
            # The guard's settings are for the webserver alone.
            started["webserver"] = open_ipc_subprocess(
                [sys.executable, "-m", "reid_assets.guard.webserver", servers],
                env={**os.environ, SETTINGS_VARIABLE: settings},
            )
            started["daemon"] = open_ipc_subprocess(
                [sys.executable, "-m", "dagster._daemon", "run", "--log-level", "info", "-w", servers]
            )
            try:
                return _wait(started)
            finally:
                _end(started)
    except KeyboardInterrupt:
        return 0


@contextmanager
def _code_server(instance: dg.DagsterInstance, workspace: str) -> Iterator[str]:
    """One process with the definitions, for webserver and daemon; gives a workspace that names its socket."""
    target = WorkspaceFileTarget([workspace])
    with ProxyServerManager(instance, target, "warning") as manager, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "workspace.yaml"
        path.write_text(yaml.dump({"load_from": list(manager.get_code_server_specs())}))
        yield str(path)


def _wait(started: dict[str, subprocess.Popen]) -> int:
    while True:
        time.sleep(_SECONDS_BETWEEN_LOOKS)
        for name, process in started.items():
            if process.poll() is not None:
                _LOG.error(f"The Dagster {name} ended by itself (code {process.returncode}).")
                return 1


def _end(started: dict[str, subprocess.Popen]) -> None:
    _LOG.info("Shutting down Dagster services...")
    for process in started.values():
        if process.poll() is None:
            interrupt_ipc_subprocess(process)
    for process in started.values():
        try:
            process.wait(_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            process.kill()
    _LOG.info("Dagster services shut down.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
