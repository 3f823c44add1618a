"""One figure for each step of method `auto`, drawn on the people of a finished demo, for docs/association.md.

    python tools/association_figures.py [--root outputs/demo] [--out docs/pictures/association]

Every step is the product's own function; the truth of the demo only sorts and colours what is drawn.
"""

import argparse
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from association_charts import BLUE, GREEN, GREY, ORANGE, PAPER, RED, Panel, matrix, save

from reid_assets.reid.association.as_norm import CohortScores, affinity_graph, score_to_affinity
from reid_assets.reid.association.auto_parameters import DEFAULT_PARAMETERS
from reid_assets.reid.association.camera_pair_norm import CameraPairNorm
from reid_assets.reid.association.centring import centred_vectors
from reid_assets.reid.association.constraints.cannot_links import compile_constraints
from reid_assets.reid.association.cut_selection import choose_cut, measure_footage
from reid_assets.reid.association.linkage import Dendrogram, average_linkage
from reid_assets.reid.association.silhouette import silhouette_terms
from reid_assets.reid.association.spacings import neighbour_spacings
from reid_assets.reid.association.track_set import TrackSet, assemble
from reid_assets.reid.association.wccn import within_class_whitening
from reid_assets.reid.core.embeddings import TrackEmbeddings
from reid_assets.reid.core.settings import AssociateSettings

_SETTINGS = AssociateSettings(method="auto", allow_merge_same_video=True)


@dataclass(frozen=True)
class People:
    """The people of the demo: their tracks, the rows of these, and who each is, sorted by that."""

    tracks: TrackSet
    rows: np.ndarray
    identity: np.ndarray

    @property
    def camera(self) -> np.ndarray:
        """int64 (n,), camera of each row, numbered from 0."""
        return self.tracks.camera[self.rows]

    @property
    def order(self) -> np.ndarray:
        """int64 (n,), positions sorted by identity."""
        return np.argsort(self.identity, kind="stable")

    @property
    def same(self) -> np.ndarray:
        """Bool (n, n)."""
        return np.equal.outer(self.identity, self.identity)

    @property
    def one_camera(self) -> np.ndarray:
        """Bool (n, n)."""
        return np.equal.outer(self.camera, self.camera)


def read(root: Path) -> People:
    """The people of a finished demo."""
    videos = {}
    for path in sorted((root / "reid/embeddings").glob("*_track_meta.csv")):
        with np.load(path.with_name(path.name.replace("_track_meta.csv", "_track_embeds.npz"))) as pair:
            video = path.name.removesuffix("_track_meta.csv")
            arrays = pair["emb"], pair["samples"], pair["sample_track"]
            videos[video] = TrackEmbeddings(pd.read_csv(path), *arrays, None)
    tracks = assemble(videos)
    truth = tracks.meta[["video", "track_id"]].merge(pd.read_csv(root / "truth.csv"), how="left")
    rows = np.flatnonzero((tracks.meta["class_name"] == "person").to_numpy())
    return People(tracks, rows, truth["identity"].fillna("?").to_numpy(dtype=str)[rows])


def compare(title: str, label: str, values: np.ndarray, groups: dict[str, tuple[np.ndarray, tuple]]) -> Panel:
    """Histograms of a symmetric matrix, by named groups of its pairs."""
    upper = np.triu(np.ones(values.shape, bool), 1)
    panel = Panel(title, tuple(np.quantile(values[upper], (0.002, 0.999))), (0, 1.05), label)
    for name, (chosen, colour) in groups.items():
        panel.histogram(values[upper & chosen], colour)
        panel.name(name, colour)
    return panel


