"""Searches from Python find what the command finds, by the same filters."""

import json
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest

import reid_assets
from reid_assets.layout import Layout
from reid_assets.storage.text_embedding_files import TEXT_EMBEDDINGS
from reid_assets_tests.support.cli_calls import Cli, call
from reid_assets_tests.support.tiny_root import write_config


@pytest.fixture(scope="module")
def root(demo: Layout) -> "reid_assets.Root[pd.DataFrame]":
    return reid_assets.open(demo.root)


def by_command(demo: Layout, *arguments: str) -> list[tuple[int, float, str, int]]:
    called = call("search", "--root", str(demo.root), "--json", *arguments)
    assert called.code == 0, called.said
    return [(hit["global_id"], hit["score"], hit["video"], hit["track_id"]) for hit in json.loads(called.out)]


def by_python(hits: "reid_assets.Hits[pd.DataFrame]") -> list[tuple[int, float, str, int]]:
    return [(hit.global_id, round(hit.score, 4), hit.video, hit.track_id) for hit in hits]


def test_by_track_it_is_the_ranking_of_the_command(
    demo: Layout, root: "reid_assets.Root[pd.DataFrame]"
) -> None:
    hits = root.search(track="entrance:0", limit=5)
    assert by_python(hits) == by_command(demo, "--track", "entrance:0", "--limit", "5") != []
    assert by_python(root.search(track=("entrance", 0), limit=5)) == by_python(hits)
    assert root.identity("entrance:0").global_id not in {hit.global_id for hit in hits}
    assert list(hits.frame()["global_id"]) == [hit.global_id for hit in hits]
    assert len(hits) == 5 == len(hits[:5]) and hits[0].crop is not None and hits[0].crop.is_file()


def test_a_crop_a_file_and_an_array_find_whom_they_show(
    demo: Layout, root: "reid_assets.Root[pd.DataFrame]", tmp_path: Path
) -> None:
    crop = root.crops("shop:9", limit=1)[0]
    number, file = root.identity("shop:9").global_id, tmp_path / "crop.png"
    cv2.imwrite(str(file), np.ascontiguousarray(crop.image[:, :, ::-1]))
    ways = [root.search(image=one) for one in (crop, crop.image, file, str(file))]
    ways.append(root.search(image=np.dstack([crop.image, np.full(crop.image.shape[:2], 255, np.uint8)])))
    assert ways[0][0].global_id == number
    assert all(by_python(way) == by_python(ways[0]) for way in ways)
    assert by_python(ways[0]) == by_command(demo, "--image", str(file))


def test_filters_are_those_of_the_command(demo: Layout, root: "reid_assets.Root[pd.DataFrame]") -> None:
    asked = {"cameras": ("shop", "hall"), "classes": "person", "start": "2026-03-14T09:30:40"}
    options = ["--camera", "shop", "--camera", "hall", "--class", "person", "--from", "2026-03-14T09:30:40"]
    hits = root.search(track="entrance:0", limit=50, **asked)  # type: ignore[arg-type]
    assert by_python(hits) == by_command(demo, "--track", "entrance:0", "--limit", "50", *options) != []
    assert {hit.video for hit in hits} <= {"shop", "hall"}
    moment = datetime(2026, 3, 14, 9, 30, 40, tzinfo=UTC)
    assert by_python(root.search(track="entrance:0", limit=50, **{**asked, "start": moment})) == by_python(
        hits
    )
    assert len(root.search(track="entrance:0", end="2020-01-01")) == 0
    assert root.search(track="entrance:0", end="2020-01-01").frame().empty


@pytest.mark.parametrize(
    ("asked", "kind", "told"),
    [
        ({}, "ConfigError", "just one of track, image and text"),
        ({"track": "entrance:0", "text": "red"}, "ConfigError", "just one of"),
        ({"track": "entrance"}, "ConfigError", "Write VIDEO:TRACK"),
        ({"track": ("entrance",)}, "ConfigError", "track"),
        ({"track": "entrance:999"}, "NotFoundError", "entrance:999: this track has no vector"),
        ({"track": "entrance:0", "cameras": "cellar"}, "ConfigError", "camera 'cellar': there is none"),
        ({"track": "entrance:0", "start": "noon"}, "ConfigError", "from 'noon': not a time"),
        ({"track": "entrance:0", "limit": 0}, "ConfigError", "at least 1"),
        ({"image": "no/such/file.jpg"}, "InputError", "no/such/file.jpg"),
        ({"image": __file__}, "InputError", "not a picture"),
        ({"image": np.zeros((4, 4, 3))}, "InputError", "Give uint8 RGB"),
        ({"image": np.zeros((0, 4, 3), np.uint8)}, "InputError", "Give uint8 RGB"),
        ({"text": "red jacket", "classes": "zebra"}, "ReidError", "knows no words"),
        ({"text": "red jacket"}, "ConfigError", "knows no words"),
    ],
)
def test_what_cannot_be_asked_is_told(
    root: "reid_assets.Root[pd.DataFrame]", asked: dict, kind: str, told: str
) -> None:
    with pytest.raises(getattr(reid_assets, kind), match=told):
        root.search(**asked)


def test_a_notebook_shows_the_hits_in_their_order(root: "reid_assets.Root[pd.DataFrame]") -> None:
    hits = root.search(track="entrance:0", limit=3)
    html = hits._repr_html_()
    places = [html.index(f"<b>Identity {hit.global_id}</b>") for hit in hits]
    assert places == sorted(places)
    assert all(f"score {hit.score:.3f}, track {hit.video}:{hit.track_id}" in html for hit in hits)
    assert repr(hits).startswith("3 hits")


@pytest.fixture
def words(finished: Cli, tmp_path: Path) -> "reid_assets.Root[pd.DataFrame]":
    """A root whose configuration names a model that knows words; its weights are random."""
    from reid_assets.reid.backbones.torchvision_schemas import make_torchvision_importable

    make_torchvision_importable()
    import open_clip
    import torch

    torch.manual_seed(0)
    torch.save(open_clip.create_model("ViT-S-32-alt").state_dict(), tmp_path / "words.pt")
    model = f"open-clip:ViT-S-32-alt@{tmp_path / 'words.pt'}"
    config = write_config(finished.config.parent, search={"text_backbone": model})
    return reid_assets.open(finished.root, config=config)


@pytest.mark.long
def test_words_make_what_they_need_once(finished: Cli, words: "reid_assets.Root[pd.DataFrame]") -> None:
    vectors = Layout(finished.root).path(TEXT_EMBEDDINGS, "a")
    assert not vectors.exists()
    hits = words.search(text="red jacket", limit=3)
    made = vectors.stat().st_mtime_ns
    assert len(hits) == 3
    assert by_python(words.search(text="red jacket", limit=3)) == by_python(hits)
    assert vectors.stat().st_mtime_ns == made
    called = finished("search", "--text", "red jacket", "--limit", "3", "--json")
    assert [hit["global_id"] for hit in json.loads(called.out)] == [hit.global_id for hit in hits]
