"""Pictures of the Dagster UI on the demo world, for the README and for looking at them.

Starts `reid-assets ui` on a demo root, visits pages in headless Chromium and saves what a person would
see; a page with a broken picture or a popup that nobody opened is an error. Needs Debian's packages
chromium and chromium-driver.
"""

import argparse
import io
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

_SECONDS_TO_START, _SECONDS_TO_DRAW, _SECONDS_TO_MOVE = 120, 9, 2
_BROKEN = (
    "return [...document.images].filter(i => i.complete && !i.naturalWidth).map(i => i.src.slice(0, 60))"
)


@dataclass(frozen=True)
class Page:
    """What is visited.

    Attributes:
        path: below the UI's address.
        size: of the window.
        section: heading that is scrolled to the top.
        opened: row of the metadata whose picture is opened.
        zoom_out: how often the graph is made smaller.
    """

    path: str
    size: tuple[int, int] = (1500, 1000)
    section: str | None = None
    opened: str | None = None
    zoom_out: int = 0


PAGES = {
    "lineage": Page("/asset-groups", size=(1500, 1250), zoom_out=2),
    "galleries": Page("/assets/galleries?view=overview", section="Metadata", opened="least_certain"),
    "global_id_map": Page("/assets/global_id_map?view=overview", size=(1500, 1150), section="Metadata"),
    "calibration": Page("/assets/similarity_calibration?view=overview", section="Metadata", opened="picture"),
    "flows": Page("/assets/flows?view=overview", section="Metadata", opened="picture"),
    "checks": Page("/assets/global_id_map?view=checks"),
    "embeddings": Page("/assets/track_embeddings?view=partitions"),
}


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


def visit(driver: webdriver.Chrome, url: str, page: Page) -> None:
    """Open a page and bring it to where its picture is taken.

    Raises:
        RuntimeError: a picture is broken, or a dialog stands there that nobody opened.
    """
    driver.set_window_size(*page.size)
    driver.get(url + page.path)
    time.sleep(_SECONDS_TO_DRAW)
    if driver.find_elements(By.CSS_SELECTOR, "[role=dialog]"):
        raise RuntimeError(f"{page.path}: a popup that nobody opened")
    for _ in range(page.zoom_out):
        driver.find_element(By.XPATH, "(//*[@aria-label='zoom_out']/ancestor::button)[1]").click()
        time.sleep(_SECONDS_TO_MOVE)
    if page.section:
        heading = driver.find_element(By.XPATH, f"//*[text()='{page.section}']")
        driver.execute_script("arguments[0].scrollIntoView()", heading)
    if page.opened:
        row = f"//tr[.//*[text()='{page.opened}']]//*[contains(text(), 'Show Markdown')]"
        driver.find_element(By.XPATH, row).click()
    time.sleep(_SECONDS_TO_MOVE)
    if broken := driver.execute_script(_BROKEN):
        raise RuntimeError(f"{page.path}: broken pictures: {broken}")


def take(url: str, folder: Path, names: list[str]) -> None:
    """Visit the pages and save their pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        driver = browser(profile)
        try:
            for name in names:
                visit(driver, url, PAGES[name])
                with Image.open(io.BytesIO(driver.get_screenshot_as_png())) as seen:
                    # A palette is a third of the size, and no difference to the eye.
                    seen.convert("RGB").quantize(256).save(folder / f"{name}.png", optimize=True)
        finally:
            driver.quit()


def main() -> None:
    """Command line: the root of a finished demo, its configuration, where pictures go."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=Path("outputs/demo"))
    parser.add_argument("--config", type=Path, default=Path("configs/cv/demo.yaml"))
    parser.add_argument("--out", type=Path, default=Path("docs/pictures"))
    parser.add_argument("--port", type=int, default=3111)
    parser.add_argument("--page", action="append", choices=sorted(PAGES), help="only this one")
    arguments = parser.parse_args()
    command = [sys.executable, "-m", "reid_assets", "ui", "--port", str(arguments.port)]
    places = ["--root", str(arguments.root), "--config", str(arguments.config)]
    with subprocess.Popen([*command, *places]) as ui:
        try:
            url = f"http://127.0.0.1:{arguments.port}"
            wait_until_served(url)
            take(
                url, arguments.out, arguments.page or ["lineage", "galleries", "global_id_map", "calibration"]
            )
        finally:
            ui.send_signal(signal.SIGTERM)


if __name__ == "__main__":
    main()
