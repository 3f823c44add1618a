"""Crops come from the original video where something leads to it, else from the analysed one."""

import json
from pathlib import Path

import pytest

from reid_assets.layout import Layout
from reid_assets.storage.video_sources import crop_sources, read_summary


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    (tmp_path / "root" / "v").mkdir(parents=True)
    layout = Layout(tmp_path / "root")
    layout.analysis("v").touch()
    (tmp_path / "original.mp4").touch()
    return layout


def kinds(layout: Layout) -> list[tuple[str, int]]:
    return [(source.kind, source.frame_stride) for source in crop_sources(layout, "v")]


def test_without_a_hint_it_is_the_analysed_video(layout: Layout) -> None:
    assert kinds(layout) == [("analysis", 1)]


def test_the_batch_summary_leads_to_the_original(layout: Layout, tmp_path: Path) -> None:
    entry = {"video": str(tmp_path / "original.mp4"), "outputs": {"tracks_csv": "/elsewhere/v/tracks.csv"}}
    layout.batch_summary.write_text(json.dumps([entry]))
    layout.summary("v").write_text('{"frame_stride": 2}')
    assert kinds(layout) == [("original", 2), ("analysis", 1)]


def test_the_summary_leads_to_the_original_by_a_relative_path(layout: Layout) -> None:
    layout.summary("v").write_text('{"source": "../../original.mp4"}')
    assert kinds(layout) == [("original", 1), ("analysis", 1)]


def test_an_original_that_is_gone_or_is_the_analysed_video_is_passed_over(layout: Layout) -> None:
    for source in ("/nowhere.mp4", "analysis.mp4"):
        layout.summary("v").write_text(json.dumps({"source": source}))
        assert kinds(layout) == [("analysis", 1)]


@pytest.mark.parametrize("content", ["", "[", "[]", "\x00"])
def test_an_unreadable_summary_is_said_and_lived_without(layout: Layout, content: str) -> None:
    layout.summary("v").write_text(content)
    summary, problem = read_summary(layout, "v")
    assert summary is None
    assert problem and "summary.json" in problem and "going on without it" in problem
    assert kinds(layout) == [("analysis", 1)]


@pytest.mark.parametrize("content", ["", "{}", "[1]", '[{"video": 3}]', '[{"video": "x", "outputs": 1}]'])
def test_an_odd_batch_summary_leads_nowhere(layout: Layout, content: str) -> None:
    layout.batch_summary.write_text(content)
    assert kinds(layout) == [("analysis", 1)]
