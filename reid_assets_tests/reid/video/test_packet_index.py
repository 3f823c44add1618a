from pathlib import Path

import av
import numpy as np
import pytest

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.video.packet_index import index_video
from reid_assets_tests.support.numbered_video import write_av, write_opencv

X264 = pytest.mark.skipif(
    "libx264" not in av.codecs_available, reason="this build of av has no H.264 encoder"
)


def test_a_video_of_one_picture_has_one_keyframe(tmp_path: Path) -> None:
    index = index_video(write_opencv(tmp_path / "v.mp4", 1))
    assert (index.frames, index.declared_frames, index.counted) == (1, 1, False)
    assert index.depth.tolist() == [0]


def test_the_depth_of_a_picture_is_what_must_be_decoded_before_it(tmp_path: Path) -> None:
    path = write_av(tmp_path / "v.mp4", 30, "mpeg4", {"g": "12", "sc_threshold": "1000000000"})
    assert index_video(path).depth.tolist() == [n % 12 for n in range(30)]


@X264
def test_pictures_shown_before_their_keyframe_hang_on_the_group_before(tmp_path: Path) -> None:
    options = {"x264-params": "keyint=20:open-gop=1:bframes=4:b-adapt=0:scenecut=0:log-level=none"}
    index = index_video(write_av(tmp_path / "v.mp4", 80, "libx264", options))
    keyframes = np.flatnonzero(index.depth == 0)
    assert len(keyframes) > 2
    before_second = np.arange(keyframes[1])
    decoded_after = before_second[index.position[before_second] > index.position[keyframes[1]]]
    assert len(decoded_after)
    assert (index.start[decoded_after] == 0).all()


@X264
@pytest.mark.parametrize("name", ["v.avi", "v.ts"])
def test_where_a_container_keeps_no_reliable_times_pictures_are_counted(tmp_path: Path, name: str) -> None:
    assert index_video(write_av(tmp_path / name, 30, "libx264", {"bf": "3"})).counted


@pytest.mark.parametrize("content", [b"", b"no video at all" * 50], ids=["empty", "text"])
def test_a_file_that_is_no_video_says_so_in_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a b,c…ü'\".mp4"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        index_video(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    path.unlink()
    with pytest.raises(InputError, match="no such file"):
        index_video(path)


def test_a_sound_file_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000)
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), layout="mono")
        sound.sample_rate = 8000
        container.mux(stream.encode(sound))
    with pytest.raises(InputError, match="no video stream"):
        index_video(path)
