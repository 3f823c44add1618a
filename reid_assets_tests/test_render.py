"""Clips through the command line: made when asked for and only then, kept from whom they may not show."""

import json
import shutil
import stat
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from reid_assets.automation.instance import open_instance
from reid_assets.defs.checks.stored_artifacts import changed_evaluations
from reid_assets.layout import Layout
from reid_assets.reid.presentation.blurring import pixelate_boxes
from reid_assets.reid.presentation.identity_colours import identity_colour
from reid_assets.reid.video.frames import FrameReader
from reid_assets.reid.video.packet_index import index_video
from reid_assets.state.project import Project
from reid_assets_tests.support.cli_calls import Called, Cli, call
from reid_assets_tests.support.decoded_clips import X264, decoded, distance
from reid_assets_tests.support.finished_root import files_under
from reid_assets_tests.support.tiny_root import make_root, write_config
from reid_assets_tests.test_corrections import ids

pytestmark = X264


def render(cli: Cli, *arguments: str) -> Called:
    return call("render", *arguments, "--root", str(cli.root), "--config", str(cli.config))


def box(frame: int, track: int) -> tuple[int, int, int, int]:
    """Of a walker of a tiny video."""
    left, top = 10 + 6 * frame, 20 + 8 * (track % 4)
    return left, top, left + 32, top + 96


def inside(frame: int, track: int) -> tuple[slice, slice]:
    """The inside of a box, without border and label."""
    left, top, right, bottom = box(frame, track)
    return slice(top + 6, bottom - 6), slice(left + 6, right - 6)


def border(picture: np.ndarray, frame: int, track: int) -> np.ndarray:
    """The upper end of a box's right border: no other walker of a tiny video has theirs there."""
    _, top, right, _ = box(frame, track)
    return picture[top + 2 : top + 7, right - 1]


def source_frame(at: Layout, video: str, frame: int) -> np.ndarray:
    ((_, picture),) = FrameReader(index_video(at.analysis(video)), np.array([frame]))
    return picture


def test_a_video_shows_who_is_who_in_the_colour_of_the_report(finished: Cli) -> None:
    at, who = Layout(finished.root), ids(finished)
    called = render(finished, "--video", "a")
    assert called.code == 0, called.said
    clip = decoded(at.path("annotated_video", "a"))
    assert len(clip.pictures) == 24 and clip.video_codec == "h264"
    for frame in range(24):
        assert distance(border(clip.pictures[frame], frame, 0), identity_colour(who["a:0"])) < 45, frame
        if 2 <= frame <= 20:
            assert distance(border(clip.pictures[frame], frame, 1), identity_colour(who["a:1"])) < 45, frame
    part = inside(22, 0)
    assert np.abs(clip.pictures[22][part].astype(float) - source_frame(at, "a", 22)[part]).mean() < 8
    shard = (at.report / "data" / "identities" / "0.js").read_text()
    colour = json.loads(shard[shard.index("{") : -3])[str(who["a:0"])]["colour"]
    assert tuple(bytes.fromhex(colour[1:])) == identity_colour(who["a:0"])
    rows = pd.read_csv(at.table_file("annotated_video", "a")).set_index("track_id")
    assert rows.loc[0, ["global_id", "begin_s", "end_s"]].tolist() == [who["a:0"], 0.0, 2.3]


