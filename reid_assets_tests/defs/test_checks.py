"""Each asset check passes on what the chain makes, and fails when what it guards is broken."""

import json
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pandas as pd
import pytest

from reid_assets.artifacts import ARTIFACTS
from reid_assets.definitions import defs
from reid_assets.defs.resources import project_resources
from reid_assets.layout import Layout
from reid_assets.storage.database import Database
from reid_assets_tests.support.tiny_root import make_root, write_config


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root on which everything was made; tests work on copies of it."""
    from reid_assets.cli import cli

    folder = tmp_path_factory.mktemp("made")
    make_root(folder / "cv")
    for hour, video in enumerate("ab"):
        path = Layout(folder / "cv").summary(video)
        start = f"2026-03-14T0{hour}:00:00Z"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"start_time": start}))
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DAGSTER_HOME", raising=False)
        for name in ("REID_ROOT", "REID_CONFIG"):
            patch.setenv(name, "unset by the test")
        arguments = ["--root", str(folder / "cv"), "--config", str(write_config(folder))]
        # Two tracks are parted and joined again, so that an id is retired; one identity has a name.
        lines = ["action,video_a,track_a,video_b,track_b,value", "name,a,0,,,Anna", "different,a,0,b,5,"]
        for count in (3, 2):
            (folder / "corrections.csv").write_text("\n".join(lines[:count]) + "\n")
            assert cli.main(["run", *arguments], standalone_mode=False) == 0
    return folder


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Layout:
    import shutil

    shutil.copytree(made / "cv", tmp_path / "cv", ignore=shutil.ignore_patterns(".dagster_home"))
    shutil.copyfile(made / "corrections.csv", tmp_path / "corrections.csv")
    return Layout(tmp_path / "cv")


def results(root: Layout, folder: Path, **sections: dict) -> dict[str, dg.AssetCheckEvaluation]:
    """Evaluate every check on what lies there; `asset:check` -> evaluation."""
    config = str(write_config(folder, **sections))
    only_checks = defs.get_repository_def().asset_graph.asset_check_keys
    with dg.DagsterInstance.ephemeral() as instance, pytest.MonkeyPatch.context() as patch:
        patch.setenv("REID_ROOT", str(root.root))
        patch.setenv("REID_CONFIG", config)
        job = dg.Definitions(
            assets=defs.assets,
            asset_checks=defs.asset_checks,
            jobs=[dg.define_asset_job("checks", selection=dg.AssetSelection.all_asset_checks())],
            resources=project_resources(),
            executor=dg.in_process_executor,
        ).resolve_job_def("checks")
        # A rule that is broken blocks, which Dagster tells by failing the run.
        run = job.execute_in_process(instance=instance, raise_on_error=False)
    found = {f"{e.asset_key.to_user_string()}:{e.check_name}": e for e in run.get_asset_check_evaluations()}
    assert len(found) == len(only_checks)
    for name, said in found.items():
        told = {"reason", "next_step"} <= {key for key, value in said.metadata.items() if str(value.value)}
        assert told is not said.passed, f"{name}: what failed says why and what to do, what passed does not"
    return found


def failed(root: Layout, folder: Path, **sections: dict) -> set[str]:
    return {name for name, result in results(root, folder, **sections).items() if not result.passed}


def wrong(root: Layout, folder: Path) -> set[str]:
    """What failed, whether or not it is also out of date."""
    return {name for name in failed(root, folder) if not name.endswith(":up_to_date")}


def edit_map(root: Layout, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    change(pd.read_csv(root.global_id_map)).to_csv(root.global_id_map, index=False)


def test_all_pass_on_what_the_chain_made(root: Layout, tmp_path: Path) -> None:
    assert failed(root, tmp_path) == set()


def test_a_direction_without_a_clock_is_a_warning_that_says_what_to_do(root: Layout, tmp_path: Path) -> None:
    summary = json.loads(root.summary("a").read_text())
    root.summary("a").write_text(json.dumps(summary | {"start_time": None}))
    found = results(root, tmp_path)["flows:moves_rest_on_clocks"]
    assert not found.passed
    assert found.severity == dg.AssetCheckSeverity.WARN
    assert "as if all videos had started together" in str(found.metadata["reason"].value)
    assert "start_time" in str(found.metadata["next_step"].value)


def test_an_identity_of_two_classes_fails(root: Layout, tmp_path: Path) -> None:
    edit_map(root, lambda m: m.assign(class_name=["cat", *m["class_name"][1:]]))
    assert "global_id_map:no_identity_across_classes" in failed(root, tmp_path)


def test_an_identity_twice_in_one_video_fails(root: Layout, tmp_path: Path) -> None:
    edit_map(root, lambda m: m.assign(global_id=m["global_id"].where(m["video"] != "a", 0)))
    assert "global_id_map:no_identity_twice_at_one_moment" in failed(root, tmp_path)


def test_an_identity_in_two_cameras_at_one_moment_fails(root: Layout, tmp_path: Path) -> None:
    for video in ("a", "b"):
        summary = json.loads(root.summary(video).read_text())
        root.summary(video).write_text(json.dumps(summary | {"start_time": "2026-03-14T09:00:00Z"}))
    assert wrong(root, tmp_path) == {"global_id_map:no_identity_in_two_places_at_once"}
    (tmp_path / "cameras.yaml").write_text("overlaps: [[a, b]]")
    assert wrong(root, tmp_path) == set(), "the cameras see a common place"


@pytest.mark.parametrize("rows", [slice(1, None), [0, 0, 1, 2, 3, 4]])
def test_a_track_without_or_with_two_identities_fails(root: Layout, tmp_path: Path, rows: object) -> None:
    edit_map(root, lambda m: m.iloc[rows])  # type: ignore[call-overload]
    assert "global_id_map:every_embedded_track_has_one_identity" in failed(root, tmp_path)


def test_fewer_identities_than_people_at_once_fail(root: Layout, tmp_path: Path) -> None:
    edit_map(root, lambda m: m.assign(global_id=0))
    assert "global_id_map:identity_count_within_bounds" in failed(root, tmp_path)


def test_one_identity_of_most_tracks_is_a_warning(root: Layout, tmp_path: Path) -> None:
    edit_map(root, lambda m: pd.concat([m.assign(video=f"v{i}", global_id=0) for i in range(3)]))
    found = results(root, tmp_path)["global_id_map:largest_identity_share"]
    assert not found.passed
    assert found.severity == dg.AssetCheckSeverity.WARN


@pytest.mark.parametrize("damage", ["missing", "left over", "another's", "unseen"])
def test_galleries_that_do_not_match_fail(root: Layout, tmp_path: Path, damage: str) -> None:
    if damage == "missing":
        next(root.gallery(0).iterdir()).unlink()
    if damage == "left over":
        root.gallery(77).mkdir()
        (root.gallery(77) / "a_tid0_f0.jpg").touch()
    if damage == "another's":
        edit_map(root, lambda m: m.assign(global_id=m["global_id"] + 1))
    if damage == "unseen":
        index = pd.read_csv(root.gallery_index)
        row = index.iloc[0]
        index[(index["video"] != row["video"]) | (index["track_id"] != row["track_id"])].to_csv(
            root.gallery_index, index=False
        )
        for path in root.gallery(row["global_id"]).glob(f"{row['video']}_tid{row['track_id']}_*"):
            path.unlink()
    assert "galleries:galleries_match_identities" in failed(root, tmp_path)


@pytest.mark.parametrize(
    ("asset", "table"),
    [(spec.name, spec.tables[0].table.name) for spec in ARTIFACTS if not spec.on_demand],
)
def test_a_database_without_a_row_of_its_file_fails(
    root: Layout, tmp_path: Path, asset: str, table: str
) -> None:
    with Database(root.database).connect() as connection:
        connection.execute(f"DELETE FROM {table} WHERE rowid = (SELECT min(rowid) FROM {table})")
    assert failed(root, tmp_path) == {f"{asset}:files_and_database_agree"}


def test_a_lesser_backbone_is_a_warning_with_the_reason(root: Layout, tmp_path: Path) -> None:
    why_not = {"open-clip:ViT-B-32": "cannot be fetched"}
    root.backbone_choice.write_text(json.dumps({"name": "builtin", "why_not": why_not}))
    found = results(root, tmp_path)["track_embeddings:preferred_backbone_used"]
    assert not found.passed
    assert found.severity == dg.AssetCheckSeverity.WARN
    assert "cannot be fetched" in str(found.metadata["why_not_better"].value)


def test_footage_that_cannot_support_a_decision_is_a_warning_with_the_reason(
    root: Layout, tmp_path: Path
) -> None:
    auto = {"associate": {"method": "auto"}}
    found = results(root, tmp_path, **auto)["similarity_calibration:clustering_supported"]
    assert not found.passed
    assert found.severity == dg.AssetCheckSeverity.WARN
    assert "too few tracks" in str(found.metadata["reason"].value)
    assert "galleries" in str(found.metadata["next_step"].value)


def test_identities_that_overlap_speak_against_a_threshold_too(root: Layout, tmp_path: Path) -> None:
    measured = pd.read_csv(root.path("expected_accuracy")).assign(
        expected_precision=0.5, why="identities overlap"
    )
    measured.to_csv(root.path("expected_accuracy"), index=False)
    assert "similarity_calibration:clustering_supported" in failed(root, tmp_path)


def test_what_was_made_with_other_settings_is_a_warning_that_says_which(root: Layout, tmp_path: Path) -> None:
    found = results(root, tmp_path, embed={"min_box_size": 17})
    stale = {name for name, result in found.items() if name.endswith(":up_to_date") and not result.passed}
    made = ("track_embeddings", "track_crops", "background")
    assert stale == {f"{artifact}:up_to_date" for artifact in made}
    check = found["track_embeddings:up_to_date"]
    assert check.severity == dg.AssetCheckSeverity.WARN
    assert check.metadata["out_of_date"].value == 2
    assert "a: embed." in str(check.metadata["why"].value)
