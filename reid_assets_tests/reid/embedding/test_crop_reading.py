from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.core.settings import EmbedSettings
from reid_assets.reid.embedding.crop_reading import EndOfVideo, Sample, SamplePlan, VideoJob, read_video
from reid_assets.reid.video.frames import VideoSource
from reid_assets_tests.support.numbered_video import write_av
from reid_assets_tests.support.synthetic_video import (
    GREEN,
    RED,
    Walker,
    analysis,
    natural_texture,
    rows_of,
    tracks_from,
    write_walkers,
)

SETTINGS = EmbedSettings()


def _read(job: VideoJob, settings: EmbedSettings = SETTINGS) -> tuple[SamplePlan, list[Sample], EndOfVideo]:
    planned, *samples, finished = read_video(job, lambda crop, _: crop.copy(), settings)
    assert isinstance(planned, SamplePlan) and isinstance(finished, EndOfVideo)
    return planned, samples, finished  # type: ignore[return-value]


def test_a_video_with_nothing_to_sample_is_not_opened(tmp_path: Path) -> None:
    for lines in ([], rows_of([Walker(-1, (0, 0, 0), range(9))])):
        job = VideoJob(tracks_from(tmp_path, lines), analysis(tmp_path / "not there.mp4"))
        planned, samples, finished = _read(job)
        assert (len(planned.track), samples, finished.crops, finished.warnings) == (0, [], [], [])


def test_every_sample_shows_its_walker_and_nothing_else(tmp_path: Path) -> None:
    walkers = [RED, GREEN]
    job = VideoJob(
        tracks_from(tmp_path, rows_of(walkers)), analysis(write_walkers(tmp_path / "v.mp4", walkers))
    )
    planned, samples, _ = _read(job)
    assert sorted(sample.index for sample in samples) == list(range(len(planned.track)))
    for sample in samples:
        colour = walkers[planned.track[sample.index]].colour
        assert np.abs(sample.image.astype(int) - colour).mean() < 12
        assert planned.frame[sample.index] in walkers[planned.track[sample.index]].frames


def test_pictures_are_taken_at_the_stride_of_the_original(tmp_path: Path) -> None:
    video = write_walkers(tmp_path / "v.mp4", [RED], 60)
    every_third = [line for line in rows_of([RED]) if int(line.split(",")[0]) % 3 == 0]
    lines = [f"{int(line.split(',')[0]) // 3},{line.split(',', 1)[1]}" for line in every_third]
    job = VideoJob(tracks_from(tmp_path, lines), (VideoSource(video, "original", 3),))
    planned, samples, _ = _read(job)
    assert planned.frame.max() < 20
    assert all(np.abs(sample.image.astype(int) - RED.colour).mean() < 12 for sample in samples)


def test_an_inset_is_cut_only_where_boxes_may_be_drawn_in(tmp_path: Path) -> None:
    video = write_walkers(tmp_path / "v.mp4", [RED], 60)
    tracks = tracks_from(tmp_path, rows_of([RED]))
    shapes = {
        kind: {sample.image.shape[:2] for sample in _read(VideoJob(tracks, (VideoSource(video, kind),)))[1]}
        for kind in ("original", "analysis")
    }
    assert shapes == {"original": {(90, 30)}, "analysis": {(82, 22)}}
    facts = _read(VideoJob(tracks, analysis(video)))[2].facts
    assert facts["boxes_may_be_drawn_in"] is True


def test_a_blurred_stretch_is_worth_less(tmp_path: Path) -> None:
    texture = natural_texture(180, 60)
    path = tmp_path / "v.mp4"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"mp4v"), 25, (320, 240))
    for frame in range(60):
        picture = np.full((240, 320, 3), 120, np.uint8)
        picture[30:210, 100:160] = texture if frame < 30 else cv2.blur(texture, (25, 25))
        writer.write(picture)
    writer.release()
    lines = [f"{frame},0,1,0,person,100,30,160,210,,,0.9,,\n" for frame in range(60)]
    planned, samples, _ = _read(VideoJob(tracks_from(tmp_path, lines), (VideoSource(path, "original"),)))
    sharp = [sample.quality for sample in samples if planned.frame[sample.index] < 30]
    blurred = [sample.quality for sample in samples if planned.frame[sample.index] >= 30]
    assert max(blurred) < 0.5 * min(sharp)


def test_what_a_truncated_video_still_holds_is_used_with_a_warning(tmp_path: Path) -> None:
    video = write_walkers(tmp_path / "v.mp4", [RED, GREEN], 40)
    job = VideoJob(tracks_from(tmp_path, rows_of([RED, GREEN])), analysis(video))
    planned, samples, finished = _read(job)
    assert len(samples) == len(planned.track) > 0
    assert planned.frame.max() < 40
    assert finished.facts["rows_beyond_video"] == 20 + 60
    assert any("tracks.csv goes to frame 99" in warning for warning in finished.warnings)


def test_a_video_that_ends_before_its_tracks_begin_is_no_use(tmp_path: Path) -> None:
    video = write_walkers(tmp_path / "v.mp4", [RED], 20)
    job = VideoJob(tracks_from(tmp_path, rows_of([Walker(1, RED.colour, range(50, 60))])), analysis(video))
    with pytest.raises(InputError, match=r"v\.mp4: ends at frame 19"):
        _read(job)


def test_a_video_of_which_no_wanted_picture_can_be_decoded_is_no_use(tmp_path: Path) -> None:
    video = write_walkers(tmp_path / "v.mp4", [RED], 60)
    with av.open(str(video)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    data = bytearray(video.read_bytes())
    for packet in packets[12:]:
        data[packet.pos : packet.pos + packet.size] = bytes(packet.size)
    video.write_bytes(data)
    job = VideoJob(tracks_from(tmp_path, rows_of([Walker(1, RED.colour, range(30, 60))])), analysis(video))
    with pytest.raises(InputError, match="no frame that holds a track can be decoded"):
        _read(job)


def test_of_very_many_tracks_fewer_crops_are_kept_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    video = write_walkers(tmp_path / "v.mp4", [RED, GREEN])
    job = VideoJob(tracks_from(tmp_path, rows_of([RED, GREEN])), analysis(video))
    assert len(_read(job, EmbedSettings(crops_per_track=3))[2].crops) == 6
    monkeypatch.setattr("reid_assets.reid.embedding.crop_reading._MAX_CROPS_PER_VIDEO", 4)
    assert len(_read(job)[2].crops) == 4


@pytest.mark.skipif("libx264" not in av.codecs_available, reason="this build of av has no H.264 encoder")
def test_a_stream_that_turns_smaller_on_the_way_loses_only_what_no_longer_fits(tmp_path: Path) -> None:
    large, small = (
        write_av(tmp_path / "a.ts", 30, "libx264"),
        write_av(tmp_path / "b.ts", 30, "libx264", size=(96, 48)),
    )
    both = tmp_path / "v.ts"
    both.write_bytes(large.read_bytes() + small.read_bytes())
    lines = [f"{frame},0,1,0,person,130,20,170,80,,,0.9,,\n" for frame in range(60)]
    planned, samples, finished = _read(VideoJob(tracks_from(tmp_path, lines), analysis(both)))
    assert {int(planned.frame[sample.index]) < 30 for sample in samples} == {True}
    assert finished.facts["crops_unreadable"] == len(planned.track) - len(samples) > 0