def test_a_compilation_joins_the_visits_of_all_videos_in_order_and_marks_its_identity_alone(
    finished: Cli,
) -> None:
    at, who = Layout(finished.root), ids(finished)
    number = who["a:0"]
    called = render(finished, "--identity", "a:0")
    assert called.code == 0, called.said
    path = at.identity_clip(number)
    clip, parts = decoded(path), pd.read_csv(path.with_suffix(".csv"))
    visits = pd.read_csv(at.path("visits")).query(f"global_id == {number}")
    assert parts[["visit", "video", "f_enter", "f_leave"]].values.tolist() == (
        visits[["visit", "video", "f_enter", "f_leave"]].values.tolist()
    )
    assert (
        len(visits) > 1
        and (parts["begin_s"].iloc[1:].to_numpy() == parts["end_s"].iloc[:-1].to_numpy()).all()
    )
    tracks = pd.read_csv(at.global_id_map).query(f"global_id == {number}").set_index("video")["track_id"]
    for part in parts.itertuples():
        for frame in range(part.f_enter, part.f_leave + 1):
            picture = clip.pictures[
                np.abs(np.array(clip.seconds) - part.seen_s - (frame - part.f_enter) / 10).argmin()
            ]
            pixels = border(picture, frame, int(tracks[part.video]))
            assert distance(pixels, identity_colour(number)) < 45, (part.video, frame)
    assert not clip.audio


def test_nothing_makes_a_clip_unasked_and_nobody_misses_it(finished: Cli) -> None:
    at = Layout(finished.root)
    assert not at.clips.exists()
    assert finished.run().lines("nothing to do") and not at.clips.exists()
    assert not finished("status").lines("annotated")
    project = Project.open(finished.root, finished.config)
    instance = open_instance(at)
    try:
        assert not [
            e for e in changed_evaluations(project, instance) if e.asset_key.path == ["annotated_video"]
        ]
    finally:
        instance.dispose()
    assert finished.run("--only", "galleries", "--only", "report", "--force").code == 0
    assert not at.clips.exists()


def test_a_clip_is_made_once_is_out_of_date_with_the_map_and_waits_to_be_asked_for(finished: Cli) -> None:
    at = Layout(finished.root)
    assert render(finished, "--video", "a", "--identity", "a:0").code == 0
    before = files_under(at.clips)
    assert render(finished, "--video", "a", "--identity", "a:0").code == 0
    assert files_under(at.clips) == before
    assert (
        call(
            "correct", "name", "a:0", "Anna", "--root", str(finished.root), "--config", str(finished.config)
        ).code
        == 0
    )
    assert finished.run().code == 0
    assert files_under(at.clips) == before
    listed = render(finished)
    assert listed.lines("names") and listed.lines("changed: name")
    project = Project.open(finished.root, finished.config)
    assert "names" in str(project.staleness.stale_reason("annotated_video", "a"))
    assert project.staleness.stale_reason("annotated_video", "b") is None
    assert render(finished, "--video", "a", "--identity", "Anna").code == 0
    assert files_under(at.clips) != before and not render(finished).lines("changed")


def test_clips_are_the_owners_alone(finished: Cli) -> None:
    at = Layout(finished.root)
    assert render(finished, "--video", "a", "--identity", "a:0").code == 0
    for path in at.clips.rglob("*"):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path


def test_with_blur_a_video_shows_nobody_and_a_compilation_its_identity_alone(finished: Cli) -> None:
    at, who = Layout(finished.root), ids(finished)
    assert who["c:0"] == who["a:0"] != who["a:1"]
    assert render(finished, "--video", "c", "--identity", "a:0").code == 0
    write_config(finished.config.parent, privacy={"blur": True})
    called = finished.run()
    assert called.code == 0 and called.lines("must not be seen any more")
    path = at.identity_clip(who["a:0"])
    assert not at.path("annotated_video", "c").exists() and not path.exists()
    assert render(finished, "--video", "c", "--identity", "a:0").code == 0
    clear, part = source_frame(at, "c", 5), inside(5, 0)
    expected = pixelate_boxes(clear, np.array([box(5, 0)], float))
    assert np.abs(clear[part].astype(float) - expected[part]).mean() > 9
    hidden = decoded(at.path("annotated_video", "c")).pictures[5]
    assert np.abs(hidden[part].astype(float) - expected[part]).mean() < 4, "nobody"
    compiled, rows = decoded(path), pd.read_csv(path.with_suffix(".csv")).set_index("video")
    own = compiled.pictures[round(10 * rows.loc["c", "seen_s"]) + 5]
    assert np.abs(own[part].astype(float) - clear[part]).mean() < 8, "whose compilation it is"
    both, part = compiled.pictures[round(10 * rows.loc["a", "seen_s"]) + 10], inside(10, 1)
    expected = pixelate_boxes(source_frame(at, "a", 10), np.array([box(10, 1)], float))
    assert np.median(np.abs(both[part].astype(float) - expected[part])) < 8, "somebody else"


