"""Tiny roots for tests: real videos of a few coloured blocks, written in milliseconds."""

import json
from pathlib import Path

import cv2
import numpy as np

HEADER = "frame,time_s,track_id,class_id,class_name,x1,y1,x2,y2,cx,cy,conf,speed_kmh,speed_kmh_ema"
RED, GREEN, BLUE, WHITE = (40, 40, 220), (50, 200, 60), (220, 80, 40), (235, 235, 235)
FPS, SIDE_X, SIDE_Y = 10.0, 240, 160


def row(frame: int, track: int, box: tuple[float, float, float, float], name: str = "person") -> str:
    """One line of a tracks.csv."""
    x1, y1, x2, y2 = box
    class_id = {"person": 0, "car": 2}.get(name, 9)
    centre = f"{(x1 + x2) / 2},{(y1 + y2) / 2}"
    return f"{frame},{frame / FPS},{track},{class_id},{name},{x1},{y1},{x2},{y2},{centre},0.9,,"


def make_video(
    root: Path,
    name: str,
    actors: dict[int, tuple[tuple[int, int, int], tuple[int, int]]],
    frames: int = 24,
    seed: int = 0,
) -> Path:
    """A video folder: each actor (track -> colour, first and last frame) walks from left to right.

    Trousers are dark for red and green actors, light for the others, so that two of one colour look
    alike in every video and two of different colours never do.
    """
    folder = root / name
    folder.mkdir(parents=True)
    noise = np.random.default_rng(seed)
    writer = cv2.VideoWriter(
        str(folder / "analysis.mp4"), cv2.VideoWriter.fourcc(*"mp4v"), FPS, (SIDE_X, SIDE_Y)
    )
    lines = [HEADER]
    for frame in range(frames):
        picture = noise.integers(100, 130, (SIDE_Y, SIDE_X, 3), dtype=np.uint8)
        for track, (colour, (first, last)) in actors.items():
            if not first <= frame <= last:
                continue
            x, y = 10 + 6 * frame, 20 + 8 * (track % 4)
            cv2.rectangle(picture, (x, y), (x + 31, y + 50), colour, -1)
            legs = (50, 30, 30) if colour in (RED, GREEN) else (200, 210, 210)
            cv2.rectangle(picture, (x, y + 50), (x + 31, y + 95), legs, -1)
            lines.append(row(frame, track, (x, y, x + 32, y + 96)))
        writer.write(picture)
    writer.release()
    (folder / "tracks.csv").write_text("\n".join(lines) + "\n")
    (folder / "summary.json").write_text(json.dumps({"frames": frames, "fps": FPS}))
    return folder


def make_root(root: Path) -> Path:
    """Two videos: red and green walk through both, blue through the second alone."""
    make_video(root, "a", {0: (RED, (0, 23)), 1: (GREEN, (2, 20))}, seed=1)
    make_video(root, "b", {4: (GREEN, (0, 20)), 5: (RED, (3, 23)), 6: (BLUE, (1, 22))}, seed=2)
    return root


def write_config(folder: Path, **sections: dict) -> Path:
    """A configuration for the built-in descriptor; keyword arguments add to or replace sections."""
    path = folder / "reid.yaml"
    content = {"backbone": {"name": "builtin"}, "associate": {"min_sim": 0.6}} | sections
    path.write_text(json.dumps(content))
    return path
