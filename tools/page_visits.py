"""Visiting a page in headless Chromium until it looks as its picture should.

Knows Dagster's UI as far as that takes: headings, metadata that opens in a dialog, the graph of the lineage.
Which pages there are, and where their pictures go, is `screenshots.py`.
"""

import contextlib
import json
import shutil
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

_SECONDS_TO_DRAW, _SECONDS_TO_MOVE, _MOST_ZOOMS = 9, 2, 10
# Names of the assets and groups that the graph shows whole; its upper 112 pixels are behind the search bar.
_SHOWN_WHOLE = """
return [...document.querySelectorAll('svg foreignObject')].filter(node => {
  const box = node.getBoundingClientRect(), graph = node.closest('svg').parentElement.parentElement;
  const left = graph.getBoundingClientRect().left;
  return box.top >= 112 && box.bottom <= innerHeight && box.left >= left && box.right <= innerWidth;
}).map(node => node.textContent).filter(name => name)
"""
_BROKEN = (
    "return [...document.images].filter(i => i.complete && !i.naturalWidth).map(i => i.src.slice(0, 60))"
)


@dataclass(frozen=True)
class Page:
    """What is visited.

    Attributes:
        path: below the UI's address, or below the folder of the report.
        size: of the window.
        section: heading that is scrolled to the top.
        opened: row of the metadata whose picture is opened.
        graph: whether it is the lineage, of which everything must be seen: groups unfolded, nothing cut off.
    """

    path: str
    size: tuple[int, int] = (1500, 1000)
    section: str | None = None
    opened: str | None = None
    graph: bool = False


@contextlib.contextmanager
def browser(width: int = 1500, height: int = 950) -> Iterator[webdriver.Chrome]:
    """A headless Chromium with an empty profile that calls nobody."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or "chromium"
    with tempfile.TemporaryDirectory() as profile:
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
        driver = webdriver.Chrome(options, Service(shutil.which("chromedriver") or "chromedriver"))
        try:
            yield driver
        finally:
            driver.quit()


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
    if page.graph:
        show_whole_graph(driver, url)
    if page.section:
        heading = driver.find_element(By.XPATH, f"//*[text()='{page.section}']")
        driver.execute_script("arguments[0].scrollIntoView()", heading)
    if page.opened:
        row = f"//tr[.//*[text()='{page.opened}']]//*[contains(text(), 'Show Markdown')]"
        driver.find_element(By.XPATH, row).click()
    time.sleep(_SECONDS_TO_MOVE)
    if broken := driver.execute_script(_BROKEN):
        raise RuntimeError(f"{page.path}: broken pictures: {broken}")


def show_whole_graph(driver: webdriver.Chrome, url: str) -> None:
    """Unfold the groups (Alt+E in Dagster's UI) and zoom out until every asset is there and none is cut off.

    Assets outside the window are not in the page at all, so they are counted.

    Raises:
        RuntimeError: some asset is still missing or cut off.
    """
    ActionChains(driver).key_down(Keys.ALT).send_keys("e").key_up(Keys.ALT).perform()
    time.sleep(_SECONDS_TO_MOVE)
    wanted = _assets_and_groups(url)
    for _ in range(_MOST_ZOOMS):
        if len(driver.execute_script(_SHOWN_WHOLE)) >= wanted:
            return
        driver.find_element(By.XPATH, "(//*[@aria-label='zoom_out']/ancestor::button)[1]").click()
        time.sleep(_SECONDS_TO_MOVE)
    shown = driver.execute_script(_SHOWN_WHOLE)
    raise RuntimeError(f"the lineage shows {len(shown)} of {wanted} assets and groups: {', '.join(shown)}")


def _assets_and_groups(url: str) -> int:
    """How many boxes the graph has; a group has one of its own where there are several."""
    query = json.dumps({"query": "{ assetNodes { groupName } }"}).encode()
    request = urllib.request.Request(f"{url}/graphql", query, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        nodes = json.load(answer)["data"]["assetNodes"]
    groups = {node["groupName"] for node in nodes}
    return len(nodes) + (len(groups) if len(groups) > 1 else 0)
