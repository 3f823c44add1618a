"""A pair is read back as it was written, whoever wrote it; a broken one says what to do."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from reid_assets.layout import Layout
from reid_assets.reid.core.embeddings import TrackEmbeddings
from reid_assets.reid.core.errors import InputError
from reid_assets.reid.core.tables import TRACK_META
from reid_assets.storage.embeddings_pair import read_label, read_metas, read_pair, relabel, write_pair

NAME = "a b,c…ü'\""


def pair(tracks: int, video: str = NAME, label: str | None = "net") -> TrackEmbeddings:
    rng = np.random.default_rng(0)
    emb = rng.normal(size=(tracks, 8)).astype(np.float32)
    emb /= np.linalg.norm(emb, axis=1, keepdims=True)
    meta = pd.DataFrame(
        {"video": video, "track_id": range(tracks), "class_id": 0, "class_name": "NA", "n_samples": 2}
        | {"f_min": 0, "f_max": 9},
        index=range(tracks),
    )
    owner = np.repeat(np.arange(tracks, dtype=np.int32), 2)
    return TrackEmbeddings(TRACK_META.conform(meta), emb, emb[owner].astype(np.float16), owner, label)


@pytest.mark.parametrize("tracks", [0, 1, 5])
def test_what_is_written_is_read_back(tmp_path: Path, tracks: int) -> None:
    layout, written = Layout(tmp_path), pair(tracks)
    write_pair(layout, NAME, written)
    read = read_pair(layout, NAME)
    pd.testing.assert_frame_equal(read.meta, written.meta)
    for name in ("emb", "samples", "sample_track"):
        np.testing.assert_array_equal(getattr(read, name), getattr(written, name))
        assert getattr(read, name).dtype == getattr(written, name).dtype
    assert read.backbone == read_label(layout.track_embeds(NAME)) == "net"


def test_the_same_vectors_give_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        write_pair(Layout(tmp_path / folder), "v", pair(3, "v"))
    one, two = Layout(tmp_path / "one"), Layout(tmp_path / "two")
    assert one.track_embeds("v").read_bytes() == two.track_embeds("v").read_bytes()
    assert one.track_meta("v").read_bytes() == two.track_meta("v").read_bytes()


def test_a_pair_of_older_scripts_is_read_without_samples_and_label(tmp_path: Path) -> None:
    layout, old = Layout(tmp_path), pair(3, "v")
    write_pair(layout, "v", old)
    np.savez(layout.track_embeds("v"), emb=old.emb * 7)
    read = read_pair(layout, "v")
    assert read.backbone is None
    np.testing.assert_allclose(read.emb, old.emb, atol=1e-6)
    np.testing.assert_array_equal(read.sample_track, [0, 1, 2])
    relabel(layout, "v", "osnet")
    assert read_pair(layout, "v").backbone == "osnet"


@pytest.mark.parametrize("damage", ["npz", "meta", "rows", "pickle", "nan"])
def test_a_broken_pair_names_its_file_and_the_next_step(tmp_path: Path, damage: str) -> None:
    layout = Layout(tmp_path)
    write_pair(layout, "v", pair(3, "v"))
    embeds, meta = layout.track_embeds("v"), layout.track_meta("v")
    if damage == "npz":
        embeds.write_bytes(embeds.read_bytes()[:100])
    if damage == "meta":
        meta.write_text("video,track_id\nv,0\n")
    if damage == "rows":
        meta.write_text("".join(meta.read_text().splitlines(keepends=True)[:-1]))
    if damage == "pickle":
        np.savez(embeds, emb=np.array([{"a": 1}], dtype=object))
    if damage == "nan":
        np.savez(embeds, emb=np.full((3, 8), np.nan, np.float32))
    with pytest.raises(InputError, match=r"v_track_(embeds.npz|meta.csv): .*--force"):
        read_pair(layout, "v")


def test_the_metas_of_all_pairs_are_one_table(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    assert len(read_metas(layout)) == 0
    for video, tracks in (("v", 2), ("w", 0), ("x", 3)):
        write_pair(layout, video, pair(tracks, video))
    assert read_metas(layout)["video"].tolist() == ["v"] * 2 + ["x"] * 3
