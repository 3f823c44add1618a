"""Cameras that nobody has named, from real videos to the map: decoded, materialised, told, written, read."""

import json
import os
import shutil
from pathlib import Path

import cv2
import dagster as dg
import numpy as np
import pandas as pd
import pytest

from reid_assets.definitions import defs
from reid_assets.layout import Layout
from reid_assets.reid.association.global_id_map import associate
from reid_assets.reid.cameras.cameras import camera_of
from reid_assets.reid.core.settings import AssociateSettings
from reid_assets.storage.artifact_files import load_content
from reid_assets.storage.embeddings_pair import write_pair
from reid_assets_tests.support.cli_calls import Cli
from reid_assets_tests.support.finished_root import copy_pair, files_under
from reid_assets_tests.support.painted_views import room
from reid_assets_tests.support.synthetic_tracks import crowd, one_video
from reid_assets_tests.support.tiny_root import FPS, GREEN, HEADER, RED, row, write_config

SHARED = Path(os.environ.get("REID_SHARED", Path(__file__).parents[2] / "shared"))
SAMPLES = SHARED / "data" / "sample_cv"
WIDTH, HEIGHT = 640, 360


def film(root: Path, name: str, view: np.ndarray, light: float = 1.0, seed: int = 0) -> Path:
    """A video of two people who walk past a painted view."""
    folder, draw = root / name, np.random.default_rng(seed)
    folder.mkdir(parents=True)
    codec = cv2.VideoWriter.fourcc(*"mp4v")
    writer, lines = cv2.VideoWriter(str(folder / "analysis.mp4"), codec, FPS, (WIDTH, HEIGHT)), [HEADER]
    for frame in range(36):
        picture = np.clip(view * light + draw.normal(0, 2, view.shape), 0, 255).astype(np.uint8)
        for track, colour in enumerate((RED, GREEN)):
            x, y = 20 + (10 + 5 * track) * frame, 120 + 60 * track
            cv2.rectangle(picture, (x, y), (x + 49, y + 139), colour, -1)
            lines.append(row(frame, track, (x, y, x + 50, y + 140)))
        writer.write(picture)
    writer.release()
    (folder / "tracks.csv").write_text("\n".join(lines) + "\n")
    (folder / "summary.json").write_text(json.dumps({"frames": 36, "fps": FPS}))
    return folder


