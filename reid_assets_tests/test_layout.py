"""Which folder is a video is decided by its name and its tracks.csv alone."""

from pathlib import Path

import pytest

from reid_assets.layout import Layout, name_problem


@pytest.mark.parametrize("name", ["a", "a b,c…ü'\"", "reid2", "x.mp4", "é" * 100])
def test_ordinary_and_odd_names_are_videos(name: str) -> None:
    assert name_problem(name) is None


@pytest.mark.parametrize(
    "name", ["", "reid", "_x", ".x", "a\nb", "a\x7fb", "a/b", "a\\b", "é" * 101, "\udcff"]
)
def test_names_that_would_break_something_are_refused(name: str) -> None:
    assert name_problem(name)


def test_a_root_that_is_not_there_has_no_videos(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "none")
    assert (layout.video_names(), layout.embedded_names(), layout.refused_folders()) == ([], [], {})


def test_a_folder_without_tracks_is_no_video_and_is_listed(tmp_path: Path) -> None:
    for name in ("b", "a", "empty", "reid", "_x", "bad\nname"):
        (tmp_path / name).mkdir()
        if name != "empty":
            (tmp_path / name / "tracks.csv").touch()
    layout = Layout(tmp_path)
    assert layout.video_names() == ["a", "b"]
    assert set(layout.refused_folders()) == {"empty", "bad\nname"}


def test_only_whole_pairs_count_as_embedded(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    layout.embeddings.mkdir(parents=True)
    for path in (layout.track_meta("a,b"), layout.track_embeds("a,b"), layout.track_meta("half")):
        path.touch()
    assert layout.embedded_names() == ["a,b"]
