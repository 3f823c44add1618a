"""A real `reid-assets review` in a child process, and a real browser on it."""

import contextlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains

from reid_assets.commands.ui import end_tree

BROWSER_IS_HERE = bool(shutil.which("chromium") and shutil.which("chromedriver"))
_ADDRESS = re.compile(r"(http://127\.0\.0\.1:\d+)/\?token=(\S+)")


class LiveReview:
    """A running page: its address and the token that opens it once."""

    def __init__(self, url: str, token: str) -> None:
        self.url, self.token = url, token

    @property
    def door(self) -> str:
        return f"{self.url}/?token={self.token}"


@contextlib.contextmanager
def running_review(root: Path, config: Path) -> Iterator[LiveReview]:
    """Start the command and read the address that it prints."""
    command = [sys.executable, "-u", "-m", "reid_assets", "review", "--no-browser", "--port", "0"]
    command += ["--root", str(root), "--config", str(config)]
    with tempfile.TemporaryFile("w+") as log:
        child = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            yield LiveReview(*_address(child, log))
        finally:
            end_tree(child.pid)
            child.wait(30)


def _address(child: subprocess.Popen, log: Any) -> tuple[str, str]:
    end = time.monotonic() + 60
    while True:
        log.seek(0)
        said = log.read()
        if found := _ADDRESS.search(said):
            return found[1], found[2]
        assert child.poll() is None and time.monotonic() < end, said
        time.sleep(0.1)


class Browser:
    """Chromium, with what a test does in it."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver

    def js(self, code: str, *arguments: Any) -> Any:
        return self.driver.execute_script(code, *arguments)

    def press(self, keys: str) -> None:
        ActionChains(self.driver).send_keys(keys).perform()

    def until(self, holds: Callable[[], Any], seconds: float = 60) -> Any:
        end = time.monotonic() + seconds
        while not (found := holds()):
            assert time.monotonic() < end, (self.errors(), self.driver.page_source[:3000])
            time.sleep(0.03)
        return found

    def errors(self) -> list[str]:
        return [entry["message"] for entry in self.driver.get_log("browser")]


@contextlib.contextmanager
def chromium(width: int = 1300, height: int = 950, *flags: str) -> Iterator[Browser]:
    """A browser of its own."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    size = f"--window-size={width},{height}"
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", size, *flags):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options, Service(shutil.which("chromedriver")))
    driver.set_script_timeout(60)
    try:
        yield Browser(driver)
    finally:
        driver.quit()
