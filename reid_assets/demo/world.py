"""The demo world on disk: four analysed videos and the truth about who is who.

The same seed gives the same world. What is in it is `visits.py`, how it looks `render.py`, what the
tracker made of it `tracker.py`.
"""

import json
import shutil
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np

from reid_assets.demo.cameras import CAMERAS, FPS, HEIGHT, WIDTH, Camera
from reid_assets.demo.render import film
from reid_assets.demo.tracker import HEADER, Tracker
from reid_assets.demo.visits import script

TRUTH = "truth.csv"


def make_demo(root: Path, seed: int = 7) -> Path:
    """Write the world below `root`: a folder a video and `truth.csv`.

    Args:
        root: made if it is not there; videos of an earlier world are replaced.
        seed: of who goes where and what the tracker gets wrong; looks do not depend on it.

    Returns:
        The path of the truth, written last: where it lies, the world is whole.
    """
    truth = root / TRUTH
    truth.unlink(missing_ok=True)
    visits = script(seed)
    trackers = [
        Tracker([visit for visit in visits if visit.camera == camera], np.random.default_rng([seed, number]))
        for number, camera in enumerate(CAMERAS)
    ]
    with ThreadPoolExecutor(max_workers=2) as pool:
        tasks = [
            pool.submit(_write_video, root / camera.name, camera, tracker, seed + number)
            for number, (camera, tracker) in enumerate(zip(CAMERAS, trackers, strict=True))
        ]
        for task in tasks:
            task.result()
    lines = ["video,track_id,identity"]
    for camera, tracker in zip(CAMERAS, trackers, strict=True):
        lines += [f"{camera.name},{track},{being}" for track, being in sorted(tracker.identity_of.items())]
    truth.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return truth


def _write_video(folder: Path, camera: Camera, tracker: Tracker, seed: int) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    codec = cv2.VideoWriter.fourcc(*"mp4v")
    writer = cv2.VideoWriter(str(folder / "analysis.mp4"), codec, FPS, (WIDTH, HEIGHT))
    try:
        for frame, (picture, seen) in enumerate(film(camera, tracker.visits, seed)):
            writer.write(picture)
            tracker.see(frame, seen)
    finally:
        writer.release()
    (folder / "tracks.csv").write_text("\n".join([HEADER, *tracker.rows]) + "\n", encoding="utf-8")
    unique = Counter(str(class_id) for class_id in tracker.classes.values())
    summary = {
        "frames": camera.frames,
        "fps": FPS,
        "unique_ids_by_class": dict(sorted(unique.items())),
        "camera": camera.name,
        "start_time": camera.start_time,
    }
    (folder / "summary.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
