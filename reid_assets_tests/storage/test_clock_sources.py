"""Clocks are read from where somebody wrote them, and never from the analysed video's own time stamp."""

import json
from pathlib import Path

import av
import numpy as np
import pytest

from reid_assets.layout import Layout
from reid_assets.reid.core.cameras import CameraSettings
from reid_assets.reid.core.clocks import VideoClock
from reid_assets.storage.clock_sources import clock_digests, read_clocks
from reid_assets.storage.probe_cache import FileFacts
from reid_assets_tests.support.tiny_root import FPS

CREATED = "2026-03-14T09:30:00.000000Z"


def film(path: Path, created: str | None = CREATED) -> None:
    """A video of a few grey pictures that says when it was made."""
    with av.open(str(path), "w") as container:
        if created:
            container.metadata["creation_time"] = created
        stream = container.add_stream("mpeg4", rate=int(FPS))
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for _ in range(3):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 128, np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def one(tmp_path: Path, summary: dict | None = None, original: bool = False, **said: object) -> VideoClock:
    """The clock of a video `v` whose analysis.mp4 says when it was made."""
    layout = Layout(tmp_path / "cv")
    layout.video("v").mkdir(parents=True)
    film(layout.analysis("v"), created="2020-01-01T00:00:00.000000Z")
    if summary is not None:
        layout.summary("v").write_text(json.dumps(summary))
    if original:
        film(tmp_path / "v.mp4")
        batch = [{"video": str(tmp_path / "v.mp4"), "outputs": {"tracks_csv": "x/v/tracks.csv"}}]
        layout.batch_summary.write_text(json.dumps(batch))
    return read_clocks(layout, CameraSettings.model_validate(said), ["v"]).videos["v"]


def test_the_analysed_video_s_own_time_is_never_a_clock(tmp_path: Path) -> None:
    assert one(tmp_path).describe() == "no clock"


def test_the_original_s_creation_time_is_a_guess(tmp_path: Path) -> None:
    clock = one(tmp_path, original=True)
    assert clock.describe() == "2026-03-14T09:30:00Z (creation time, guessed)"
    assert clock.fps == FPS and not clock.explicit


def test_summary_json_beats_the_guess(tmp_path: Path) -> None:
    summary = {"fps": 5.0, "camera": "hall", "start_time": "2026-03-14T10:00:00+01:00"}
    clock = one(tmp_path, summary, original=True)
    assert (clock.camera, clock.fps, clock.describe()) == ("hall", 5.0, "2026-03-14T09:00:00Z (summary.json)")


def test_without_a_summary_the_video_itself_tells_its_frames_a_second(tmp_path: Path) -> None:
    clock = one(tmp_path, videos=[{"match": "v", "start": "2026-03-14T09:00"}])
    assert (clock.fps, clock.source) == (FPS, "cameras.yaml")


@pytest.mark.parametrize("fps", [0, -1, "25", None, True])
def test_frames_a_second_that_cannot_be_are_taken_from_the_video(tmp_path: Path, fps: object) -> None:
    assert one(tmp_path, {"fps": fps, "start_time": "2026-03-14T09:00"}).fps == FPS


def test_a_video_without_folder_may_still_have_its_clock_from_cameras_yaml(tmp_path: Path) -> None:
    said = {"videos": [{"match": "w", "start": "2026-03-14T09:00", "fps": 5}]}
    found = read_clocks(Layout(tmp_path), CameraSettings.model_validate(said), ["w"])
    assert found.videos["w"].explicit and found.videos["w"].fps == 5.0


def test_what_a_file_says_is_read_again_only_when_the_file_has_changed(tmp_path: Path) -> None:
    film(tmp_path / "v.mp4")
    store, asked = tmp_path / "facts.json", []

    def read(path: Path) -> str:
        asked.append(path)
        return f"fact {len(asked)}"

    facts = FileFacts(store)
    assert [facts.of(tmp_path / "v.mp4", "x", read) for _ in range(2)] == ["fact 1", "fact 1"]
    facts.save()
    assert FileFacts(store).of(tmp_path / "v.mp4", "x", read) == "fact 1"
    film(tmp_path / "v.mp4", created=None)
    assert FileFacts(store).of(tmp_path / "v.mp4", "x", read) == "fact 2"
    assert facts.of(tmp_path / "none.mp4", "x", read) is None
    store.write_text("[")
    assert FileFacts(store).of(tmp_path / "v.mp4", "x", read) == "fact 3", "a broken cache is only a cache"


def test_another_guess_is_another_input_of_flows_and_none_of_links(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "cv")
    one(tmp_path, original=True)
    clocks = read_clocks(layout, CameraSettings(), ["v"])
    assert clock_digests(read_clocks(layout, CameraSettings(), ["v"], guess=False), explicit=True) == {}
    before = clock_digests(clocks, explicit=False)
    film(tmp_path / "v.mp4", created="2027-01-01T00:00:00.000000Z")
    assert clock_digests(read_clocks(layout, CameraSettings(), ["v"]), explicit=False) != before
