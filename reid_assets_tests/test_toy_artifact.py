"""An artifact that is declared and computed here is a full citizen everywhere, without another line."""

from collections.abc import Callable, Iterator

import duckdb
import pandas as pd
import pytest

from reid_assets import definitions
from reid_assets.artifact_spec import ArtifactSpec, TableFile
from reid_assets.artifacts import ARTIFACTS
from reid_assets.defs.artifact_assets import artifact_asset, per_video_asset
from reid_assets.layout import Layout
from reid_assets.reid.core.tables import GLOBAL_ID, VIDEO, Column, Table
from reid_assets_tests.support.cli_calls import Cli

WORDS = Table("words", (VIDEO, Column("words", "int", "Words of the summary.")))
SIZES = Table("sizes", (GLOBAL_ID, Column("tracks", "int", "Tracks of the identity.")))


def identity_sizes(global_id_map: pd.DataFrame) -> pd.DataFrame:
    """How many tracks each identity has."""
    return global_id_map.groupby("global_id").size().reset_index(name="tracks")


def video_words(global_id_map: pd.DataFrame) -> Callable[[str], pd.DataFrame]:
    """How many tracks each video has in the map."""
    return lambda video: pd.DataFrame(
        {"video": [video], "words": [int((global_id_map["video"] == video).sum())]}
    )


@pytest.fixture
def toys(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One artifact of all videos and one of each, with a function each."""
    declared = [
        ArtifactSpec(
            "identity_sizes",
            group="presentation",
            description="Tracks of each identity.",
            files=("reid/sizes.csv",),
            inputs=("global_id_map",),
            tables=(TableFile(SIZES, "reid/sizes.csv"),),
        ),
        ArtifactSpec(
            "video_words",
            group="presentation",
            description="A number for each video.",
            files=("{video}/words.csv",),
            inputs=("global_id_map",),
            tables=(TableFile(WORDS, "{video}/words.csv"),),
        ),
    ]
    for spec in declared:
        ARTIFACTS.add(spec)
    made = [artifact_asset(identity_sizes), per_video_asset(video_words)]
    monkeypatch.setattr(definitions, "defs", definitions.build_definitions(made))
    yield
    for spec in declared:
        ARTIFACTS.remove(spec.name)


def rows(layout: Layout, table: str) -> list[tuple]:
    with duckdb.connect(str(layout.database), read_only=True) as connection:
        return connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()


@pytest.mark.usefixtures("toys")
def test_it_is_stored_mirrored_tracked_checked_listed_and_removed(finished: Cli) -> None:
    layout = Layout(finished.root)
    planned = finished.run("--dry-run")
    assert "identity_sizes" in planned.said and "video_words" in planned.said
    called = finished.run()
    assert called.code == 0, called.said
    written = pd.read_csv(layout.path("identity_sizes"))
    assert rows(layout, "sizes") == [tuple(map(int, row)) for row in written.to_numpy()]
    assert [name for name, _ in rows(layout, "words")] == layout.video_names()
    assert "nothing" in finished.run("--dry-run").said
    assert finished("status").lines("identity_sizes: up to date")
    layout.path("identity_sizes").write_text("global_id,tracks\n")
    assert finished("status").lines("identity_sizes: its files were changed by somebody else")
    again = finished.run("--only", "identity_sizes")
    assert again.code == 0 and "Checks: 2 of 2 passed." in again.said
    for path in sorted(layout.video("e").iterdir()):
        if path.name in ("tracks.csv", "summary.json", "analysis.mp4"):
            path.unlink()
    assert finished.run().code == 0
    assert not layout.path("video_words", "e").exists()
    assert "e" not in [name for name, _ in rows(layout, "words")]


@pytest.mark.usefixtures("toys")
def test_a_function_that_takes_what_the_declaration_does_not_name_is_refused() -> None:
    def identity_sizes(galleries: pd.DataFrame) -> pd.DataFrame:
        return galleries

    with pytest.raises(ValueError, match="galleries"):
        artifact_asset(identity_sizes)


def test_what_is_made_from_something_unknown_or_declared_twice_is_refused() -> None:
    spec = ArtifactSpec("x", group="identity", description="", files=("reid/x.csv",), inputs=("nothing",))
    with pytest.raises(ValueError, match="nothing"):
        ARTIFACTS.add(spec)
    with pytest.raises(ValueError, match="twice"):
        ARTIFACTS.add(ARTIFACTS["flows"])
