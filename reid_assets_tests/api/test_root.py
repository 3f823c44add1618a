"""An opened root: its tables are those of the files, and what cannot be is told clearly."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

import reid_assets
from reid_assets.layout import Layout
from reid_assets_tests.support.cli_calls import Cli
from reid_assets_tests.support.tiny_root import make_root, write_config
from reid_assets_tests.test_forget import correct


@pytest.fixture
def root(demo: Layout) -> "Iterator[reid_assets.Root[pd.DataFrame]]":
    with reid_assets.open(demo.root) as opened:
        yield opened


def test_tracks_are_the_map_with_camera_and_confidence(
    demo: Layout, root: "reid_assets.Root[pd.DataFrame]"
) -> None:
    tracks, written = root.tracks(), pd.read_csv(demo.global_id_map)
    pd.testing.assert_frame_equal(tracks[written.columns], written, check_dtype=False)
    assert set(tracks["camera"]) == {"entrance", "hall", "shop", "exit"}
    assert tracks["confidence"].between(0, 1).all()
    assert all(tracks[name].dtype == "int64" for name in ("track_id", "f_min", "f_max", "global_id"))


def test_identities_and_visits_are_the_files(demo: Layout, root: "reid_assets.Root[pd.DataFrame]") -> None:
    identities, visits = root.identities(), root.visits()
    assert list(identities["global_id"]) == list(pd.read_csv(demo.path("identities"))["global_id"])
    assert (identities["name"] == "").all()
    assert len(visits) == len(pd.read_csv(demo.path("visits")))
    assert isinstance(visits["enter"].dtype, pd.DatetimeTZDtype)


def test_an_identity_is_found_by_id_and_by_track(root: "reid_assets.Root[pd.DataFrame]") -> None:
    track = root.tracks().iloc[7]
    number, ref = int(track["global_id"]), f"{track['video']}:{track['track_id']}"
    one = root.identity(ref)
    assert one.global_id == number == root.identity(number).global_id == root.identity(str(number)).global_id
    pd.testing.assert_frame_equal(one.tracks(), root.tracks(number))
    pd.testing.assert_frame_equal(one.visits(), root.visits(ref))
    assert set(one.tracks()["global_id"]) == {number} and set(one.visits()["global_id"]) == {number}
    assert [str(crop) for crop in one.crops(2)] == [str(crop) for crop in root.crops(ref, limit=2)]


def test_polars_has_the_same_cells(demo: Layout, root: "reid_assets.Root[pd.DataFrame]") -> None:
    other = reid_assets.open(demo.root, frames="polars")
    for name in ("tracks", "identities", "visits"):
        frame, table = getattr(root, name)(), getattr(other, name)()
        assert isinstance(table, pl.DataFrame) and table.columns == list(frame.columns)
        pd.testing.assert_series_equal(table["global_id"].to_pandas(), frame["global_id"])
    assert other.tracks()["track_id"].dtype == pl.Int64
    assert isinstance(other.sql("SELECT 1 AS one"), pl.DataFrame)
    assert isinstance(other.search(track="entrance:0").frame(), pl.DataFrame)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (99999, "no identity 99999"),
        (-1, "no identity"),
        ("Nobody Atall", "nobody is called"),
        ("entrance:999", "entrance has no track 999"),
        ("entranc:0", "Did you mean entrance"),
        ("", "nobody is called"),
    ],
)
def test_who_is_unknown_is_told_by_every_method(
    root: "reid_assets.Root[pd.DataFrame]", said: int | str, told: str
) -> None:
    for method in (root.identity, root.tracks, root.visits, root.crops, root.gallery):
        with pytest.raises(reid_assets.NotFoundError, match=told):
            method(said)


def test_a_closed_root_says_so(demo: Layout) -> None:
    root = reid_assets.open(demo.root)
    gallery = root.gallery()
    root.close()
    root.close()
    assert "closed" in repr(root)
    for call in (
        root.tracks,
        root.identities,
        root.visits,
        root.gallery,
        root.run,
        gallery._repr_html_,
        lambda: root.identity(0),
        lambda: root.crops(0),
        lambda: root.sql("SELECT 1"),
        lambda: root.search(track="entrance:0"),
        root.__enter__,
    ):
        with pytest.raises(reid_assets.ClosedError, match=r"Open it again: `reid_assets\.open`"):
            call()


def test_what_cannot_be_opened_is_told(tmp_path: Path, demo: Layout) -> None:
    with pytest.raises(reid_assets.ConfigError, match="there is no such folder"):
        reid_assets.open(tmp_path / "nowhere")
    with pytest.raises(reid_assets.ConfigError, match="no_config.yaml"):
        reid_assets.open(demo.root, config=tmp_path / "no_config.yaml")
    with pytest.raises(reid_assets.ConfigError, match='give "pandas" or "polars"'):
        reid_assets.open(demo.root, frames="spark")  # type: ignore[call-overload]


def test_before_the_first_run_every_table_says_how_to_make_it(tmp_path: Path) -> None:
    root = reid_assets.open(make_root(tmp_path / "cv"), config=write_config(tmp_path))
    for call in (root.tracks, root.identities, root.visits, root.gallery, lambda: root.identity(0)):
        with pytest.raises(reid_assets.ReidError, match="not made yet. Run `reid-assets run`"):
            call()
    with pytest.raises(reid_assets.SqlError, match="not made yet"):
        root.sql("SELECT 1")
    assert not (tmp_path / "cv" / "reid").exists(), "looking writes nothing"


def test_names_that_a_person_gave_are_shown_and_found(finished: Cli) -> None:
    root = reid_assets.open(finished.root, config=finished.config)
    assert correct(finished, "name", "a:0", "Anna Quist").code == 0
    one = root.identity("anna quist")
    assert one.name == "Anna Quist" and "Anna Quist" in repr(one)
    identities = root.identities().set_index("global_id")
    assert identities.loc[one.global_id, "name"] == "Anna Quist"
    assert (identities["name"] != "").sum() == 1
    assert "Anna Quist" in one._repr_html_()


def test_outputs_elsewhere_than_the_videos(finished: Cli, tmp_path: Path) -> None:
    root = reid_assets.open(finished.root, config=finished.config, out=tmp_path / "elsewhere")
    with pytest.raises(reid_assets.ReidError, match="elsewhere"):
        root.tracks()
