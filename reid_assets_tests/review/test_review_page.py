"""The review page in a real browser, on the demo world: by keyboard, by mouse, and who is not let in."""

import http.client
import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from reid_assets.layout import Layout
from reid_assets.locations import shipped_file
from reid_assets_tests.support.live_review import (
    BROWSER_IS_HERE,
    Browser,
    LiveReview,
    chromium,
    running_review,
)

pytestmark = pytest.mark.skipif(not BROWSER_IS_HERE, reason="needs chromium and its driver")

FILMS = "return document.querySelectorAll('#questions .side .film').length == 2"
COUNTS = "return document.getElementById('counts').textContent"


WIDE = """
  const films = [...document.querySelectorAll('.film')];
  return films.every(i => i.complete && i.naturalWidth > 1.2 * i.naturalHeight);
"""
MERGE = """
  return guarded(async () => {
    await identities(); await remember(await ask('/api/merge', { one: %d, other: %d }));
  });
"""
DROP = """
  const cards = document.querySelectorAll('#list .card');
  for (const [at, name] of [[0, 'dragstart'], [2, 'dragover'], [2, 'drop'], [0, 'dragend']]) {
    const event = { bubbles: true, cancelable: true, dataTransfer: new DataTransfer() };
    cards[at].dispatchEvent(new DragEvent(name, event));
  }
"""


@dataclass
class Site:
    """A copy of the demo world with a configuration of its own, whose corrections lie beside it."""

    at: Layout
    config: Path

    @property
    def lines(self) -> pd.DataFrame:
        path = self.config.parent / "corrections.csv"
        return pd.read_csv(path, dtype=str, keep_default_na=False) if path.exists() else pd.DataFrame()

    @property
    def said(self) -> list[str]:
        rows = self.lines.to_dict("records")
        return [
            " ".join([r["action"], f"{r['video_a']}:{r['track_a']}", f"{r['video_b']}:{r['track_b']}"])
            for r in rows
        ]

    def ids(self) -> dict[str, int]:
        rows = pd.read_csv(self.at.global_id_map).itertuples()
        return {f"{row.video}:{row.track_id}": int(row.global_id) for row in rows}


@pytest.fixture
def site(demo: Layout, tmp_path: Path) -> Site:
    shutil.copytree(demo.root, tmp_path / "cv")
    (tmp_path / "configs").mkdir()
    config = tmp_path / "configs" / "demo.yaml"
    # The configuration is named anew, which is no change: it says the same.
    shutil.copy(shipped_file("configs/cv/demo.yaml"), config)
    cameras = shipped_file("configs/cv/demo.yaml").with_name("cameras.yaml")
    if cameras.exists():
        shutil.copy(cameras, config.parent)
    (tmp_path / "cv" / "reid" / ".made" / "config.json").unlink(missing_ok=True)
    return Site(Layout(tmp_path / "cv"), config)


@pytest.fixture
def live(site: Site) -> Iterator[LiveReview]:
    with running_review(site.at.root, site.config) as live:
        yield live


def opened(browser: Browser, live: LiveReview) -> None:
    browser.driver.get(live.door)
    browser.until(lambda: browser.js(FILMS))
    assert browser.js("return location.search") == "", "the token does not stay in the address"


def answered(browser: Browser) -> int:
    return int(browser.js(COUNTS).split(" of ")[0])


def pair_shown(browser: Browser) -> tuple[str, str]:
    return tuple(browser.js("return [current.a.ref, current.b.ref]"))


