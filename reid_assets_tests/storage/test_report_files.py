"""The report in a real browser, opened from disk: nothing is fetched, nothing fails, everything is drawn."""

import json
import shlex
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from reid_assets.layout import Layout
from reid_assets.reid.core.errors import ReidError
from reid_assets.reid.core.tables import GALLERIES
from reid_assets_tests.support.generated_report import (
    clocks_of,
    generated_contents,
    generated_evidence,
    generated_frames,
    generated_map,
    generated_pictures,
    store_report,
)

needs_browser = pytest.mark.skipif(
    not (shutil.which("chromium") and shutil.which("chromedriver")), reason="needs chromium and its driver"
)
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}%{x}&amp;"
MANY, VIDEOS = 5000, ["entrance", "hall", "shop", "exit"]


class Reader:
    """A browser on one report, and every address that it asked for."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver

    def open(self, at: Layout, page: str = "index.html") -> None:
        self.driver.get("about:blank")
        self.driver.get(f"{at.report.as_uri()}/{page}")
        self.until(lambda: self.js("return document.body.dataset.ready") == "all")

    def until(self, holds: Callable[[], Any]) -> None:
        end = time.monotonic() + 60
        while not holds():
            assert time.monotonic() < end, (self.driver.get_log("browser"), self.driver.page_source[:2000])
            time.sleep(0.05)

    def js(self, code: str) -> Any:
        return self.driver.execute_script(code)

    def ids(self) -> list[int]:
        """Of the rows that exist, from the top."""
        return [
            int(n)
            for n in self.js("return [...document.querySelectorAll('.row .id')].map(e => e.textContent)")
        ]

    def errors(self) -> list[dict]:
        return self.driver.get_log("browser")

    def addresses(self) -> set[str]:
        """What was asked for since this was called last."""
        events = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        return {
            event["params"]["request"]["url"]
            for event in events
            if event["method"] == "Network.requestWillBeSent"
        }


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1300,950"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options, Service(shutil.which("chromedriver")))
    yield Reader(driver)
    driver.quit()


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """Five thousand identities in four places, with clocks and pictures."""
    root = tmp_path_factory.mktemp("many")
    id_map = generated_map(MANY, VIDEOS)
    pictures = generated_pictures(Layout(root), id_map)
    return store_report(root, generated_contents(id_map, clocks_of(VIDEOS), pictures))


@needs_browser
def test_everything_is_drawn_without_an_error_or_a_request_outside(reader: Reader, many: Layout) -> None:
    reader.addresses()
    reader.open(many)
    reader.until(lambda: reader.js("return document.querySelectorAll('#timeline .point').length") > 25)
    assert reader.js("return document.querySelectorAll('#sankey .sankey-link').length") == 3
    assert reader.js("return document.querySelectorAll('#occupancy .scatterlayer .js-line').length") == 4
    reader.open(many, "identity.html#4321")
    assert reader.js("return document.querySelectorAll('#evidence tbody tr').length") == 4
    assert reader.js("return document.querySelectorAll('#timeline .point').length") == 4
    reader.until(lambda: reader.js("return [...document.images].every(i => i.complete && i.naturalWidth)"))
    assert reader.errors() == []
    asked = {url for url in reader.addresses() if not url.startswith(("data:", "about:"))}
    assert asked
    outside = {url for url in asked if not url.startswith(f"{many.report.as_uri()}/")}
    assert outside == {many.clip_index.as_uri()}, "which clips there are"


@needs_browser
def test_of_thousands_only_what_is_seen_is_loaded(reader: Reader, many: Layout) -> None:
    reader.open(many)
    assert len(reader.ids()) < 40
    assert reader.js("return document.images.length") < 40
    assert reader.js("return document.querySelectorAll('script[src*=\"data/identities/\"]').length") == 1
    reader.js("document.getElementById('rows').scrollTop = 1e9")
    reader.until(lambda: reader.ids()[-1] == MANY - 1)
    assert len(reader.ids()) < 40


@needs_browser
def test_search_finds_a_number_a_class_and_a_video(reader: Reader, many: Layout) -> None:
    reader.open(many)
    box = reader.driver.find_element(By.ID, "search")
    for typed, found in (
        ("4321", "1 of 5,000"),
        ("hall", "4,500 of 5,000"),
        ("PERSON", "5,000 of 5,000"),
        ("zebra", "0 of 5,000"),
    ):
        box.clear()
        box.send_keys(typed)
        assert reader.driver.find_element(By.ID, "found").text == found
    box.clear()
    box.send_keys("4321")
    assert reader.ids() == [4321]


@needs_browser
def test_sorting_turns_round_and_the_least_certain_come_first_on_demand(reader: Reader, many: Layout) -> None:
    reader.open(many)
    key = "#head [data-key=global_id]"
    reader.driver.find_element(By.CSS_SELECTOR, key).click()
    assert reader.ids()[:2] == [MANY - 1, MANY - 2]
    assert reader.js(f"return document.querySelector('{key}').parentElement.ariaSort") == "descending"
    reader.driver.find_element(By.ID, "doubtful").click()
    sure = [
        float(text)
        for text in reader.js("return [...document.querySelectorAll('.row .sure')].map(e => e.textContent)")
    ]
    assert sure == sorted(sure)
    # Numbers 0, 100, 200 are the least certain by their making, but each tenth is a lone track.
    assert sure[0] < 0.52
    assert all(number % 10 for number in reader.ids())


@needs_browser
def test_names_are_text_wherever_they_appear(reader: Reader, tmp_path: Path) -> None:
    evil = generated_map(12, [EVIL, "shop"], class_name=EVIL)
    root = store_report(tmp_path, generated_contents(evil, names={3: f"Anna {EVIL}"}))
    for page in ("index.html", "identity.html#3"):
        reader.open(root, page)
        assert reader.js("return document.querySelectorAll('main script, img[src=x]').length") == 0
        assert EVIL in reader.js("return document.body.innerText")
        assert reader.errors() == []
    reader.open(root)
    labels = reader.js("return [...document.querySelectorAll('#sankey .node-label')].map(e => e.textContent)")
    assert any(label.startswith("<script>alert(1)") for label in labels)
    assert reader.js("return [...document.querySelectorAll('.row .called')].map(e => e.textContent)[3]") == (
        f"Anna {EVIL}"
    )


@needs_browser
def test_an_identity_is_found_by_its_name_and_named_on_its_page(reader: Reader, tmp_path: Path) -> None:
    root = store_report(tmp_path, generated_contents(generated_map(12, ["a", "b"]), names={3: "Anna O'Neil"}))
    reader.open(root)
    reader.driver.find_element(By.ID, "search").send_keys("anna")
    assert reader.ids() == [3]
    reader.until(lambda: "3 · Anna" in reader.js("return document.getElementById('timeline').textContent"))
    reader.open(root, "identity.html#3")
    assert reader.driver.find_element(By.ID, "title").text == "Identity 3 · Anna O'Neil"
    assert reader.driver.title.startswith("Identity 3 · Anna O'Neil")
    reader.open(root, "identity.html#4")
    assert reader.driver.find_element(By.ID, "title").text == "Identity 4"
    assert reader.errors() == []


@needs_browser
def test_commands_to_copy_are_one_word_a_track_whatever_a_video_is_called(
    reader: Reader, tmp_path: Path
) -> None:
    odd = ["-it's $(touch x); `id` !!", "b"]
    reader.open(store_report(tmp_path / "odd", generated_contents(generated_map(3, odd))), "identity.html#1")
    reader.js("document.querySelector('#evidence .wrong').click()")
    said = reader.js("return [...document.querySelectorAll('.say')].map(e => e.textContent)")
    track = f"{odd[0]}:1"
    correct = ["reid-assets", "correct"]
    assert [shlex.split(text) for text in said] == [
        [*correct, "different", "--", track, track],
        [*correct, "same", "--", track, "VIDEO:TRACK"],
        [*correct, "not-a-target", "--", track],
        [*correct, "name", "--", track, "NAME"],
    ]
    press(reader, Keys.ESCAPE)
    assert not reader.js("return document.getElementById('correction').open")
    # A terminal obeys control characters within quotes too.
    bell = generated_contents(generated_map(3, ["a\x03\nid", "b"]))
    reader.open(store_report(tmp_path / "bell", bell), "identity.html#1")
    assert reader.js("return document.querySelectorAll('#evidence .wrong').length") == 1
    assert reader.errors() == []


@needs_browser
def test_without_names_there_is_no_column_of_them(reader: Reader, many: Layout) -> None:
    reader.open(many)
    assert reader.js("return document.querySelectorAll('.called, [data-key=name]').length") == 0


@needs_browser
def test_without_clocks_no_moment_is_shown_and_the_assumption_is_named(
    reader: Reader, tmp_path: Path
) -> None:
    root = store_report(tmp_path, generated_contents(generated_map(12, ["a", "b"])))
    for page in ("index.html", "identity.html#3"):
        reader.open(root, page)
        reader.until(
            lambda: "no clock" in reader.js("return document.getElementById('timeline').textContent")
        )
        assert "had started together" in reader.driver.find_element(By.ID, "assumption").text


@needs_browser
def test_a_phone_needs_no_scrolling_sideways(reader: Reader, many: Layout) -> None:
    narrow = {"width": 360, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    reader.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", narrow)
    try:
        for page in ("index.html", "identity.html#7"):
            reader.open(many, page)
            assert reader.js("return document.documentElement.scrollWidth") <= 360, page
    finally:
        reader.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@needs_browser
def test_a_picture_opens_with_its_frame_and_box_and_is_left_by_keys(reader: Reader, tmp_path: Path) -> None:
    id_map = generated_map(3, ["a", "b"])
    pictures = all_pictures(Layout(tmp_path), id_map)
    frames = generated_frames(pictures[pictures["video"] == "a"])
    at = store_report(tmp_path, generated_contents(id_map, None, pictures, frames=frames))
    reader.open(at, "identity.html#1")
    reader.js("document.querySelector('#gallery .open').click()")
    reader.until(lambda: reader.js("return document.querySelector('.scene img').naturalWidth") == 96)
    image, box = reader.js(
        "return ['.scene img', '.scene .box'].map(s => document.querySelector(s).getBoundingClientRect())"
    )
    assert box["width"] == pytest.approx(image["width"] / 2, abs=2)
    assert box["x"] - image["x"] == pytest.approx(image["width"] / 4, abs=2)
    press(reader, Keys.ARROW_RIGHT)
    assert reader.js("return document.querySelector('#lightbox .scene')") is None
    assert "No whole frame" in reader.driver.find_element(By.ID, "lightbox-lacking").text
    press(reader, Keys.ARROW_LEFT)
    assert reader.js("return document.querySelectorAll('#lightbox .scene').length") == 1
    press(reader, Keys.ESCAPE)
    assert not reader.js("return document.getElementById('lightbox').open")
    assert reader.js("return document.querySelectorAll('#evidence .open img').length") == 4, (
        "both tracks of a row"
    )
    assert reader.errors() == []


def press(reader: Reader, key: str) -> None:
    ActionChains(reader.driver).send_keys(key).perform()


def all_pictures(at: Layout, id_map: pd.DataFrame) -> pd.DataFrame:
    """A thumbnail of every track."""
    first = generated_pictures(at, id_map)
    rows = id_map.assign(rank=id_map.groupby("global_id").cumcount(), frame=id_map["f_min"], file="a.jpg")
    return GALLERIES.conform(rows.assign(quality=1.0, confidence=0.9)[first.columns])


@needs_browser
def test_a_doubtful_track_is_marked_on_both_pages(reader: Reader, tmp_path: Path) -> None:
    id_map = generated_map(3, ["a", "b"])
    sure = generated_evidence(id_map).assign(confidence=0.9)
    sure.loc[(id_map["global_id"] == 1) & (id_map["video"] == "b"), "confidence"] = 0.31
    pictures = all_pictures(Layout(tmp_path), id_map)
    pictures["confidence"] = sure["confidence"].to_numpy()
    at = store_report(tmp_path, generated_contents(id_map, None, pictures, sure))
    reader.open(at)
    marks = "return [...document.querySelectorAll('.doubt')].map(e => e.textContent)"
    assert reader.js(marks) == ["1 doubtful"]
    reader.open(at, "identity.html#1")
    caption = reader.js("return document.querySelector('figure.low figcaption').textContent")
    assert "b, track 1" in caption and "0.31" in caption and "doubtful" in caption
    reader.open(at, "identity.html#2")
    assert reader.js(marks) == []


@needs_browser
def test_ticks_of_counts_are_whole_numbers_each_once(reader: Reader, tmp_path: Path) -> None:
    at = store_report(tmp_path, generated_contents(generated_map(1, ["a"]), clocks_of(["a"])))
    reader.open(at)
    ticks = reader.js(
        "return [...document.querySelectorAll('#occupancy .ytick text')].map(e => e.textContent)"
    )
    assert ticks == ["0", "1"]
    assert reader.js("return document.querySelectorAll('#occupancy .legend span').length") == 1
    assert reader.js("return document.getElementById('rows').clientHeight") < 70, "as high as its one row"


@needs_browser
def test_an_identity_that_is_gone_is_told_of(reader: Reader, tmp_path: Path) -> None:
    root = store_report(tmp_path, generated_contents(generated_map(3, ["a", "b"])))
    reader.open(root, "identity.html#99")
    assert reader.driver.find_element(By.ID, "title").text == "No such identity"
    assert reader.errors() == []


def test_a_report_has_nothing_left_of_the_one_before(tmp_path: Path) -> None:
    store_report(tmp_path, generated_contents(generated_map(150, ["a", "b"])))
    at = store_report(tmp_path, generated_contents(generated_map(3, ["a", "b"])))
    assert [path.name for path in (at.report / "data" / "identities").iterdir()] == ["0.js"]
    assert [path.name for path in at.reid.iterdir() if path.name.startswith(".report")] == []


def test_a_picture_that_is_gone_leaves_the_report_as_it_was_and_says_what_to_do(tmp_path: Path) -> None:
    id_map = generated_map(3, ["a", "b"])
    pictures = generated_pictures(Layout(tmp_path), id_map)
    at = store_report(tmp_path, generated_contents(id_map, pictures=pictures))
    before = at.report_page.read_bytes()
    (at.gallery(1) / "a.jpg").unlink()
    with pytest.raises(ReidError, match="run --only galleries"):
        store_report(tmp_path, generated_contents(id_map, pictures=pictures))
    assert at.report_page.read_bytes() == before
