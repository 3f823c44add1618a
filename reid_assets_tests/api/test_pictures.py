"""Pictures of identities: arrays and galleries, and who is never in them."""

import base64
import re

import cv2
import numpy as np
import pandas as pd
import pytest

import reid_assets
from reid_assets.api.gallery_html import Card, Picture, gallery_html
from reid_assets.layout import Layout
from reid_assets.reid.presentation.blurring import BLOCKS
from reid_assets.storage.forgotten_file import add_tombstones
from reid_assets_tests.support.cli_calls import Cli
from reid_assets_tests.support.tiny_root import RED, write_config
from reid_assets_tests.test_forget import correct


def opened(finished: Cli) -> "reid_assets.Root[pd.DataFrame]":
    return reid_assets.open(finished.root, config=finished.config)


def pictures_of(html: str) -> list[np.ndarray]:
    """The pictures in a page, decoded."""
    found = re.findall(r'src="data:image/jpeg;base64,([^"]+)"', html)
    return [cv2.imdecode(np.frombuffer(base64.b64decode(one), np.uint8), cv2.IMREAD_COLOR) for one in found]


def shades(image: np.ndarray) -> int:
    return len(np.unique(image.reshape(-1, 3), axis=0))


def test_crops_are_rgb_and_say_where_they_are_from(finished: Cli) -> None:
    root = opened(finished)
    crops = root.crops("a:0")
    assert {(crop.video, crop.track_id) for crop in crops} >= {("a", 0)}
    for crop in crops:
        assert crop.image.dtype == np.uint8 and crop.image.ndim == 3
        jacket = crop.image[5:40, 8:-8].reshape(-1, 3).mean(axis=0)
        assert np.abs(jacket - RED[::-1]).max() < 40, "red comes first"
        assert np.asarray(crop).shape == crop.image.shape
        stored = cv2.imread(
            str(Layout(finished.root).crops(crop.video) / f"tid{crop.track_id}_f{crop.frame}.jpg")
        )
        assert (stored[:, :, ::-1] == crop.image).all()
        assert crop._repr_png_().startswith(b"\x89PNG")
    quality = [crop.quality for crop in crops]
    assert quality == sorted(quality, reverse=True)
    assert len(root.crops("a:0", limit=1)) == 1 and root.crops("a:0", limit=0) == []


def test_a_gallery_shows_every_identity_with_name_and_visits(finished: Cli) -> None:
    root = opened(finished)
    gallery = root.gallery(per_id=2)
    html = gallery._repr_html_()
    assert list(gallery) == sorted(root.identities()["global_id"]) and len(gallery) == len(list(gallery))
    assert all(f"<b>Identity {number}</b>" in html for number in gallery)
    assert "visit" in html and "http" not in html and "<script" not in html
    shown = pictures_of(html)
    assert len(gallery) <= len(shown) <= 2 * len(gallery)
    assert all(image.shape == (112, 112, 3) for image in shown)
    assert len(pictures_of(root.gallery("a:0", per_id=1)._repr_html_())) == 1
    assert "more identities are not shown" in root.gallery(limit=1)._repr_html_()


def test_what_people_wrote_is_text_in_the_page() -> None:
    card = Card(
        3, '<script>alert("x")</script>', ("1 visit: <b>hall</b>",), (Picture(b"x", '"><img src=x>'),)
    )
    html = gallery_html([card], 100)
    assert "<script" not in html and "<b>hall" not in html and html.count("<img") == 1
    assert "No identities" in gallery_html([], 100)


def test_with_blur_nobody_can_be_recognised(finished: Cli) -> None:
    clear = opened(finished)
    before = max(shades(crop.image) for crop in clear.crops("a:0"))
    write_config(finished.config.parent, privacy={"blur": True})
    blurred = clear.crops("a:0"), pictures_of(clear.gallery("a:0")._repr_html_())
    assert before > BLOCKS**2
    assert all(shades(crop.image) <= BLOCKS**2 for crop in blurred[0]), "from the next call on"
    # Blocks of one colour, as far as JPEG keeps them: neighbours differ at the edges of blocks alone.
    for image in blurred[1]:
        steps = np.abs(np.diff(image[:, 40:72].astype(int), axis=0)).max(axis=(1, 2))
        assert (steps > 24).sum() <= 4 * BLOCKS


def test_somebody_who_was_forgotten_is_nowhere(finished: Cli) -> None:
    root = opened(finished)
    assert correct(finished, "name", "a:0", "Anna Quist").code == 0
    number, gallery, hits = root.identity("a:0").global_id, root.gallery(), root.search(track="a:1")
    # Before anything was erased: the tombstones alone.
    own = root.tracks(number)[["video", "track_id", "global_id"]]
    rows = own.assign(at="2026-01-01T00:00:00+00:00", reason=None, tracks_csv=None)
    add_tombstones(Layout(finished.root), rows, [])
    require_gone(root, number, gallery, hits)
    assert finished.run().code == 0
    require_gone(root, number, gallery, hits)


def require_gone(
    root: "reid_assets.Root[pd.DataFrame]",
    number: int,
    gallery: "reid_assets.Gallery",
    hits: "reid_assets.Hits[pd.DataFrame]",
) -> None:
    """Nothing that a root shows, or showed before, holds an identity."""
    for frame in (root.tracks(), root.identities(), root.visits(), root.search(track="a:1").frame()):
        assert number not in set(frame["global_id"])
    for shown in (gallery, root.gallery(), hits):
        html = shown._repr_html_()
        assert "Anna" not in html and f"Identity {number}<" not in html and "a:0," not in html
    for said in (number, "a:0"):
        with pytest.raises(reid_assets.NotFoundError, match="forgotten"):
            root.crops(said)
    with pytest.raises(reid_assets.NotFoundError):
        root.search(track="a:0")


def test_a_picture_that_is_gone_is_named_and_the_others_are_shown(finished: Cli) -> None:
    root = opened(finished)
    crop = root.crops("a:0", limit=1)[0]
    every = len(pictures_of(root.gallery("a:0")._repr_html_()))
    folder = Layout(finished.root).crops(crop.video)
    (folder / f"tid{crop.track_id}_f{crop.frame}.jpg").write_bytes(b"no picture")
    with pytest.raises(reid_assets.InputError, match="cannot be read. Make it again"):
        root.crops("a:0")
    assert len(pictures_of(root.gallery("a:0")._repr_html_())) == every - 1