@pytest.fixture(scope="module")
def filmed_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two videos of one view in two lights, under names that say nothing, and two of others."""
    folder = tmp_path_factory.mktemp("filmed")
    for number, (name, view, light) in enumerate(
        [("x", 1, 1.0), ("y", 1, 0.5), ("z", 2, 1.0), ("w", 3, 1.0)]
    ):
        film(folder / "root", name, room(view), light, seed=number)
    called = Cli(folder / "root", write_config(folder, associate={"method": "auto"})).run()
    assert called.code == 0, called.said
    return folder


@pytest.fixture
def filmed(filmed_once: Path, tmp_path: Path) -> Cli:
    shutil.copytree(filmed_once, tmp_path, dirs_exist_ok=True)
    return Cli(tmp_path / "root", tmp_path / "reid.yaml")


def cameras(cli: Cli) -> dict[str, str]:
    return camera_of(load_content(Layout(cli.root), "cameras"))


@pytest.mark.long
def test_the_same_view_is_found_in_decoded_videos_and_told(filmed: Cli) -> None:
    assert cameras(filmed) == {"w": "w", "x": "x", "y": "x", "z": "z"}
    assert filmed("status").lines("Cameras: 2 of 4 videos (2 share x: x, y, by background)")
    rows = json.loads(filmed("cameras", "--json").out)
    assert {one["video"]: one["camera"] for one in rows} == cameras(filmed)
    assert "its background agrees with that of x" in " ".join(filmed("cameras").said.split())
    assert "nothing" in filmed.run("--dry-run").said


def test_the_map_is_made_with_the_cameras_that_were_found(tmp_path: Path) -> None:
    """Pairs made elsewhere, two videos under each of four cameras that shift their vectors."""
    layout, videos = Layout(tmp_path / "root"), {}
    for name, one in crowd(40, 4)[0].items():
        for sequence in (0, 1):
            video = f"c{name[1:]}s{sequence + 1}"
            videos[video] = one_video(video, one.emb[sequence::2].astype(float))
            write_pair(layout, video, videos[video])
    cli = Cli(layout.root, write_config(tmp_path, associate={"method": "auto"}))
    called = cli.run("--only", "global_id_map")
    assert called.code == 0, called.said
    assert cameras(cli) == {video: video[:2] for video in videos}
    stored = load_content(layout, "identity_evidence")["similarity"]
    told, untold = (
        associate(videos, AssociateSettings(method="auto"), cameras=known).evidence["similarity"]
        for known in (cameras(cli), {video: video for video in videos})
    )
    assert np.allclose(stored, told, atol=1e-5)
    assert not np.allclose(told, untold, atol=1e-2), "else this test could not fail"


def test_with_guessing_off_every_video_is_a_camera_of_its_own(filmed: Cli) -> None:
    write_config(filmed.root.parent, associate={"method": "auto"}, cameras={"guess": False})
    planned = filmed.run("--dry-run").said
    assert "cameras.guess changed: " in planned and "track_embeddings" not in planned
    assert filmed.run().code == 0
    assert cameras(filmed) == {video: video for video in "wxyz"}
    assert filmed("status").lines("Cameras: 0 of 4 videos")


@pytest.mark.long
def test_another_camera_makes_the_map_again_and_the_same_cameras_do_not(filmed: Cli) -> None:
    layout = Layout(filmed.root)
    before = layout.global_id_map.stat().st_mtime_ns
    assert filmed.run("--only", "cameras", "--force").code == 0
    assert filmed("status").lines("global_id_map: up to date")
    assert filmed.run().code == 0 and layout.global_id_map.stat().st_mtime_ns == before
    summary = layout.summary("z")
    summary.write_text(json.dumps(json.loads(summary.read_text()) | {"camera": "x"}))
    assert filmed.run("--only", "cameras").code == 0
    assert filmed("status").lines("global_id_map: changed:")
    assert filmed.run().code == 0 and layout.global_id_map.stat().st_mtime_ns != before


@pytest.mark.long
def test_one_more_video_may_join_a_camera(filmed: Cli) -> None:
    film(filmed.root, "later", room(2), 0.7, seed=9)
    assert filmed.run().code == 0
    assert cameras(filmed)["later"] == cameras(filmed)["z"] == "later", "the first name of the two"


@pytest.mark.long
def test_videos_of_an_older_version_are_not_embedded_again_for_their_background(filmed: Cli) -> None:
    layout = Layout(filmed.root)
    shutil.rmtree(layout.background("x").parent)
    shutil.rmtree(layout.made / "background")
    (layout.made / "cameras.json").unlink()
    layout.path("cameras").unlink()
    planned = filmed.run("--dry-run").said
    assert "track_embeddings" not in planned and "cameras" in planned
    embedded = layout.track_embeds("x").stat().st_mtime_ns
    called = filmed.run()
    assert called.code == 0, called.said
    assert layout.track_embeds("x").stat().st_mtime_ns == embedded
    assert cameras(filmed) == {video: video for video in "wxyz"}
    assert "nothing" in filmed.run("--dry-run").said
    assert filmed.run("--video", "x", "--video", "y", "--force").code == 0
    assert cameras(filmed)["y"] == "x"


def test_embeddings_made_elsewhere_have_their_names(filmed: Cli) -> None:
    layout = Layout(filmed.root)
    for name in ("c1s1", "c1s2"):
        copy_pair(layout, "w", layout, "own", name)
    called = filmed.run()
    assert called.code == 0, called.said
    found = load_content(layout, "cameras").set_index("video")
    assert found.loc[["c1s1", "c1s2"], "camera"].tolist() == ["c1", "c1"]
    assert set(found.loc[["c1s1", "c1s2"], "source"]) == {"name"}


def test_a_picture_that_cannot_be_read_is_told_and_left_out(filmed: Cli) -> None:
    Layout(filmed.root).background("y").write_bytes(b"no picture")
    said = " ".join(filmed("cameras").said.split())
    assert "not a picture" in said and "y.png" in said


def test_it_is_written_to_be_edited_and_never_over_what_is_there(filmed: Cli) -> None:
    path = filmed.root.parent / "cameras.yaml"
    before = files_under(filmed.root)
    called = filmed("cameras", "--write")
    assert called.code == 0 and str(path) in called.said
    assert files_under(filmed.root) == before
    first = path.read_text()
    again = filmed("cameras", "--write")
    assert again.code == 2 and "--force" in again.said and path.read_text() == first
    assert filmed.run().code == 0
    found = load_content(Layout(filmed.root), "cameras").set_index("video")
    assert found.loc["y", ["camera", "source"]].tolist() == ["x", "cameras.yaml"]
    path.write_text("time_zone: Europe/Vienna\n# of mine\n")
    assert filmed("cameras", "--write", "--force").code == 0
    assert "time_zone: Europe/Vienna" in path.read_text() and '"x"' in path.read_text()
    assert not [name for name in path.parent.iterdir() if name.name.endswith(".partial")]


def test_the_asset_shows_its_picture_and_its_table(filmed: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REID_ROOT", str(filmed.root))
    monkeypatch.setenv("REID_CONFIG", str(filmed.config))
    with dg.DagsterInstance.ephemeral() as instance:
        result = defs.resolve_job_def("associate").execute_in_process(
            instance=instance, asset_selection=[dg.AssetKey("cameras")]
        )
    (made,) = result.asset_materializations_for_node("cameras")
    shown = str(made.metadata["picture"].value)
    # An instance without a folder for logs has it in the text; `test_live_guard.py` sees the file.
    assert shown.startswith("![cameras](data:image/jpeg;base64,")
    assert made.metadata["cameras"].value == 3
    assert "| y | x | background |" in str(made.metadata["table"].value)


def test_a_guess_forbids_no_link(filmed: Cli) -> None:
    """Whatever was guessed, one identity may be in all four videos."""
    write_config(filmed.root.parent, associate={"min_sim": -1.0})
    assert filmed.run("--only", "global_id_map").code == 0
    id_map = pd.read_csv(Layout(filmed.root).global_id_map)
    assert id_map.groupby("global_id")["video"].nunique().tolist() == [4, 4]


def half(video: str, source: Path, folder: Path, first: int, last: int) -> None:
    """Frames first..last of a sample as a video of its own, its tracks renumbered."""
    folder.mkdir(parents=True)
    reader = cv2.VideoCapture(str(source / "analysis.mp4"))
    size = int(reader.get(cv2.CAP_PROP_FRAME_WIDTH)), int(reader.get(cv2.CAP_PROP_FRAME_HEIGHT))
    codec = cv2.VideoWriter.fourcc(*"mp4v")
    writer = cv2.VideoWriter(str(folder / "analysis.mp4"), codec, reader.get(cv2.CAP_PROP_FPS), size)
    for frame in range(last + 1):
        read, image = reader.read()
        if read and frame >= first:
            writer.write(image)
    writer.release()
    tracks = pd.read_csv(source / "tracks.csv")
    tracks = tracks[tracks["frame"].between(first, last)].assign(frame=lambda rows: rows["frame"] - first)
    tracks["track_id"] = tracks["track_id"].where(tracks["track_id"] < 0, tracks["track_id"] + 100 + first)
    tracks.to_csv(folder / "tracks.csv", index=False)
    (folder / "summary.json").write_text(json.dumps({"frames": last - first + 1}))


@pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"no sample videos under {SAMPLES}")
def test_three_real_videos_are_three_cameras_and_the_halves_of_one_are_one(tmp_path: Path) -> None:
    root, cut = tmp_path / "root", "people-detection"
    for video in ("car-detection", "one-by-one-person-detection"):
        shutil.copytree(SAMPLES / video, root / video)
    frames = json.loads((SAMPLES / cut / "summary.json").read_text())["frames"]
    half(cut, SAMPLES / cut, root / "morning walk", 0, frames // 2)
    half(cut, SAMPLES / cut, root / "something else", frames // 2 + 1, frames - 1)
    cli = Cli(root, write_config(tmp_path))
    called = cli.run("--only", "track_embeddings", "--only", "cameras")
    assert called.code == 0, called.said
    found = cameras(cli)
    assert found["morning walk"] == found["something else"]
    assert len(set(found.values())) == 3
