"""What choosing and weighting crops brings when people are partly covered.

Takes demo worlds, puts pieces of other walkers before parts of each track, and compares three ways to one
vector a track: crops spread evenly with a plain mean, chosen crops with a plain mean, chosen crops
weighted by quality (the product). Mean average precision of finding the same being in other videos,
and pairwise F1 of the shipped association.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np
import pandas as pd

from benchmarks import plain
from reid_assets.demo.world import make_demo
from reid_assets.reid.accuracy.evaluation import evaluate, read_truth
from reid_assets.reid.association.global_id_map import associate
from reid_assets.reid.backbones.backbone import Backbone, load_backbone
from reid_assets.reid.backbones.class_networks import ClassNetworks
from reid_assets.reid.core.embeddings import TrackEmbeddings
from reid_assets.reid.core.settings import AssociateSettings, BackboneSettings, EmbedSettings
from reid_assets.reid.core.tables import TRACK_META
from reid_assets.reid.embedding.crop_reading import VideoJob
from reid_assets.reid.embedding.embedder import EmbeddedVideo, embed_videos
from reid_assets.reid.embedding.pooling import pool
from reid_assets.reid.tracks.tracks_csv import read_tracks
from reid_assets.reid.video.frames import FrameReader, VideoSource
from reid_assets.reid.video.packet_index import index_video

MOST, STRIDE = 12, 5
Vectors = dict[str, TrackEmbeddings]


def occlude(folder: Path, rng: np.random.Generator) -> None:
    """Cover a part of each track's boxes, for a third to two thirds of its life, by a piece of another.

    The detector sees seven of ten of those who stand before others: they become untracked rows.
    """
    rows = pd.read_csv(folder / "tracks.csv")
    frames = [picture for _, picture in FrameReader(index_video(folder / "analysis.mp4"), np.arange(10**4))]
    clean = [picture.copy() for picture in frames]
    tracked = [own for _, own in rows[rows["track_id"] >= 0].groupby("track_id")]
    pieces = [_cut(clean, own.iloc[len(own) // 2]) for own in tracked]
    seen: list[dict[str, object]] = []
    for own in tracked:
        detected = rng.random() < 0.7
        length = int(len(own) * rng.uniform(0.33, 0.67))
        first = int(rng.integers(0, len(own) - length + 1))
        piece, share = pieces[rng.integers(len(pieces))], rng.uniform(0.35, 0.65)
        for row in own.iloc[first : first + length].itertuples():
            x1, y1, x2, y2 = (max(0, int(edge)) for edge in (row.x1, row.y1, row.x2, row.y2))
            x2 = x1 + int((x2 - x1) * share)
            target = frames[int(row.frame)][y1:y2, x1:x2]  # type: ignore[call-overload]
            if target.size and piece.size:
                target[:] = cv2.resize(piece, target.shape[1::-1])
                box = {"frame": row.frame, "x1": x1, "y1": y1, "x2": x2, "y2": y2}
                seen += [
                    box | {"track_id": -1, "class_id": 0, "class_name": "person", "conf": 0.6}
                ] * detected
    all_rows = pd.concat([rows, pd.DataFrame(seen)]).sort_values("frame", kind="stable")
    all_rows.to_csv(folder / "tracks.csv", index=False)
    height, width = frames[0].shape[:2]
    codec = cv2.VideoWriter.fourcc(*"mp4v")
    writer = cv2.VideoWriter(str(folder / "analysis.mp4"), codec, 12.5, (width, height))
    for picture in frames:
        writer.write(picture)
    writer.release()


def _cut(frames: list[np.ndarray], row: pd.Series) -> np.ndarray:
    x1, y1, x2, y2 = (max(0, int(row[edge])) for edge in ("x1", "y1", "x2", "y2"))
    return frames[int(row["frame"])][y1:y2, x1:x2].copy()


def evenly(folder: Path, like: TrackEmbeddings, backbone: Backbone) -> TrackEmbeddings:
    """The plain way: crops spread evenly over each track, a plain mean."""
    tracks = read_tracks(folder / "tracks.csv", folder.name)
    samples = plain.spread_samples(tracks, MOST, STRIDE)
    crops: dict[int, list[np.ndarray]] = {}
    for frame, picture in FrameReader(index_video(folder / "analysis.mp4"), np.array(sorted(samples))):
        for track, box in samples[frame]:
            x1, y1, x2, y2 = (max(0, int(edge)) for edge in box)
            if x2 > x1 and y2 > y1:
                crops.setdefault(track, []).append(backbone.prepare(picture[y1:y2, x1:x2]))
    kept = [track for track in like.meta["track_id"] if track in crops]
    found = [backbone.embed(np.stack(crops[track])) for track in kept]
    return _pooled(like.meta[like.meta["track_id"].isin(kept)], found, like.backbone)


def plain_mean(chosen: TrackEmbeddings) -> TrackEmbeddings:
    """The same crops as the product's, without weights."""
    rows = range(len(chosen.meta))
    found = [chosen.samples[chosen.sample_track == row].astype(np.float32) for row in rows]
    return _pooled(chosen.meta, found, chosen.backbone)


