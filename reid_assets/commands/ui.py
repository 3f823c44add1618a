"""`reid-assets ui`: Dagster's webserver and daemon on this root's history.

Bound to 127.0.0.1 unless there is a login, and guarded against the other pages of a browser
(`reid_assets.guard`). Ends its whole process tree on Ctrl-C and on SIGTERM.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from types import FrameType

import psutil
from filelock import FileLock, Timeout

from reid_assets.automation.instance import open_instance, prepare_home
from reid_assets.automation.partition_set import partition_set_name
from reid_assets.automation.reconcile import register, tidy_up
from reid_assets.automation.run_retries import close_dead_runs
from reid_assets.commands.config_switch import agree_on_config, remember
from reid_assets.commands.console import Screen
from reid_assets.commands.project_options import open_project
from reid_assets.guard.access import SETTINGS_VARIABLE, Access, bracketed, is_loopback, settings_of
from reid_assets.locations import project_folder, shipped_file
from reid_assets.reid.core.errors import ReidError
from reid_assets.state.project import Project
from reid_assets.storage.lock import hold, is_held

_SECONDS_TO_END = 15.0


def ui_command(root: str | None, config: str | None, access: Access, agreed: bool = False) -> int:
    """Start, wait, end everything that was started.

    Raises:
        ConfigError: other machines reach the address, and there is neither a login nor a word that none is
            wanted.
    """
    settings = settings_of(access)
    project, screen = open_project(root, config), Screen()
    agree_on_config(project, screen, agreed)
    home = prepare_home(project.layout)
    only_one = FileLock(home / ".ui.lock")
    try:
        only_one.acquire(timeout=0)
    except Timeout:
        raise ReidError(f"{home}: a UI already runs on this history. Open that one, or stop it.") from None
    with only_one:
        _check_port(access)
        bring_in_step(project, screen)
        where = f"http://{bracketed(access.host)}:{access.port}"
        screen.say(f"Dagster UI: {where}  (videos in {project.layout.root}; Ctrl-C stops it)")
        if settings.password and not is_loopback(access.host):
            screen.warn("Password and pictures cross the network unencrypted; better is a proxy with TLS.")
        # Started in the background by a shell, SIGINT is ignored, and children would inherit that.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, _interrupt)
        # A session of its own: Ctrl-C reaches this process alone, which then ends the others in order.
        # Not in the project's folder: its .env names the history of the project's own root.
        environment = {**os.environ, "REID_PROJECT": str(project_folder())}
        environment[SETTINGS_VARIABLE] = settings.to_json()
        child = subprocess.Popen(_services(), start_new_session=True, cwd=home, env=environment)
        try:
            return child.wait()
        except KeyboardInterrupt:
            screen.say("Stopping.")
            return 0
        finally:
            end_tree(child.pid)


def _check_port(access: Access) -> None:
    """Before anything is started: the webserver is the last to find out.

    Raises:
        ReidError: the address cannot be listened on.
    """
    kind = socket.AF_INET6 if ":" in access.host else socket.AF_INET
    with socket.socket(kind) as probe:
        # As the webserver does: connections that have ended lately are no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((access.host, access.port))
        except OSError as error:
            raise ReidError(
                f"{bracketed(access.host)}:{access.port} cannot be listened on ({error.strerror or error}). "
                "Choose another with --port."
            ) from error


def bring_in_step(project: Project, screen: Screen) -> None:
    """Close runs that a killed machine left as started; videos that came are partitions at once."""
    if is_held(project.layout.lock):
        return
    instance = open_instance(project.layout)
    try:
        if closed := close_dead_runs(instance, project.layout, older_than=0.0):
            screen.say(f"Closed {len(closed)} runs whose process is gone; what they lack will be made.")
        with hold(project.layout.lock, "reid-assets ui", 0.0, screen.say):
            remember(project, screen)
            # Whoever opens the UI wants to choose among the videos that are there.
            seen = tidy_up(project, instance, partition_set_name(), settle=0.0)
            register(instance, partition_set_name(), seen)
            for line in seen.lines:
                screen.warn(line)
    finally:
        instance.dispose()


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _services() -> list[str]:
    # Not the current folder's workspace.yaml: it may be that of another Dagster project.
    return [sys.executable, "-m", "reid_assets.guard.services", str(shipped_file("workspace.yaml"))]


def end_tree(pid: int) -> None:
    """End a process and all its descendants: the services end their own first, what is left is killed."""
    tree = _in_session(pid)
    with contextlib.suppress(psutil.NoSuchProcess):
        parent = psutil.Process(pid)
        tree |= {*parent.children(recursive=True), parent}
        parent.send_signal(signal.SIGINT if sys.platform != "win32" else signal.SIGTERM)
    _, alive = psutil.wait_procs(tree, timeout=_SECONDS_TO_END)
    # What was started meanwhile, too.
    for process in {*alive, *_in_session(pid)}:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=_SECONDS_TO_END)


def _in_session(leader: int) -> set[psutil.Process]:
    """Processes of the session that a process began, though it and those between have ended."""
    found = set()
    for process in psutil.process_iter() if hasattr(os, "getsid") else ():
        with contextlib.suppress(OSError):
            if os.getsid(process.pid) == leader:
                found.add(process)
    return found
