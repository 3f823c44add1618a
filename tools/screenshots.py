"""Pictures of the Dagster UI on the demo world, for the README and for looking at them.

Starts `reid-assets ui` on a demo root, visits pages in headless Chromium and saves what a person would
see. Needs Debian's packages chromium and chromium-driver.
"""

import argparse
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

PAGES = {
    "lineage": "/asset-groups",
    "galleries": "/assets/galleries?view=overview",
    "global_id_map": "/assets/global_id_map?view=overview",
    "checks": "/assets/global_id_map?view=checks",
    "embeddings": "/assets/track_embeddings?view=partitions",
}
_SECONDS_TO_START, _SECONDS_TO_DRAW = 120, 9


def browser(profile: str, width: int = 1500, height: int = 950) -> webdriver.Chrome:
    """A headless Chromium with an empty profile that calls nobody."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or "chromium"
    for flag in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        f"--window-size={width},{height}",
        f"--user-data-dir={profile}",
    ):
        options.add_argument(flag)
    return webdriver.Chrome(options, Service(shutil.which("chromedriver") or "chromedriver"))


def wait_until_served(url: str) -> None:
    """Return as soon as the webserver answers."""
    end = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{url}/server_info", timeout=2):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.5)
    raise TimeoutError(f"{url} did not answer within {_SECONDS_TO_START} s")


def take(url: str, folder: Path) -> None:
    """Visit every page and save its picture."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        driver = browser(profile)
        try:
            for name, path in PAGES.items():
                driver.get(url + path)
                time.sleep(_SECONDS_TO_DRAW)
                driver.save_screenshot(str(folder / f"{name}.png"))
        finally:
            driver.quit()


def main() -> None:
    """Command line: the root of a finished demo, its configuration, where pictures go."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=Path("outputs/demo"))
    parser.add_argument("--config", type=Path, default=Path("configs/cv/demo.yaml"))
    parser.add_argument("--out", type=Path, default=Path("docs/pictures"))
    parser.add_argument("--port", type=int, default=3111)
    arguments = parser.parse_args()
    command = [sys.executable, "-m", "reid_assets", "ui", "--port", str(arguments.port)]
    places = ["--root", str(arguments.root), "--config", str(arguments.config)]
    with subprocess.Popen([*command, *places]) as ui:
        try:
            url = f"http://127.0.0.1:{arguments.port}"
            wait_until_served(url)
            take(url, arguments.out)
        finally:
            ui.send_signal(signal.SIGTERM)


if __name__ == "__main__":
    main()
