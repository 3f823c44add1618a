"""720p videos with tracks, made for measuring: 30 textured walkers each, as an analyser would leave them."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from reid_assets.reid.tracks.tracks_csv import Tracks, read_tracks

WIDTH, HEIGHT, FPS = 1280, 720, 25
_WALKER = (64, 160)


def make_video(path: Path, codec: str, seconds: int, seed: int) -> None:
    """Write one video. `mpeg4` has a keyframe every 12 frames, as OpenCV writes it; `libx264` every 120."""
    rng = np.random.default_rng(seed)
    ground = rng.integers(60, 200, (HEIGHT // 8, WIDTH // 8, 3), dtype=np.uint8).repeat(8, 0).repeat(8, 1)
    coats = rng.integers(0, 255, (30, _WALKER[1] // 16, _WALKER[0] // 16, 3), dtype=np.uint8)
    coats = coats.repeat(16, 1).repeat(16, 2)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=FPS)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.time_base = Fraction(1, FPS)
        stream.codec_context.gop_size = 12 if codec == "mpeg4" else 120
        stream.options = {} if codec == "mpeg4" else {"preset": "veryfast"}
        stream.bit_rate = 6_000_000
        for number in range(seconds * FPS):
            picture = ground.copy()
            for track, (x, y) in places(number, seconds):
                picture[y : y + _WALKER[1], x : x + _WALKER[0]] = coats[track]
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def places(frame: int, seconds: int) -> list[tuple[int, tuple[int, int]]]:
    """Track and corner of every walker in a frame; each is seen for about a quarter of the video."""
    life = seconds * FPS // 4
    found = []
    for track in range(30):
        age = frame - track * (seconds * FPS - life) // 30
        if 0 <= age < life:
            x = (track * 37 + age * 5) % (WIDTH - _WALKER[0])
            found.append((track, (x, 40 + (track * 97) % (HEIGHT - _WALKER[1] - 80))))
    return found


def make_tracks(path: Path, seconds: int) -> Tracks:
    """The tracks.csv that belongs to every such video."""
    lines = ["frame,track_id,class_id,class_name,x1,y1,x2,y2,conf"]
    for frame in range(seconds * FPS):
        for track, (x, y) in places(frame, seconds):
            lines.append(f"{frame},{track},0,person,{x},{y},{x + _WALKER[0]},{y + _WALKER[1]},0.9")
    path.write_text("\n".join(lines) + "\n")
    return read_tracks(path, path.stem)