@pytest.mark.long
def test_fifty_questions_by_keyboard_and_the_map_that_follows(site: Site, live: LiveReview) -> None:
    truth = pd.read_csv(site.at.root / "truth.csv")
    who = {f"{row.video}:{row.track_id}": row.identity for row in truth.itertuples()}
    begun, done = time.monotonic(), 0
    with chromium() as browser:
        opened(browser, live)
        while done < 50 and browser.js("return current !== null"):
            a, b = pair_shown(browser)
            double = browser.js("return current.kind") == "double"
            browser.press(" " if double else "s" if who.get(a, a) == who.get(b, b) else "d")
            browser.until(
                lambda shown=(a, b): (
                    browser.js("return !current || !busy")
                    and (browser.js("return current === null") or pair_shown(browser) != shown)
                )
            )
            done += 1
        assert done == 50 or not browser.js("return current")
        assert time.monotonic() - begun < 120
        assert len(site.said) >= min(done, 20), "every answer is in the file at once"
        browser.press("a")
        browser.until(
            lambda: (
                "The map is made" in browser.js("return document.getElementById('run-title').textContent")
            ),
            120,
        )
        assert browser.js("return document.querySelectorAll('#run-changes li').length") > 0
        assert browser.errors() == []
    ids = site.ids()
    for row in site.lines.itertuples():
        one, other = ids[f"{row.video_a}:{row.track_a}"], ids[f"{row.video_b}:{row.track_b}"]
        assert (one == other) == (row.action == "same")
    queue = pd.read_csv(site.at.path("review_queue"))
    asked = {frozenset((f"{r.video_a}:{r.track_a}", f"{r.video_b}:{r.track_b}")) for r in queue.itertuples()}
    told = {
        frozenset((f"{r.video_a}:{r.track_a}", f"{r.video_b}:{r.track_b}")) for r in site.lines.itertuples()
    }
    assert not asked & told, "answered questions do not come back"


def test_skip_undo_not_a_target_names_and_the_whole_frame(site: Site, live: LiveReview) -> None:
    with chromium() as browser:
        opened(browser, live)
        first = pair_shown(browser)
        browser.press(" ")
        second = pair_shown(browser)
        assert second != first and answered(browser) == 0
        browser.press("d")
        browser.until(lambda: site.said == [f"different {' '.join(second)}"])
        browser.until(lambda: not browser.js("return busy"))
        assert answered(browser) >= 1
        browser.press("u")
        browser.until(lambda: site.said == [])
        browser.until(lambda: not browser.js("return busy"))
        shown = pair_shown(browser)
        browser.press("1")
        browser.until(lambda: site.said == [f"not_a_target {shown[0]} :"])
        browser.until(lambda: not browser.js("return busy") and shown[0] not in pair_shown(browser))
        browser.press("f")
        browser.until(lambda: browser.js(WIDE))
        browser.press("f")
        left = browser.js("return current.a.identity")
        browser.press("n")
        browser.until(lambda: browser.js("return document.activeElement.id") == "name")
        browser.press("Anna")
        browser.js("document.getElementById('save-name').click()")
        browser.until(lambda: len(site.said) == 2)
        assert site.lines.iloc[1]["value"] == "Anna" and site.lines.iloc[1]["action"] == "name"
        browser.until(lambda: "Anna" in browser.js("return document.getElementById('message').textContent"))
        own = f"{site.lines.iloc[1]['video_a']}:{site.lines.iloc[1]['track_a']}"
        assert site.ids()[own] == left
        assert browser.errors() == []


def test_marked_tracks_are_split_off_and_identities_are_merged(site: Site, live: LiveReview) -> None:
    ids = site.ids()
    sizes = pd.Series(ids).value_counts()
    large, other = int(sizes.index[0]), int(sizes.index[1])
    with chromium() as browser:
        opened(browser, live)
        browser.press("i")
        browser.until(
            lambda: browser.js("return document.querySelectorAll('#list .card').length") == len(sizes)
        )
        browser.js("return identity(arguments[0])", large)
        browser.until(
            lambda: browser.js("return document.querySelectorAll('#grid .card').length") == sizes[large]
        )
        assert browser.js("return document.getElementById('split').disabled")
        wrong = browser.js(
            "const c = document.querySelector('#grid .card:last-child'); c.click(); return c.dataset.ref"
        )
        browser.press("x")
        browser.until(lambda: len(site.said) == 1)
        row = site.lines.iloc[0]
        assert row["action"] == "different" and f"{row['video_a']}:{row['track_a']}" == wrong
        assert ids[f"{row['video_b']}:{row['track_b']}"] == large
        browser.until(lambda: not browser.js("return busy"))
        browser.js(MERGE % (large, other))
        expected = 2 if not browser.js("return document.getElementById('message').textContent") else 1
        browser.until(lambda: len(site.said) == expected)
        browser.press("i")
        browser.until(lambda: not browser.js("return busy"))
        browser.js(DROP)
        told = "return document.getElementById('message').textContent"
        browser.until(lambda: "are one" in browser.js(told) or "cannot" in browser.js(told))
        assert [entry for entry in browser.errors() if "409" not in entry] == []