def draw_dendrogram(dendrogram: Dendrogram, cut: float) -> Panel:
    """The merges by height; what is joined at the cut in blue."""
    n, top = dendrogram.size, float(dendrogram.height.max()) * 1.1
    panel = Panel("dendrogram of affinities, and its cut", (0, n), (0, top), "tracks")
    node = dict(zip(range(n), ((x, top) for x in leaf_positions(dendrogram)), strict=True))
    owner = np.arange(n)
    for a, b, height in zip(dendrogram.left, dendrogram.right, dendrogram.height, strict=True):
        (xa, ya), (xb, yb) = node[owner[a]], node[owner[b]]
        bracket = np.array([xa, xa, xb, xb]), np.array([ya, height, height, yb])
        panel.curve(*bracket, BLUE if height >= cut else GREY, 1.0)
        owner[owner == owner[b]] = owner[a]
        node[owner[a]] = ((xa + xb) / 2, height)
    panel.curve(np.array([0, n]), np.array([cut, cut]), RED, 1.5)
    for name, colour in (("joined", BLUE), ("kept apart", GREY), ("cut", RED)):
        panel.name(name, colour)
    return panel


def leaf_positions(dendrogram: Dendrogram) -> np.ndarray:
    """float64 (n,), where each row stands so that no brackets cross."""
    leaves, owner = {row: [row] for row in range(dendrogram.size)}, np.arange(dendrogram.size)
    for a, b in zip(dendrogram.left, dendrogram.right, strict=True):
        one, other = owner[a], owner[b]
        leaves[one] += leaves.pop(other)
        owner[leaves[one]] = one
    position = np.empty(dendrogram.size)
    position[[row for members in leaves.values() for row in members]] = np.arange(dendrogram.size) + 0.5
    return position


def draw_cut(dendrogram: Dendrogram, graph, footage, choice, spacings: np.ndarray) -> tuple[Panel, Panel]:  # type: ignore[no-untyped-def]
    """The spacings behind the nearest tracks; the silhouettes over the cut, and the cut."""
    bars = Panel("spacing behind the k-th nearest track", (0, 20), (0, float(spacings.max()) * 1.1), "k")
    for k, spacing in enumerate(spacings[:20]):
        bars.box((k + 0.15, k + 0.85), (0, float(spacing)), BLUE)
    bars.curve(np.array([0, 20]), np.array([1.0, 1.0]), RED, 1.0)
    bars.name(f"same-identity count {footage.same_id_count:.1f}", BLUE)
    bars.name("different identities", RED)
    grid, difference = np.arange(*DEFAULT_PARAMETERS.cut_grid), []
    for score in grid:
        own, other, clustered = silhouette_terms(graph, dendrogram.cut(score_to_affinity(score)))
        apart = np.where(clustered, own - other - DEFAULT_PARAMETERS.silhouette_offset, 0.0)
        difference.append(apart.mean())
    lines = Panel(
        "silhouettes at each cut, and the cut chosen", (grid[0], grid[-1]), (0, 1.05), "standard score"
    )
    lines.curve(grid, np.array(difference) / max(difference), BLUE)
    lines.name("silhouettes", BLUE)
    lines.upright(choice.by_model, ORANGE)
    lines.name("by the model", ORANGE)
    lines.upright(choice.score, RED, 2.0)
    lines.name("chosen", RED)
    return bars, lines


def draw_ids(people: People, labels: np.ndarray) -> Panel:
    """Each track as a bar in its camera's time, one band an identity; a track astray would be red."""
    meta = people.tracks.meta.iloc[people.rows]
    end = float(meta["f_max"].max())
    count = int(labels.max()) + 1
    panel = Panel("tracks of each identity, a colour a camera", (0, end), (0, count), "frame")
    colours, names = (BLUE, GREEN, ORANGE, GREY), sorted(meta["video"].unique())
    for number, name in enumerate(names):
        panel.name(name, colours[number])
    for row, (label, camera) in enumerate(zip(labels, people.camera, strict=True)):
        majority = pd.Series(people.identity[labels == label]).mode()[0]
        y = label + 0.1 + 0.2 * camera
        colour = colours[camera] if people.identity[row] == majority else RED
        panel.box((meta["f_min"].iloc[row], meta["f_max"].iloc[row]), (y, y + 0.18), colour)
    return panel


