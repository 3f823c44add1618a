"""A video that goes and comes back gives its people the ids they had; another of its name does not."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from reid_assets.layout import Layout
from reid_assets_tests.support.cli_calls import Cli
from reid_assets_tests.support.tiny_root import BLUE, WHITE, make_video


def ids(at: Layout) -> dict[tuple[str, int], int]:
    rows = pd.read_csv(at.global_id_map)[["video", "track_id", "global_id"]]
    return {(str(video), int(track)): int(number) for video, track, number in rows.itertuples(index=False)}


def run(cli: Cli, *arguments: str) -> dict[tuple[str, int], int]:
    called = cli.run("--confirm-removals", *arguments)
    assert called.code == 0, called.said
    return ids(Layout(cli.root))


@pytest.fixture
def away(finished: Cli, tmp_path: Path) -> Path:
    """The video with somebody who is seen nowhere else, taken out of the root."""
    away = tmp_path / "away"
    shutil.move(Layout(finished.root).video("b"), away)
    return away


@pytest.mark.long
def test_a_video_that_returns_brings_its_ids_with_it(finished: Cli, away: Path) -> None:
    at = Layout(finished.root)
    before = ids(at)
    without = run(finished)
    assert without == {track: number for track, number in before.items() if track[0] != "b"}
    make_video(at.root, "f", {0: (WHITE, (0, 9))}, frames=10, seed=50)
    meanwhile = run(finished)
    assert meanwhile["f", 0] not in before.values(), "the id of somebody who left goes to nobody"
    # Copied, so that its files are younger than they were.
    shutil.copytree(away, at.video("b"), copy_function=shutil.copyfile)
    assert run(finished) == before | {("f", 0): meanwhile["f", 0]}


@pytest.mark.long
def test_ids_come_back_after_everything_was_gone(finished: Cli) -> None:
    at, before = Layout(finished.root), ids(Layout(finished.root))
    for video in at.video_names():
        shutil.move(at.video(video), finished.root.parent / f"away_{video}")
    assert run(finished) == {}
    for video in "edcba":
        shutil.move(finished.root.parent / f"away_{video}", at.video(video))
    assert run(finished) == before


@pytest.mark.long
def test_another_video_of_the_same_name_gets_new_ids(finished: Cli, away: Path) -> None:
    at, before = Layout(finished.root), ids(Layout(finished.root))
    run(finished)
    # The same boxes in the same frames: only the pictures tell the two apart.
    make_video(at.root, "b", {4: (WHITE, (0, 20)), 5: (BLUE, (3, 23)), 6: (WHITE, (1, 22))}, seed=3)
    shutil.copyfile(away / "tracks.csv", at.tracks("b"))
    now = run(finished)
    assert {now["b", track] for track in (4, 5, 6)}.isdisjoint(before.values())


@pytest.mark.long
def test_nothing_of_the_removed_video_can_be_read_in_the_memory(finished: Cli, away: Path) -> None:
    run(finished)
    at = Layout(finished.root)
    assert str(at.video("b")).encode() not in (at.made / "digests.json").read_bytes()
    assert not [name for name in at.embeddings.parent.rglob("*") if name.name.startswith("b_")]


@pytest.mark.long
def test_fresh_ids_forget_who_left(finished: Cli, away: Path) -> None:
    at = Layout(finished.root)
    run(finished)
    fresh = run(finished, "--fresh-ids")
    assert set(fresh.values()) == set(range(len(set(fresh.values()))))
    shutil.move(away, at.video("b"))
    assert run(finished)["b", 6] == max(fresh.values()) + 1