def _pooled(meta: pd.DataFrame, found: list[np.ndarray], label: str | None) -> TrackEmbeddings:
    emb = np.stack([pool(vectors, np.ones(len(vectors), np.float32)) for vectors in found])
    owner = np.repeat(np.arange(len(found), dtype=np.int32), [len(vectors) for vectors in found])
    samples = np.concatenate(found).astype(np.float16)
    return TrackEmbeddings(TRACK_META.conform(meta), emb.astype(np.float32), samples, owner, label)


def product(folders: list[Path], backbone: Backbone, adaptive: bool) -> Vectors:
    """What the product makes of the videos."""
    sources = [(VideoSource(folder / "analysis.mp4", "original"),) for folder in folders]
    jobs = [
        VideoJob(read_tracks(f / "tracks.csv", f.name), own) for f, own in zip(folders, sources, strict=True)
    ]
    settings = EmbedSettings(adaptive=adaptive, keyframes=adaptive)
    done = embed_videos(jobs, ClassNetworks.of_one(backbone), settings)
    return {one.video: one.embeddings for one in done if isinstance(one, EmbeddedVideo)}


def figures(vectors: Vectors, truth: pd.DataFrame) -> tuple[float, float]:
    """Mean average precision over tracks, and pairwise F1 of the shipped association."""
    meta = pd.concat([one.meta for one in vectors.values()], ignore_index=True)
    emb = np.concatenate([one.emb for one in vectors.values()])
    named = meta.merge(truth, how="left", on=["video", "track_id"])
    rows = np.flatnonzero(named["identity"].notna())
    video, being = named["video"].to_numpy()[rows], named["identity"].to_numpy()[rows]
    cosine = emb[rows] @ emb[rows].T
    precisions = []
    for row in range(len(rows)):
        others = np.flatnonzero(video != video[row])
        right = (being[others] == being[row])[np.argsort(-cosine[row, others], kind="stable")]
        if right.any():
            precisions.append((np.cumsum(right)[right] / (np.flatnonzero(right) + 1)).mean())
    settings = AssociateSettings(method="auto", allow_merge_same_video=True)
    f1 = evaluate(associate(vectors, settings).id_map, truth, settings)["pairwise_f1"]
    return float(np.mean(precisions)), f1


def compare(seeds: list[int], backbone: Backbone) -> None:
    """Print the mean figures over some occluded worlds."""
    found: dict[str, list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as name:
        for seed in seeds:
            root = Path(name) / "world"
            shutil.rmtree(root, ignore_errors=True)
            truth = read_truth(make_demo(root, seed))
            folders = sorted(path for path in root.iterdir() if path.is_dir())
            for number, folder in enumerate(folders):
                occlude(folder, np.random.default_rng([seed, number]))
            chosen = product(folders, backbone, adaptive=False)
            ways: dict[str, Vectors] = {
                "evenly spread, plain mean": {f.name: evenly(f, chosen[f.name], backbone) for f in folders},
                "chosen, plain mean": {video: plain_mean(one) for video, one in chosen.items()},
                "chosen, weighted by quality": chosen,
                "default (adaptive, keyframes)": product(folders, backbone, adaptive=True),
            }
            for way, vectors in ways.items():
                found.setdefault(way, []).append(figures(vectors, truth))
    sys.stdout.write(
        f"\nPooling under occlusion, demo worlds {seeds}, {backbone.label}\n{'':34}{'mAP':>8}{'F1':>8}\n"
    )
    for way, pairs in found.items():
        precision, f1 = np.mean(pairs, axis=0)
        sys.stdout.write(f"{way:34}{precision:>8.3f}{f1:>8.3f}\n")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--backbone", default="builtin", help="as in the configuration, e.g. onnx:FILE")
    parser.add_argument("--seeds", type=int, nargs="+", default=[7, 8])
    chosen = parser.parse_args()
    compare(chosen.seeds, load_backbone(BackboneSettings(name=chosen.backbone)))


if __name__ == "__main__":
    main()