def test_it_fits_a_phone_and_the_dark(site: Site, live: LiveReview) -> None:
    with chromium() as browser:
        size = {"width": 390, "height": 800, "deviceScaleFactor": 2, "mobile": True}
        browser.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        dark = {"features": [{"name": "prefers-color-scheme", "value": "dark"}]}
        browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", dark)
        opened(browser, live)
        assert browser.js("return document.documentElement.scrollWidth <= innerWidth")
        low = "return document.getElementById('same').getBoundingClientRect().bottom <= innerHeight"
        assert browser.js(low), "the answers are in reach"
        assert browser.js("return getComputedStyle(document.body).backgroundColor") == "rgb(15, 19, 24)"


def asked(live: LiveReview, method: str, path: str, body: Any = None, **headers: str) -> int:
    connection = http.client.HTTPConnection(live.url.removeprefix("http://"), timeout=30)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    data = None if body is None else json.dumps(body)
    connection.request(method, path, data, sent)
    return connection.getresponse().status


def test_only_who_has_the_token_once_is_let_in(site: Site, live: LiveReview) -> None:
    host = live.url.removeprefix("http://")
    line = {"action": "not_a_target", "tracks": ["shop:1"]}
    say = {"Content_Type": "application/json"}
    assert asked(live, "GET", "/") == asked(live, "GET", "/api/queue") == 403
    assert asked(live, "GET", "/?token=wrong") == asked(live, "POST", "/api/say", line, **say) == 403
    assert asked(live, "GET", f"/?token={live.token}", Host="evil.example") == 403, "a rebound name"
    assert asked(live, "GET", f"/?token={live.token}", Origin="http://evil.example") == 403
    connection = http.client.HTTPConnection(host, timeout=30)
    connection.request("GET", f"/?token={live.token}")
    answer = connection.getresponse()
    cookie = answer.headers["set-cookie"]
    assert answer.status == 303 and "HttpOnly" in cookie and "samesite=strict" in cookie.lower()
    assert asked(live, "GET", f"/?token={live.token}") == 403, "it works once"
    own = {"Cookie": cookie.split(";")[0]}
    assert asked(live, "GET", "/api/queue", **own) == 200
    assert asked(live, "GET", "/api/queue", Host="evil.example", **own) == 403
    assert asked(live, "POST", "/api/say", line, Origin="http://evil.example", **say, **own) == 403
    assert asked(live, "POST", "/api/say", line, Content_Type="text/plain", **own) == 415
    assert asked(live, "GET", "/crop/..%2F..%2Fetc/1/1.jpg", **own) in (400, 404, 409)
    assert site.said == [], "nothing was written by any of these"
    for bad in (
        {},
        [],
        {"action": "same", "tracks": ["shop:1"]},
        {"action": "x", "tracks": ["a:1"]},
        {"tracks": 1},
    ):
        assert asked(live, "POST", "/api/say", bad, **say, **own) == 409
    assert (
        asked(live, "POST", "/api/say", {"action": "same", "tracks": ["no:1", "no:2"]}, **say, **own) == 409
    )
    assert site.said == []
    assert asked(live, "POST", "/api/say", line, **say, **own) == 200
    assert site.said == ["not_a_target shop:1 :"]


def test_without_a_queue_the_command_says_what_makes_one(site: Site) -> None:
    from reid_assets_tests.support.cli_calls import call

    site.at.path("review_queue").unlink()
    said = call(
        "review", "--root", str(site.at.root), "--config", str(site.config), "--no-browser", "--port", "0"
    )
    assert said.code == 1 and "reid-assets run" in said.said
