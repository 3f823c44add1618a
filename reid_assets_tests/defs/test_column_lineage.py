"""Every column of every table says where it comes from, and what it names is there."""

import dagster as dg
import pytest

from reid_assets.artifacts import ARTIFACTS
from reid_assets.definitions import defs
from reid_assets.defs.artifact_assets import OWNER

GRAPH = defs.get_repository_def().asset_graph
MADE = sorted(ARTIFACTS.names)
TABLES = [name for name in MADE if ARTIFACTS[name].tables]
# Columns that come from no column: the partition's own name, keys of JSON, edges of bins, when and by whom.
ORIGINAL = {"key", "low", "high", "number", "time", "run_id"}


def node(asset: str) -> dg.AssetSpec:
    return next(spec for spec in defs.resolve_all_asset_specs() if spec.key == dg.AssetKey(asset))


def columns(asset: str) -> set[str]:
    return {column.name for column in node(asset).metadata["dagster/column_schema"].columns}


@pytest.mark.parametrize("asset", MADE)
def test_every_asset_has_columns_an_owner_and_kinds(asset: str) -> None:
    assert asset not in TABLES or columns(asset)
    assert node(asset).owners == [OWNER]
    assert node(asset).kinds


@pytest.mark.parametrize("asset", TABLES)
def test_every_column_has_its_sources_and_they_exist_upstream(asset: str) -> None:
    lineage = node(asset).metadata["dagster/column_lineage"].deps_by_column
    own = columns(asset)
    assert set(lineage) <= own
    assert own - set(lineage) <= ORIGINAL | {"video"}
    parents = {key.to_user_string() for key in GRAPH.get(dg.AssetKey(asset)).parent_keys}
    for deps in lineage.values():
        for dep in deps:
            assert dep.asset_key.to_user_string() in parents
            assert dep.column_name in columns(dep.asset_key.to_user_string())


@pytest.mark.parametrize("asset", MADE)
def test_the_code_of_every_asset_that_is_made_here_can_be_found(asset: str) -> None:
    references = node(asset).metadata["dagster/code_references"].code_references
    assert [ref for ref in references if "reid_assets/defs/assets" in ref.file_path and ref.line_number > 1]
