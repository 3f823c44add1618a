"""The demo data set on disk: four analysed videos and their ground truth.

The same seed gives the same files. `visits.py` plans who walks where, `render.py` renders the frames,
`tracker.py` simulates the detector and tracker.
"""

import json
import shutil
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np

from reid_assets.demo.cameras import CAMERAS, FPS, HEIGHT, WIDTH, Camera
from reid_assets.demo.render import render_video
from reid_assets.demo.tracker import HEADER, SimulatedTracker
from reid_assets.demo.visits import plan_visits

TRUTH = "truth.csv"


def make_demo(root: Path, seed: int = 7) -> Path:
    """Write the demo data set below `root`: one folder per video, and `truth.csv`.

    Args:
        root: created if missing; videos of an earlier demo are replaced.
        seed: of the walks and of the tracker's errors; the appearance does not depend on it.

    Returns:
        The path of the ground truth, which is written last: if it exists, the data set is complete.
    """
    truth = root / TRUTH
    truth.unlink(missing_ok=True)
    visits = plan_visits(seed)
    trackers = [
        SimulatedTracker(
            [visit for visit in visits if visit.camera == camera], np.random.default_rng([seed, number])
        )
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
        identities = sorted(tracker.identity_of.items())
        lines += [f"{camera.name},{track},{identity}" for track, identity in identities]
    truth.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return truth


def _write_video(folder: Path, camera: Camera, tracker: SimulatedTracker, seed: int) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    codec = cv2.VideoWriter.fourcc(*"mp4v")
    writer = cv2.VideoWriter(str(folder / "analysis.mp4"), codec, FPS, (WIDTH, HEIGHT))
    try:
        for frame, (image, sightings) in enumerate(render_video(camera, tracker.visits, seed)):
            writer.write(image)
            tracker.observe(frame, sightings)
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
