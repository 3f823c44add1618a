"""Clips beside the report: its pages play them, jump to visits, and leave alone what is from an older map."""

from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest

from reid_assets.layout import Layout
from reid_assets.reid.rendering.clip_file import VideoForm, open_clip
from reid_assets.reid.rendering.clip_tables import ANNOTATED_TRACKS, CLIP_VISITS
from reid_assets.reid.rendering.picture import blank
from reid_assets.storage.clip_files import (
    identity_clips,
    remove_clip,
    store_identity_clip,
    write_clip_index,
)
from reid_assets_tests.storage.test_report_files import Reader, needs_browser, reader
from reid_assets_tests.support.decoded_clips import X264
from reid_assets_tests.support.generated_report import (
    clocks_of,
    generated_contents,
    generated_map,
    generated_pictures,
    store_report,
)

__all__ = ["reader"]
ODD = "hall #1 100%?é&x"
VIDEOS = ["entrance", ODD]


def film(target: Path, seconds: int = 40) -> None:
    with open_clip(target, VideoForm(64, 48, Fraction(1, 10), Fraction(10))) as clip:
        for number in range(10 * seconds):
            clip.add(blank(64, 48), number)


@pytest.fixture
def shown(tmp_path: Path) -> Layout:
    """A report on three identities in two videos; the odd one has a clip, and identity 2 a compilation."""
    id_map = generated_map(3, VIDEOS)
    pictures = generated_pictures(Layout(tmp_path), id_map)
    at = store_report(tmp_path, generated_contents(id_map, clocks_of(VIDEOS), pictures))
    rows = id_map[id_map["video"] == ODD]
    table = pd.DataFrame(
        {
            "video": ODD,
            "track_id": rows["track_id"],
            # Identity 0 was another one when this was rendered.
            "global_id": rows["global_id"].replace(0, 7),
            "begin_s": rows["f_min"] / 10,
            "end_s": rows["f_max"] / 10,
        }
    )
    path = at.path("annotated_video", ODD)
    path.parent.mkdir()
    film(path)
    ANNOTATED_TRACKS.conform(table).to_csv(path.with_suffix(".csv"), index=False)

    def render(target: Path) -> pd.DataFrame:
        film(target)
        own = id_map[id_map["global_id"] == 2].reset_index()
        return CLIP_VISITS.conform(
            pd.DataFrame(
                {
                    "global_id": 2,
                    "visit": own.index,
                    "video": own["video"],
                    "camera": own["video"],
                    "f_enter": own["f_min"],
                    "f_leave": own["f_max"],
                    "begin_s": [0.0, 10.0],
                    "seen_s": [0.5, 10.5],
                    "end_s": [10.0, 20.0],
                }
            )
        )

    store_identity_clip(at, 2, render, {"code": "1"})
    return at


def seconds(page: Reader) -> list[float]:
    page.until(lambda: page.js("return [...document.querySelectorAll('video')].every(v => v.readyState > 1)"))
    return page.js("return [...document.querySelectorAll('video')].map(v => v.currentTime)")


@needs_browser
@X264
def test_the_page_of_an_identity_jumps_to_its_visits(reader: Reader, shown: Layout) -> None:
    reader.open(shown, "identity.html#2")
    assert seconds(reader) == [0.5]
    assert "global_000002.mp4" in reader.js("return document.querySelector('video').currentSrc")
    reader.js("document.querySelectorAll('#visits .play')[1].click()")
    reader.until(lambda: abs(seconds(reader)[0] - 10.5) < 1.0)
    assert reader.js("return document.querySelectorAll('#visits .play').length") == 2
    assert "reid-assets render" not in reader.js("return document.querySelector('#clips').textContent")
    assert reader.errors() == []


@needs_browser
@X264
def test_without_a_compilation_the_clips_of_its_videos_are_played(reader: Reader, shown: Layout) -> None:
    reader.open(shown, "identity.html#1")
    assert seconds(reader) == [20.5]
    assert reader.js("return document.querySelectorAll('#visits .play').length") == 1
    assert "1 of 2 visits are in no clip" in reader.js("return document.querySelector('#clips').textContent")
    assert reader.errors() == []


@needs_browser
@X264
def test_a_clip_that_shows_the_tracks_as_somebody_else_is_not_played(reader: Reader, shown: Layout) -> None:
    reader.open(shown, "identity.html#0")
    assert reader.js("return document.querySelectorAll('video, .play').length") == 0
    said = reader.js("return document.querySelector('#clips').textContent")
    assert "reid-assets render --identity 0" in said


@needs_browser
@X264
def test_two_identities_are_side_by_side_each_with_its_own_film(reader: Reader, shown: Layout) -> None:
    reader.open(shown, "compare.html#1,2")
    assert seconds(reader) == [20.5, 0.5]
    assert reader.js("return [...document.querySelectorAll('#sides [data-id]')].map(e => e.dataset.id)") == [
        "1",
        "2",
    ]
    assert reader.js("return document.querySelectorAll('#sides img').length") == 2
    colours = reader.js("return [...document.querySelectorAll('.swatch')].map(e => e.style.background)")
    assert len(set(colours)) == 2
    reader.js("document.querySelector('#right').value = '77'; document.querySelector('#pair button').click()")
    reader.until(lambda: "No identity 77" in reader.js("return document.querySelector('#sides').textContent"))
    assert reader.errors() == []


@needs_browser
def test_a_report_that_was_given_away_alone_shows_everything_but_clips(reader: Reader, shown: Layout) -> None:
    shown.clip_index.unlink()
    reader.open(shown, "identity.html#2")
    assert reader.js("return document.querySelectorAll('#evidence tbody tr').length") == 2
    assert reader.js("return document.querySelectorAll('video, .play').length") == 0


@X264
def test_a_clip_goes_with_all_that_lies_beside_it(shown: Layout) -> None:
    assert identity_clips(shown) == {2: {"code": "1"}}
    remove_clip(shown.identity_clip(2))
    write_clip_index(shown)
    assert list(shown.identity_clips.iterdir()) == [] and identity_clips(shown) == {}
    assert '"identities":{}' in shown.clip_index.read_text()


@X264
def test_a_rendering_that_fails_leaves_the_clip_before_and_nothing_half_written(shown: Layout) -> None:
    before = shown.identity_clip(2).read_bytes()

    def fails(target: Path) -> pd.DataFrame:
        target.write_bytes(b"half")
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        store_identity_clip(shown, 2, fails, {"code": "2"})
    assert shown.identity_clip(2).read_bytes() == before
    assert [path.suffix for path in sorted(shown.identity_clips.iterdir())] == [".csv", ".mp4"]
    assert identity_clips(shown) == {2: {}}, "nobody knows what it was made from: asked for, it is made again"
