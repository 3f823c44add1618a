"""`reid-assets ui`: Dagster's webserver and daemon on this root's history.

Bound to 127.0.0.1: there is no login. Ends its whole process tree on Ctrl-C and on SIGTERM.
"""

import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

import psutil
from filelock import FileLock, Timeout

from reid_assets.commands.opening import open_project
from reid_assets.commands.runner import Runner
from reid_assets.commands.screen import Screen
from reid_assets.config import project_folder
from reid_assets.history import open_instance, prepare_home
from reid_assets.io.lock import hold, is_held
from reid_assets.project import Project
from reid_assets.reid.errors import ReidError
from reid_assets.worklist import Wish

_SECONDS_TO_END = 15.0


def ui_command(root: str | None, config: str | None, port: int) -> int:
    """Start, wait, end everything that was started."""
    project, screen = open_project(root, config), Screen()
    home = prepare_home(project.layout)
    register_videos(project, screen)
    only_one = FileLock(home / ".ui.lock")
    try:
        only_one.acquire(timeout=0)
    except Timeout:
        raise ReidError(f"{home}: a UI already runs on this history. Open that one, or stop it.") from None
    with only_one:
        screen.say(f"Dagster UI: http://127.0.0.1:{port}  (root {project.layout.root}; Ctrl-C stops it)")
        # Started in the background by a shell, SIGINT is ignored, and children would inherit that.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, _interrupt)
        # A session of its own: Ctrl-C reaches this process alone, which then ends the others in order.
        child = subprocess.Popen(_dagster_dev(port), start_new_session=True)
        try:
            return child.wait()
        except KeyboardInterrupt:
            screen.say("Stopping.")
            return 0
        finally:
            end_tree(child.pid)


def register_videos(project: Project, screen: Screen) -> None:
    """Videos that came since the last run are partitions when the pages open."""
    if is_held(project.layout.lock):
        return
    instance = open_instance(project.layout)
    try:
        with hold(project.layout.lock, "reid-assets ui", 0.0, screen.say):
            Runner(project, Wish(), screen).arrive(instance)
    finally:
        instance.dispose()


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _dagster_dev(port: int) -> list[str]:
    workspace = project_folder() / "workspace.yaml"
    definitions = Path(__file__).parents[1] / "definitions.py"
    where = ["-w", str(workspace)] if workspace.is_file() else ["-f", str(definitions)]
    return [sys.executable, "-m", "dagster", "dev", *where, "-h", "127.0.0.1", "-p", str(port)]


def end_tree(pid: int) -> None:
    """End a process and all its descendants: `dagster dev` ends its own first, what is left is killed."""
    try:
        parent = psutil.Process(pid)
        tree = [*parent.children(recursive=True), parent]
        parent.send_signal(signal.SIGINT if sys.platform != "win32" else signal.SIGTERM)
    except psutil.NoSuchProcess:
        return
    _, alive = psutil.wait_procs(tree, timeout=_SECONDS_TO_END)
    for process in alive:
        process.kill()
    psutil.wait_procs(alive, timeout=_SECONDS_TO_END)
