"""Cost of association as footage grows, beside a plain loop over pairs, and what the search loses.

    python -m benchmarks.association [--size 10000 --size 100000 --size 1000000] [--index auto]

A million takes a quarter of an hour and is left out where memory is short. Each size runs in a process
of its own, so that its peak memory is its own. Made identities in three classes (0.6, 0.3, 0.1), six
tracks each, 512 dimensions (or `--dim`), 50 videos. One video of 100 tracks is then added to each.
"""

import json
import math
import resource
import subprocess
import sys
import time
from itertools import pairwise

import click
import numpy as np
import pandas as pd
import psutil

from benchmarks.plain import connected_components
from reid_assets.reid.association.camera_pair_norm import CameraPairNorm
from reid_assets.reid.association.global_id_map import associate
from reid_assets.reid.association.incremental.additions import Before, associate_additions
from reid_assets.reid.association.incremental.archive import archive_of
from reid_assets.reid.association.neighbors.search import nearest_tracks
from reid_assets.reid.core.embeddings import TrackEmbeddings
from reid_assets.reid.core.settings import AssociateSettings

_VIDEOS, _PER_IDENTITY = 50, 6
_ADDED = 100  # tracks of the video that is added
_CLASSES = np.array(["person", "car", "bicycle"])
_PLAIN_UP_TO = 10_000
_BYTES_PER_DIMENSION = 24  # of a track that must be free: float32 five times, and something
_SEARCHED = 100_000  # tracks that are searched once more for that
_ASKED = 500  # rows whose neighbours are compared with an exact search


def world(tracks: int, dim: int = 512) -> tuple[dict[str, TrackEmbeddings], np.ndarray]:
    """Embeddings by video, and the identity of each track in the order of videos and track numbers."""
    draw = np.random.default_rng(0)
    people = tracks // _PER_IDENTITY
    kind = draw.choice(3, people, p=[0.6, 0.3, 0.1])
    # Real networks use few directions much and many a little.
    spectrum = (np.arange(1, dim + 1) ** -0.5).astype(np.float32)
    looks = draw.standard_normal((people, dim), dtype=np.float32) * (spectrum / np.sqrt((spectrum**2).mean()))
    who = draw.integers(0, people, tracks)
    parts = [*np.array_split(who, _VIDEOS), draw.integers(0, people, _ADDED)]
    videos = {}
    for number, mine in enumerate(parts):
        videos[f"v{number:02d}"] = _video(f"v{number:02d}", looks[mine], kind[mine], 200 * tracks, draw)
    return videos, who