def draw(people: People, out: Path) -> None:
    """All figures, in the order of the steps."""
    tracks, rows, order = people.tracks, people.rows, people.order
    by_identity = np.ix_(order, order)
    within = (
        ("one camera", people.one_camera & ~people.same),
        ("two cameras", ~people.one_camera & ~people.same),
    )
    cameras = {name: (chosen, colour) for (name, chosen), colour in zip(within, (RED, BLUE), strict=True)}
    identities = {"one identity": (people.same, GREEN), "two identities": (~people.same, GREY)}

    raw = tracks.vectors[rows] @ tracks.vectors[rows].T
    never = compile_constraints(tracks.meta, _SETTINGS).forbidden(rows, rows)
    links = np.where(people.same, 2, np.where(never, 1, 0))
    save(
        out / "1_cannot_links.png",
        matrix(
            "cosines of the tracks, sorted by identity", ((raw - raw.min()) / (1 - raw.min()))[by_identity]
        ),
        matrix("cannot-links (red), one identity (green)", links[by_identity], [PAPER, RED, GREEN]),
    )
    vectors = centred_vectors(tracks, rows)
    centred = vectors @ vectors.T
    save(
        out / "2_camera_centring.png",
        compare("two identities, before", "cosine", raw, cameras).image,
        compare("two identities, centred", "cosine", centred, cameras).image,
    )
    norm = CameraPairNorm.fit(vectors, people.camera)
    normed = norm.score_rows(centred.copy(), np.arange(len(rows)))
    save(
        out / "3_camera_pair_norm.png",
        compare("two identities, after z-norm", "standard score", normed, cameras).image,
        compare("all pairs, after z-norm", "standard score", normed, identities).image,
    )
    scores = CohortScores.fit(vectors, people.camera)
    left, right = np.indices(normed.shape)
    adapted = scores.score(normed.ravel(), left.ravel(), right.ravel()).reshape(normed.shape)
    save(
        out / "4_as_norm.png", compare("all pairs, after adaptive s-norm", "score", adapted, identities).image
    )
    graph = affinity_graph(scores)
    dense = graph.toarray()
    shown = np.clip(dense / np.quantile(dense[people.same & (dense > 0)], 0.9), 0, 1)
    save(out / "5_affinity.png", matrix("affinities, sorted by identity", shown[by_identity]))
    dendrogram = average_linkage(dense, never, threshold=1e-9)
    footage = measure_footage(scores, vectors)
    choice = choose_cut(dendrogram, graph, footage, 0.5)
    save(out / "6_linkage.png", draw_dendrogram(dendrogram, score_to_affinity(choice.score)).image)
    spacings = neighbour_spacings(scores.similarity[:, : scores.cohort + 1], len(rows))
    save(
        out / "7_cut_selection.png",
        *(panel.image for panel in draw_cut(dendrogram, graph, footage, choice, spacings)),
    )
    labels = dendrogram.cut(score_to_affinity(choice.score))
    # The demo is too small for the method to learn from; this shows what it would learn.
    learning = replace(DEFAULT_PARAMETERS, wccn_min_freedom=0.0)
    learned = within_class_whitening(vectors, labels, learning)
    if learned is not None:
        whitened = CameraPairNorm.fit(learned, people.camera).score_rows(
            learned @ learned.T, np.arange(len(rows))
        )
        save(
            out / "8_wccn.png",
            compare("before WCCN", "standard score", normed, identities).image,
            compare("after WCCN", "standard score", whitened, identities).image,
        )
    save(out / "9_ids.png", draw_ids(people, labels).image)


def main() -> None:
    """Command line: the root of a finished demo, and where pictures go."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=Path("outputs/demo"))
    parser.add_argument("--out", type=Path, default=Path("docs/pictures/association"))
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    draw(read(arguments.root), arguments.out)


if __name__ == "__main__":
    main()
