"""Embeddings pairs that somebody else made: they count, they are compared with care, they are not touched."""

import json
from pathlib import Path

import pandas as pd
import pytest

from reid_assets.layout import Layout
from reid_assets.storage.embeddings_pair import read_label
from reid_assets_tests.support.cli_calls import Cli
from reid_assets_tests.support.finished_root import OTHER, copy_pair
from reid_assets_tests.support.tiny_root import write_config

ONLY = ["--only", "global_id_map", "--only", "merged_analytics", "--only", "flows"]


@pytest.fixture
def source(finished_once: Path) -> Layout:
    """Where pairs are taken from."""
    return Layout(finished_once / "root")


@pytest.fixture
def bare(tmp_path: Path) -> Cli:
    """A root without anything."""
    (tmp_path / "bare").mkdir()
    return Cli(tmp_path / "bare", write_config(tmp_path))


def videos_in_map(at: Layout) -> list[str]:
    return sorted(pd.read_csv(at.global_id_map)["video"].unique())


def test_unlabelled_pairs_alone_are_enough_for_the_map_and_what_follows(source: Layout, bare: Cli) -> None:
    at = Layout(bare.root)
    for video in ("a", "b", "c"):
        copy_pair(source, video, at, None)
    called = bare.run(*ONLY)
    assert called.code == 0, called.said
    assert videos_in_map(at) == ["a", "b", "c"]
    merged = json.loads(at.path("merged_analytics").read_text())
    assert (merged["num_videos"], merged["num_tracks"], merged["num_globals"]) == (3, 6, 3)
    assert len(pd.read_csv(at.path("flows"))) > 0
    assert not at.galleries.exists(), "nobody asked for it"
    again = bare.run(*ONLY)
    assert again.code == 0 and "nothing to do" in again.said


@pytest.mark.long
def test_unlabelled_pairs_beside_labelled_ones_are_refused_until_adopted(source: Layout, bare: Cli) -> None:
    at = Layout(bare.root)
    for video, label in (("a", None), ("b", "own"), ("c", "own")):
        copy_pair(source, video, at, label)
    called = bare.run()
    assert called.code == 1
    (line,) = called.lines("failed: ")
    assert "Rebuild the embeddings of: a;" in line and "reid-assets adopt" in line
    assert not at.global_id_map.exists()
    adopted = bare("adopt", "--video", "a", "--backbone", read_label(at.track_embeds("b")) or "")
    assert adopted.code == 0 and "a: now labelled" in adopted.said
    assert bare.run().code == 0
    assert videos_in_map(at) == ["a", "b", "c"]


def test_another_backbone_is_rebuilt_where_the_video_is_and_refused_where_not(
    source: Layout, finished: Cli
) -> None:
    at = Layout(finished.root)
    copy_pair(source, "a", at, OTHER)
    copy_pair(source, "c", at, OTHER, name="far away")
    called = finished.run()
    assert called.code == 1
    assert read_label(at.track_embeds("a")) == read_label(at.track_embeds("b"))
    (line,) = called.lines("failed: ")
    assert f"far away ({OTHER})" in line and "Configure that backbone, or remove" in line
    assert "far away" not in videos_in_map(at)


@pytest.mark.long
def test_an_unlabelled_pair_is_overwritten_by_force_alone(source: Layout, finished: Cli) -> None:
    at = Layout(finished.root)
    for video in ("a", "b", "c", "d", "e"):
        copy_pair(source, video, at, None)
    before = at.track_embeds("a").read_bytes()
    called = finished.run()
    assert called.code == 0, called.said
    assert at.track_embeds("a").read_bytes() == before
    assert finished.run("--force", "--only", "track_embeddings", "--only", "track_crops").code == 0
    assert read_label(at.track_embeds("a")) is not None


@pytest.mark.long
def test_a_pair_that_cannot_be_read_is_left_out_by_name(source: Layout, bare: Cli) -> None:
    at = Layout(bare.root)
    for video in ("a", "b", "c", "d"):
        copy_pair(source, video, at, "own")
    at.track_embeds("c").write_bytes(at.track_embeds("c").read_bytes()[:1000])
    at.track_meta("d").write_text("video,track_id\nd,one\n")
    for _ in range(2):
        called = bare.run()
        assert called.code == 1, called.said
        assert [line.split(": ")[1] for line in called.lines("failed: ")] == ["c", "d"]
        assert all("remove the pair" in line for line in called.lines("failed: "))
        assert videos_in_map(at) == ["a", "b"]
    assert not called.lines("warning: check")


@pytest.mark.long
def test_a_pair_elsewhere_outlives_the_folder_of_its_video(source: Layout, finished: Cli) -> None:
    at = Layout(finished.root)
    copy_pair(source, "b", at, "own")
    assert finished.run().code == 0
    for path in sorted(at.video("b").rglob("*"), reverse=True):
        path.unlink()
    at.video("b").rmdir()
    called = finished.run()
    assert called.code == 0, called.said
    assert at.track_embeds("b").is_file()
    assert "b" in videos_in_map(at)
