"""The plain way of each stage, as one would first write it: what the product is measured against."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
from PIL import Image

from reid_assets.reid.tracks.tracks_csv import Tracks

Samples = dict[int, list[tuple[int, np.ndarray]]]


def spread_samples(tracks: Tracks, most: int, stride: int) -> Samples:
    """Frame -> (track, box): up to `most` rows a track, evenly over its life."""
    chosen: Samples = {}
    for track, rows in tracks.rows[tracks.rows["usable"]].groupby("track_id"):
        count = min(most, max(1, len(rows) // stride))
        for place in np.linspace(0, len(rows) - 1, count).astype(int):
            row = rows.iloc[place]
            chosen.setdefault(int(row["frame"]), []).append(
                (int(track), row[["x1", "y1", "x2", "y2"]].to_numpy())
            )
    return chosen


def decode_all(path: Path, last: int) -> int:
    """Decode and convert every frame up to `last`; return how many."""
    video = cv2.VideoCapture(str(path))
    count = 0
    while count <= last and video.read()[0]:
        count += 1
    video.release()
    return count


def embed(path: Path, samples: Samples, load: Callable[[], object], batch: int) -> np.ndarray:
    """Every frame decoded, PIL for every crop, float32 in torch, the network loaded for this video."""
    import torch

    network = load()
    mean = torch.tensor([0.48145466, 0.4578275, 0.40821073]).view(3, 1, 1)
    std = torch.tensor([0.26862954, 0.26130258, 0.27577711]).view(3, 1, 1)
    video, crops, vectors = cv2.VideoCapture(str(path)), [], []
    frame = 0
    while True:
        read, picture = video.read()
        if not read:
            break
        for _, (x1, y1, x2, y2) in samples.get(frame, []):
            crop = cv2.cvtColor(picture[int(y1) : int(y2), int(x1) : int(x2)], cv2.COLOR_BGR2RGB)
            image = Image.fromarray(crop).resize((224, 224), Image.Resampling.BICUBIC)
            crops.append((torch.from_numpy(np.asarray(image).copy()).permute(2, 0, 1) / 255 - mean) / std)
        frame += 1
    with torch.no_grad():
        for start in range(0, len(crops), batch):
            found = network(torch.stack(crops[start : start + batch]))  # type: ignore[operator]
            vectors.append(torch.nn.functional.normalize(found, dim=1).numpy())
    return np.concatenate(vectors)


def connected_components(vectors: np.ndarray, videos: list[str], min_sim: float) -> list[int]:
    """The original rule: a Python loop over all pairs, union-find, no constraint on whole identities."""
    parent = list(range(len(vectors)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i in range(len(vectors)):
        for j in range(i + 1, len(vectors)):
            if videos[i] != videos[j] and float(vectors[i] @ vectors[j]) >= min_sim:
                parent[root(i)] = root(j)
    return [root(i) for i in range(len(vectors))]


def attach(tracks: Path, id_map: pd.DataFrame, video: str, out: Path) -> None:
    """Read, merge and write with pandas."""
    rows = pd.read_csv(tracks).assign(video=video)
    merged = rows.merge(id_map[["track_id", "global_id"]], on="track_id", how="left")
    merged["global_id"] = merged["global_id"].astype("Int64")
    merged.to_csv(out, index=False)