def test_clips_that_show_who_is_forgotten_go_and_come_back_without_them(finished: Cli) -> None:
    at, who = Layout(finished.root), ids(finished)
    other = who["a:1"]
    assert who["a:0"] != other
    asked = ("--video", "a", "--video", "b", "--identity", "a:0", "--identity", "a:1")
    assert render(finished, *asked).code == 0
    assert finished("forget", "a:0", "--dry-run").lines("rendered clip")
    forgotten = finished("forget", "a:0")
    assert forgotten.code == 0 and forgotten.lines("nothing of the forgotten is left"), forgotten.said
    assert not list(at.clips.rglob("*.mp4")), "all of them show videos in which they were"
    assert render(finished, "--video", "a", "--identity", "a:1").code == 0
    clip, part = decoded(at.path("annotated_video", "a")), inside(23, 0)
    assert distance(border(clip.pictures[10], 10, 1), identity_colour(other)) < 45
    clear = source_frame(at, "a", 23)
    expected = pixelate_boxes(clear, np.array([box(23, 0)], float))
    assert np.abs(clip.pictures[23][part].astype(float) - expected[part]).mean() < 4
    assert np.abs(clip.pictures[23][part].astype(float) - clear[part]).mean() > 9
    assert finished("forget", "--check").code == 0


def test_a_clip_from_before_the_forgetting_is_found_by_the_check(finished: Cli, tmp_path: Path) -> None:
    at = Layout(finished.root)
    assert render(finished, "--video", "a").code == 0
    kept = {path: path.read_bytes() for path in at.clips.glob("a.*")}
    assert finished("forget", "a:0").code == 0
    at.clips.mkdir(exist_ok=True)
    for path, content in kept.items():
        path.write_bytes(content)
    called = finished("forget", "--check")
    assert called.code == 1 and called.lines("may show somebody who was forgotten")
    assert finished.run().lines("must not be seen any more")
    assert finished("forget", "--check").code == 0


def test_clips_go_with_their_video_and_with_their_identity(finished: Cli) -> None:
    at, who = Layout(finished.root), ids(finished)
    assert (
        render(finished, "--video", "a", "--video", "c", "--identity", "a:0", "--identity", "d:1").code == 0
    )
    shutil.rmtree(at.video("c"))
    assert finished.run().code == 0
    assert not at.path("annotated_video", "c").exists() and at.path("annotated_video", "a").exists()
    seen = {name.split(":")[0] for name, number in who.items() if number == who["a:0"]}
    assert at.identity_clip(who["a:0"]).exists() == ("c" not in seen)
    assert '"c"' not in at.clip_index.read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--identity", "99"), "no identity 99 in the map"),
        (("--identity", "nobody"), "nobody is called"),
        (("--video", "z"), "no video"),
    ],
)
def test_who_is_not_there_is_told_with_the_next_step(
    finished: Cli, arguments: tuple[str, ...], said: str
) -> None:
    called = render(finished, *arguments)
    assert called.code and called.lines(said)


def test_a_video_that_cannot_be_decoded_fails_alone(finished: Cli) -> None:
    at = Layout(finished.root)
    at.analysis("a").write_bytes(b"no video any more")
    called = render(finished, "--video", "a", "--video", "b")
    assert called.code == 1 and called.lines("Copy or export it again")
    assert at.path("annotated_video", "b").exists() and not at.path("annotated_video", "a").exists()


def test_before_there_is_a_map_the_next_step_is_named(tmp_path: Path) -> None:
    called = render(Cli(make_root(tmp_path / "root"), write_config(tmp_path)), "--video", "a")
    assert called.code == 1 and called.lines("Make it: `reid-assets run`")
