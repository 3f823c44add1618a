"""`reid-assets review`: the page on which a person answers the questions of the review queue."""

import socket
import webbrowser

import uvicorn

from reid_assets.commands.config_switch import agree_on_config
from reid_assets.commands.console import Screen
from reid_assets.commands.project_options import open_project
from reid_assets.guard.access import Access, settings_of
from reid_assets.guard.middleware import Guard
from reid_assets.reid.core.errors import ReidError
from reid_assets.review.app import review_app
from reid_assets.review.apply import Apply
from reid_assets.review.desk import Desk
from reid_assets.review.token import OneTimeToken

HOST = "127.0.0.1"


def review_command(root: str | None, config: str | None, port: int, browser: bool) -> int:
    """Serve the page until interrupted; 0.

    Raises:
        ReidError: there is no queue yet, or the port is taken.
    """
    project, screen = open_project(root, config), Screen()
    agree_on_config(project, screen, agreed=False)
    desk, token = Desk(project), OneTimeToken()
    listening = _listen(port)
    port = listening.getsockname()[1]
    command = ["run", "--root", str(project.layout.root), "--config", str(project.config)]
    apply = Apply(project.layout, command, desk.reload)
    app = Guard(review_app(desk, apply, token), settings_of(Access(HOST, port)))
    address = f"http://{HOST}:{port}/?token={token.token}"
    left = desk.questions()["left"]
    screen.say(f"{left} questions. Answers go to {project.corrections_file} at once.")
    screen.say(f"Review: {address}")
    screen.say("The address works once, in one browser. Ctrl-C stops it.")
    if browser:
        webbrowser.open(address)
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="warning", proxy_headers=False, server_header=False, lifespan="off")
    )
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        screen.say("Stopping.")
    finally:
        apply.stop()
    return 0


def _listen(port: int) -> socket.socket:
    """A socket on this machine alone; port 0: a free one."""
    listening = socket.socket(socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
        listening.listen()  # From here on a browser waits instead of being refused.
    except OSError as error:
        listening.close()
        raise ReidError(
            f"{HOST}:{port} cannot be listened on ({error.strerror or error}). Choose another with --port."
        ) from error
    return listening
