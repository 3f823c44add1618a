"""Every picture of the README and the documentation, taken from the demo as the code makes it now.

Makes the demo in a temporary folder, starts `reid-assets ui` on it, visits pages of the UI and of the report
in headless Chromium and saves what a person would see; a page with a broken picture or a popup that nobody
opened is an error (`page_visits.py`). Needs Debian's packages chromium and chromium-driver.
"""

import argparse
import contextlib
import io
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from gallery_rows import draw_rows
from page_visits import Page, browser, visit
from PIL import Image

_SECONDS_TO_START, _JPEG_WIDTH = 120, 1000

UI_PAGES = {
    "lineage": Page("/asset-groups", size=(1600, 2600), graph=True),
    "galleries": Page("/assets/galleries?view=overview", section="Metadata", opened="least_certain"),
    "global_id_map": Page("/assets/global_id_map?view=overview", size=(1500, 1150), section="Metadata"),
    "calibration": Page("/assets/similarity_calibration?view=overview", section="Metadata", opened="picture"),
    "flows": Page("/assets/flows?view=overview", section="Metadata", opened="picture"),
    "checks": Page("/assets/global_id_map?view=checks"),
    "embeddings": Page("/assets/track_embeddings?view=partitions"),
}
REPORT_PAGES = {
    "report": Page("/index.html", size=(1200, 1500)),
    "report_identity": Page("/identity.html#3", size=(1200, 1500)),
}
# Made from files of the demo, without a browser.
FILES = ("galleries_demo", "flows_demo")
SHOWN = (
    "lineage.png",
    "galleries.png",
    "global_id_map.png",
    "calibration.png",
    "report.jpg",
    "report_identity.jpg",
    "galleries_demo.jpg",
    "flows_demo.svg",
)


@contextlib.contextmanager
def served(root: Path, config: Path, port: int) -> Iterator[str]:
    """The UI on a root, as long as the block lasts; its address."""
    command = [sys.executable, "-m", "reid_assets", "ui", "--port", str(port)]
    with subprocess.Popen([*command, "--root", str(root), "--config", str(config)]) as ui:
        try:
            url = f"http://127.0.0.1:{port}"
            wait_until_served(url)
            yield url
        finally:
            ui.send_signal(signal.SIGTERM)


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


def take(url: str, folder: Path, pages: dict[str, Page], suffix: str) -> None:
    """Visit the pages and save their pictures."""
    with browser() as driver:
        for name, page in pages.items():
            visit(driver, url, page)
            with Image.open(io.BytesIO(driver.get_screenshot_as_png())) as seen:
                save(seen.convert("RGB"), folder / f"{name}{suffix}")


def save(picture: Image.Image, path: Path) -> None:
    """Small files: a palette for what is mostly text, JPEG for what shows crops."""
    if path.suffix == ".jpg":
        picture.thumbnail((_JPEG_WIDTH, picture.height), Image.Resampling.LANCZOS)
        picture.save(path, quality=82, optimize=True)
    else:
        picture.quantize(256).save(path, optimize=True)


def arrange(reid: Path, folder: Path, names: list[str]) -> None:
    """Pictures that need no browser."""
    if "galleries_demo" in names:
        save(draw_rows(reid / "galleries"), folder / "galleries_demo.jpg")
    if "flows_demo" in names:
        shutil.copyfile(reid / "flows.svg", folder / "flows_demo.svg")


def make_demo(root: Path) -> Path:
    """The demo with everything made by the present code; its root."""
    subprocess.run([sys.executable, "-m", "reid_assets", "demo", "--root", str(root)], check=True)
    return root


def main() -> None:
    """Command line: which pictures, from which root, into which folder."""
    every = [*UI_PAGES, *REPORT_PAGES, *FILES]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, help="a finished demo (default: one is made)")
    parser.add_argument("--config", type=Path, default=Path("configs/cv/demo.yaml"))
    parser.add_argument("--out", type=Path, default=Path("docs/pictures"))
    parser.add_argument("--port", type=int, default=3111)
    parser.add_argument("--page", action="append", choices=sorted(every), help="only this one")
    arguments = parser.parse_args()
    names = arguments.page or [name.partition(".")[0] for name in SHOWN]
    arguments.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        root = (arguments.root or make_demo(Path(folder) / "demo")).absolute()
        arrange(root / "reid", arguments.out, names)
        if of_report := {name: REPORT_PAGES[name] for name in names if name in REPORT_PAGES}:
            take((root / "reid" / "report").as_uri(), arguments.out, of_report, ".jpg")
        if of_ui := {name: UI_PAGES[name] for name in names if name in UI_PAGES}:
            with served(root, arguments.config, arguments.port) as url:
                take(url, arguments.out, of_ui, ".png")


if __name__ == "__main__":
    main()
