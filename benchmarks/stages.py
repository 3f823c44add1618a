"""`make bench`: seconds of every stage beside a plain implementation, taking turns in one run.

The network is ViT-B-32 with random weights: speed does not depend on what they are. `--videos 8` is the
full measurement; the default is a quarter of it.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks import footage, plain
from benchmarks.measure import alternate, show
from benchmarks.networks import checkpoint, plain_network
from reid_assets.reid.association.global_id_map import associate
from reid_assets.reid.backbones.backbone import Backbone, load_backbone
from reid_assets.reid.backbones.class_networks import ClassNetworks
from reid_assets.reid.core.embeddings import TrackEmbeddings
from reid_assets.reid.core.settings import AssociateSettings, BackboneSettings, EmbedSettings
from reid_assets.reid.core.tables import TRACK_META
from reid_assets.reid.embedding.crop_reading import VideoJob
from reid_assets.reid.embedding.embedder import EmbeddedVideo, embed_videos
from reid_assets.reid.embedding.frame_selection import select_frames
from reid_assets.reid.embedding.sampling import eligible_rows, score_candidates
from reid_assets.reid.tracks.tracks_csv import Tracks
from reid_assets.reid.tracks.tracks_global import attach_ids
from reid_assets.reid.video.frames import FrameReader, VideoSource
from reid_assets.reid.video.packet_index import index_video

MOST, STRIDE = 12, 5


def bench_embedding(folder: Path, videos: int, seconds: int, rounds: int) -> None:
    """The whole stage: from files to vectors."""
    weights = checkpoint(folder)
    tracks = footage.make_tracks(folder / "tracks.csv", seconds)
    paths = [folder / f"v{number}.mp4" for number in range(videos)]
    for number, path in enumerate(paths):
        footage.make_video(path, "mpeg4", seconds, number)
    samples = plain.spread_samples(tracks, MOST, STRIDE)
    crops = sum(len(boxes) for boxes in samples.values()) * videos
    load, counted = plain_network(weights), {}

    def ours(name: str, backbone: Backbone, **changes: bool) -> None:
        settings = EmbedSettings(per_track_max_samples=MOST, frame_stride=STRIDE, inset=0, **changes)  # type: ignore[arg-type]
        jobs = (VideoJob(tracks, (VideoSource(path, "original"),)) for path in paths)
        done = list(embed_videos(jobs, ClassNetworks.of_one(backbone), settings))
        counted[name] = sum(len(one.embeddings.samples) for one in done if isinstance(one, EmbeddedVideo))

    def backbone(**changes: str) -> Backbone:
        settings = BackboneSettings(name=f"open-clip:ViT-B-32@{weights}", **changes)  # type: ignore[arg-type]
        return load_backbone(settings, folder / "compiled", expected_crops=crops)

    exact, fast = backbone(runtime="torch", dtype="float32"), backbone(runtime="auto", dtype="auto")
    fast.embed(np.zeros((64, *fast.input_hw, 3), np.uint8))
    runs: dict[str, Callable[[], object]] = {
        "plain": lambda: [plain.embed(path, samples, load, 64) for path in paths],
        "all frames' samples, torch float32": lambda: ours("float32", exact, keyframes=False, adaptive=False),
        "same crops, auto runtime": lambda: ours("same", fast, keyframes=False, adaptive=False),
        "default plan, auto runtime": lambda: ours("default", fast),
    }
    timings = alternate(runs, rounds)
    sys.stdout.write(f"\nfast runtime: {fast.facts}\n")
    notes = {
        "plain": f"{crops} crops",
        "all frames' samples, torch float32": f"{counted['float32']} crops",
        "same crops, auto runtime": f"{counted['same']} crops",
        "default plan, auto runtime": f"{counted['default']} crops",
    }
    show(f"Embedding, {videos} videos of {seconds} s, 720p MPEG-4 part 2, ViT-B-32", timings, "plain", notes)
    bench_inference(exact, fast)


def bench_inference(exact: Backbone, fast: Backbone) -> None:
    """Batches alone, without any decoding."""
    images = np.random.default_rng(0).integers(0, 255, (128, *exact.input_hw, 3), dtype=np.uint8)
    timings = alternate({"torch float32": lambda: exact.embed(images), "auto": lambda: fast.embed(images)}, 3)
    show("Inference, 128 crops, ViT-B-32", timings, "torch float32")


def bench_decoding(folder: Path, seconds: int, rounds: int) -> None:
    """Reading the planned frames, against reading and converting every one."""
    tracks = footage.make_tracks(folder / "tracks.csv", seconds)
    scattered = np.array(sorted(plain.spread_samples(tracks, MOST, STRIDE)))
    for codec, name in (("mpeg4", "MPEG-4 part 2, GOP 12"), ("libx264", "H.264, GOP 120")):
        path = folder / f"{codec}.mp4"
        footage.make_video(path, codec, seconds, 0)
        keys = np.flatnonzero(index_video(path).depth == 0)

        def read(frames: np.ndarray, path: Path = path) -> list[int]:
            return [number for number, _ in FrameReader(index_video(path), frames)]

        planned = planned_frames(path, tracks)
        runs: dict[str, Callable[[], object]] = {
            "every frame (OpenCV)": lambda path=path: plain.decode_all(path, int(scattered[-1])),  # type: ignore[misc]
            "frames of the default plan": lambda read=read, planned=planned: read(planned),  # type: ignore[misc]
            "scattered frames": lambda read=read: read(scattered),  # type: ignore[misc]
            "keyframes alone": lambda read=read, keys=keys: read(keys),  # type: ignore[misc]
        }
        notes = {
            "frames of the default plan": f"{len(planned)} frames",
            "scattered frames": f"{len(scattered)} frames, as the plain way takes them",
            "keyframes alone": f"{len(keys)} frames",
        }
        title = f"Decoding, {seconds} s of 720p {name}"
        show(title, alternate(runs, rounds), "every frame (OpenCV)", notes)


def planned_frames(path: Path, tracks: Tracks) -> np.ndarray:
    """The frames that the product reads of a file by default."""
    settings = EmbedSettings(per_track_max_samples=MOST, frame_stride=STRIDE)
    wanted, _ = eligible_rows(tracks, settings)
    candidates = score_candidates(tracks, wanted, (footage.WIDTH, footage.HEIGHT), settings)
    return np.unique(select_frames(candidates, index_video(path), 1, settings).source_frame)


def bench_association(tracks: int, rounds: int) -> None:
    """Grouping by threshold and by the self-calibrating method, against a Python loop over pairs."""
    rng = np.random.default_rng(0)
    beings = rng.normal(size=(tracks // 6, 512))
    vectors = beings[rng.integers(0, len(beings), tracks)] + rng.normal(scale=0.8, size=(tracks, 512))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    owner = np.sort(rng.integers(0, 20, tracks))
    pairs = {}
    for video in range(20):
        own = vectors[owner == video]
        start = rng.integers(0, 50_000, len(own))
        meta = pd.DataFrame({"video": f"v{video:02d}", "track_id": range(len(own)), "f_min": start})
        meta = meta.assign(class_id=0, class_name="person", n_samples=1, f_max=start + 50)
        index = np.arange(len(own), dtype=np.int32)
        pairs[f"v{video:02d}"] = TrackEmbeddings(
            TRACK_META.conform(meta), own, own.astype(np.float16), index, "net"
        )
    names = [f"v{video:02d}" for video in owner]
    methods = {name: AssociateSettings(method=name, min_sim=0.45) for name in ("threshold", "auto")}  # type: ignore[arg-type]
    for settings in methods.values():
        associate({"v00": pairs["v00"]}, settings)
    timings = alternate(
        {
            "pair loop": lambda: plain.connected_components(vectors, names, 0.45),
            "threshold": lambda: associate(pairs, methods["threshold"]),
            "auto": lambda: associate(pairs, methods["auto"]),
        },
        rounds,
    )
    show(f"Association, {tracks} tracks x 512", timings, "pair loop")


def bench_attach(folder: Path, rows: int, rounds: int) -> None:
    """Ids into one tracks.csv, against a pandas merge."""
    path, out = folder / "big.csv", folder / "out.csv"
    header = "frame,time_s,track_id,class_id,class_name,x1,y1,x2,y2,cx,cy,conf,speed_kmh,speed_kmh_ema\n"
    line = "{0},{1:.3f},{2},0,person,12.345678,23.456789,45.678901,99.123456,50.5,60.5,0.876543,,\n"
    with path.open("w") as stream:
        stream.write(header)
        stream.writelines(line.format(i, i / 25, i % 300) for i in range(rows))
    id_map = pd.DataFrame({"track_id": range(300), "global_id": range(300)})

    def ours() -> None:
        with path.open("rb") as stream, out.open("wb") as target:
            target.writelines(attach_ids(stream, "v", {i: i for i in range(300)}))

    runs: dict[str, Callable[[], object]] = {
        "pandas merge": lambda: plain.attach(path, id_map, "v", out),
        "ours": ours,
    }
    show(f"Attaching ids to {rows} rows", alternate(runs, rounds), "pandas merge")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--videos", type=int, default=2)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--tracks", type=int, default=3000)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--only", choices=("decoding", "embedding", "association", "attach"))
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        stages: dict[str, Callable[[], None]] = {
            "decoding": lambda: bench_decoding(folder, chosen.seconds, max(3, chosen.rounds)),
            "embedding": lambda: bench_embedding(folder, chosen.videos, chosen.seconds, chosen.rounds),
            "association": lambda: bench_association(chosen.tracks, chosen.rounds),
            "attach": lambda: bench_attach(folder, chosen.rows, chosen.rounds),
        }
        for stage, run in stages.items():
            if chosen.only in (None, stage):
                run()


if __name__ == "__main__":
    main()
