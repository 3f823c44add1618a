"""Pages of other origins in a real browser attack a running UI: nothing changes, nothing is read.

`evil.example` is this machine to the browser, as it would be after a rebinding of its name; that is the
attack that reads everything of a server that answers under any name.
"""

import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import cv2
import numpy as np
import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from reid_assets.commands.ui import end_tree
from reid_assets.locations import shipped_file
from reid_assets_tests.guard.conftest import intruders
from reid_assets_tests.support.evil_page import ATTACKS
from reid_assets_tests.support.live_ui import LiveUi, free_port, wait_for
from reid_assets_tests.support.raw_http import MUTATION, graphql

pytestmark = pytest.mark.skipif(
    not (shutil.which("chromium") and shutil.which("chromedriver")), reason="needs chromium and its driver"
)
_OWN = """
const [body, done] = arguments;
fetch('/graphql', {method: 'POST', headers: {'Content-Type': 'application/json'}, body})
  .then(a => done(a.status + ' ' + a.headers.get('content-type')), error => done('failed'));
"""


class Chromium:
    """A browser to which evil.example is this machine."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver

    def asked(self, code: str, *arguments: Any) -> Any:
        return self.driver.execute_async_script(code, *arguments)

    def until(self, holds: Callable[[], Any]) -> None:
        end = time.monotonic() + 60
        while not holds():
            assert time.monotonic() < end, (self.driver.get_log("browser"), self.driver.page_source[:2000])
            time.sleep(0.1)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    rules = "--host-resolver-rules=MAP evil.example 127.0.0.1"
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1300,950", rules):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options, Service(shutil.which("chromedriver")))
    driver.set_script_timeout(60)
    yield Chromium(driver)
    driver.quit()


class _Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>evil</title><body></body>")

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def evil_port() -> Iterator[int]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.fixture(autouse=True)
def picture(guarded: LiveUi) -> None:
    """Where the pictures of people lie."""
    folder = guarded.at.dagster_home / "storage" / "reid-pictures"
    folder.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(folder / "probe.png"), np.zeros((8, 8, 3), np.uint8))


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "localhost"])
def test_a_page_of_another_origin_changes_nothing_and_reads_nothing(
    guarded: LiveUi, chromium: Chromium, evil_port: int, host: str
) -> None:
    """127.0.0.1 at another port is of the same site, and still not this page."""
    before = intruders(guarded)
    chromium.driver.get(f"http://{host}:{evil_port}/")
    seen = chromium.asked(ATTACKS, guarded.url, MUTATION, graphql(MUTATION))
    assert len(seen) >= 9 and set(seen.values()) == {"failed"}, seen
    assert intruders(guarded) == before


def test_the_same_page_changes_and_reads_an_unguarded_webserver(
    guarded: LiveUi, chromium: Chromium, evil_port: int
) -> None:
    """Otherwise the attacks would prove nothing."""
    port, before = free_port(), intruders(guarded)
    where = ["-w", str(shipped_file("workspace.yaml")), "-p", str(port)]
    home = guarded.at.dagster_home
    environment = os.environ | {"DAGSTER_HOME": str(home)}
    # Not in the project's folder: its .env names another history.
    command = [sys.executable, "-m", "dagster_webserver", *where]
    server = subprocess.Popen(command, env=environment, cwd=home)
    bare = LiveUi(server, port, guarded.at.root, guarded.log)
    try:
        wait_for(bare.answers, 120)
        chromium.driver.get(f"http://127.0.0.1:{evil_port}/")
        seen = chromium.asked(ATTACKS, bare.url, MUTATION, graphql(MUTATION))
        assert seen["websocket"] == "open" and seen["text"] == "opaque 0 ", seen
        assert intruders(guarded) > before
    finally:
        end_tree(server.pid)
        server.wait()


def test_no_page_frames_the_ui(guarded: LiveUi, chromium: Chromium, evil_port: int) -> None:
    chromium.driver.get(f"http://127.0.0.1:{evil_port}/")
    chromium.driver.execute_script(
        "document.body.append(Object.assign(document.createElement('iframe'), {src: arguments[0]}))",
        f"{guarded.url}/runs",
    )
    time.sleep(2)
    chromium.driver.switch_to.frame(0)
    assert "Dagster" not in chromium.driver.page_source
    chromium.driver.switch_to.default_content()


def test_a_rebound_name_reads_nothing(guarded: LiveUi, chromium: Chromium) -> None:
    """Here the browser takes the page and the UI for one origin: only the name tells."""
    before = intruders(guarded)
    chromium.driver.get(f"http://evil.example:{urlsplit(guarded.url).port}/")
    chromium.until(lambda: "does not answer under the name" in chromium.driver.page_source)
    for query in (MUTATION, "{ version }"):
        assert chromium.asked(_OWN, graphql(query)) == "403 text/plain; charset=utf-8"
    assert intruders(guarded) == before


def test_the_ui_itself_works(guarded: LiveUi, chromium: Chromium) -> None:
    before = intruders(guarded)
    chromium.driver.get_log("browser")
    chromium.driver.get(f"{guarded.url}/assets/global_id_map")
    chromium.until(
        lambda: (
            "every_embedded_track" in chromium.driver.page_source or "Lineage" in chromium.driver.page_source
        )
    )
    assert chromium.asked(_OWN, graphql(MUTATION)).startswith("200 application/json")
    assert intruders(guarded) == before + 1
    shown = chromium.asked(
        "const done = arguments[0], i = new Image(); i.onload = () => done(i.naturalWidth);"
        "i.onerror = () => done(0); i.src = '/logs/reid-pictures/probe/png?v=1'"
    )
    assert shown == 8
    for page in ("/asset-groups", "/runs", "/automation", "/deployment/daemons", "/graphql"):
        chromium.driver.get(guarded.url + page)
        time.sleep(2)
    said = [json.dumps(line) for line in chromium.driver.get_log("browser")]
    assert not [line for line in said if "Content Security Policy" in line], said