def _video(
    name: str, looks: np.ndarray, kind: np.ndarray, frames: int, draw: np.random.Generator
) -> TrackEmbeddings:
    count = len(looks)
    vectors = looks + 0.8 * draw.standard_normal(looks.shape, dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    start = draw.integers(0, frames, count)
    meta = pd.DataFrame(
        {
            "video": name,
            "track_id": np.arange(count),
            "class_id": kind,
            "class_name": _CLASSES[kind],
            "n_samples": 1,
            "f_min": start,
            "f_max": start + 100,
        }
    )
    owner = np.arange(count, dtype=np.int32)
    return TrackEmbeddings(meta, vectors, vectors.astype(np.float16), owner, None)


def measure(tracks: int, index: str, dim: int) -> dict[str, float]:
    """One size, in this process: the full pass, and one more video."""
    videos, who = world(tracks, dim)
    added = dict([videos.popitem()])
    settings = AssociateSettings(method="auto", allow_merge_same_video=True, index=index)  # type: ignore[arg-type]
    start = time.perf_counter()
    found = associate(videos, settings, keep_state=True)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    ids = found.id_map["global_id"].to_numpy(np.int64)
    joined, right, true = _pairs(ids), _pairs(ids * (who.max() + 1) + who), _pairs(who)
    archive = archive_of(found.id_map, found.states, found.report["groups"], settings)  # type: ignore[arg-type]
    before = Before(found.id_map, found.evidence, found.next_id, archive)
    start = time.perf_counter()
    associate_additions(before, added, [], lambda _: {}, settings)
    addition = time.perf_counter() - start
    return {
        "tracks": tracks,
        "seconds": seconds,
        "peak GB": peak,
        "precision": right / max(joined, 1),
        "recall": right / true,
        "kept by search": _kept(videos, who, index),
        "one more video, seconds": addition,
        "times cheaper": seconds / addition,
    }


def _pairs(labels: np.ndarray) -> int:
    size = np.unique(labels, return_counts=True)[1]
    return int((size * (size - 1) // 2).sum())


def _kept(videos: dict[str, TrackEmbeddings], who: np.ndarray, index: str) -> float:
    """Share of the true pairs among exact nearest neighbours that the search of one class proposes."""
    chosen = np.concatenate([(one.meta["class_id"] == 0).to_numpy() for one in videos.values()])
    chosen = np.flatnonzero(chosen)[:_SEARCHED]
    vectors, who = np.vstack([one.emb for one in videos.values()])[chosen], who[chosen]
    camera = np.zeros(len(vectors), dtype=np.int64)
    proposed, _ = nearest_tracks(vectors, CameraPairNorm.fit(vectors, camera), 64, index)
    asked = np.arange(0, len(vectors), max(1, len(vectors) // _ASKED))
    cosine = vectors[asked] @ vectors.T
    cosine[np.arange(len(asked)), asked] = -np.inf
    exact = np.argpartition(cosine, len(vectors) - 64, axis=1)[:, -64:]
    true = [set(near[who[near] == who[row]]) for near, row in zip(exact, asked, strict=True)]
    kept = sum(len(same & set(proposed[row])) for same, row in zip(true, asked, strict=True))
    return kept / max(sum(map(len, true)), 1)


def plain_seconds(tracks: int) -> float:
    """The plain loop over pairs, all classes together as it was."""
    videos, _ = world(tracks)
    videos.popitem()
    vectors = np.vstack([one.emb for one in videos.values()])
    start = time.perf_counter()
    connected_components(vectors, [name for name, one in videos.items() for _ in range(len(one.meta))], 0.45)
    return time.perf_counter() - start


@click.command()
@click.option("--size", "sizes", type=int, multiple=True, default=(10_000, 100_000, 1_000_000))
@click.option("--index", default="auto", show_default=True)
@click.option("--dim", default=512, show_default=True, help="Dimensions of the vectors.")
@click.option("--one", is_flag=True, hidden=True)
def main(sizes: tuple[int, ...], index: str, dim: int, one: bool) -> None:
    """Print a line a size, and the exponents of the cost between them."""
    if one:
        click.echo(json.dumps(measure(sizes[0], index, dim)))
        return
    rows = []
    for size in sorted(sizes):
        needed = size * dim * _BYTES_PER_DIMENSION
        if psutil.virtual_memory().available < needed:
            click.echo(f"{size:,} tracks: left out, {needed / 1e9:.0f} GB are not free")
            continue
        command = [
            sys.executable,
            "-m",
            "benchmarks.association",
            "--one",
            "--size",
            str(size),
            "--index",
            index,
            "--dim",
            str(dim),
        ]
        rows.append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
        click.echo("  ".join(f"{name} {value:.4g}" for name, value in rows[-1].items()))
        if size <= _PLAIN_UP_TO:
            click.echo(f"  a plain loop over pairs: {plain_seconds(size):.1f} s; it grows with the square")
    for small, large in pairwise(rows):
        exponent = math.log(large["seconds"] / small["seconds"]) / math.log(large["tracks"] / small["tracks"])
        click.echo(f"exponent from {small['tracks']:,} to {large['tracks']:,}: {exponent:.2f}")


if __name__ == "__main__":
    main()
