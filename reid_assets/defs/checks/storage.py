"""Whether what is stored agrees: files with DuckDB, galleries with identities."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import pandas as pd

from reid_assets.io_managers.galleries_io import gallery_files, read_gallery_index
from reid_assets.io_managers.project_resource import ProjectResource
from reid_assets.layout import ARTIFACTS, MOVEMENT
from reid_assets.state.project import Project
from reid_assets.storage.database import DatabaseBusyError

_NAME = "files_and_database_agree"
_DESCRIPTION = "The rows in DuckDB are those of the files: same number, same content."


def _agreement(asset: str) -> dg.AssetChecksDefinition:
    @dg.asset_check(asset=asset, name=_NAME, description=_DESCRIPTION)
    def files_and_database_agree(project: ProjectResource) -> dg.AssetCheckResult:
        return _compare(project.open(), asset)

    return files_and_database_agree


def _compare(opened: Project, asset: str) -> dg.AssetCheckResult:
    named: dict[str, Any] = {"asset_key": asset, "check_name": _NAME}
    try:
        differences = opened.mirror.disagreements(asset)
    except DatabaseBusyError as error:
        return dg.AssetCheckResult(
            passed=False, severity=dg.AssetCheckSeverity.WARN, metadata={"next_step": str(error)}, **named
        )
    return dg.AssetCheckResult(
        passed=not differences,
        metadata={
            "database": dg.MetadataValue.path(str(opened.layout.database)),
            "differences": len(differences),
            "examples": "\n".join(differences[:20]) or "none",
            "next_step": "Run `reid-assets run`: it brings the database level with the files.",
        },
        **named,
    )


files_and_database_checks = [_agreement(asset) for asset in ARTIFACTS if asset not in MOVEMENT]


@dg.multi_asset_check(
    specs=[dg.AssetCheckSpec(_NAME, asset=asset, description=_DESCRIPTION) for asset in MOVEMENT],
    can_subset=True,
)
def movement_files_and_database_agree(
    context: dg.AssetCheckExecutionContext, project: ProjectResource
) -> Iterator[dg.AssetCheckResult]:
    """The same for the tables of who was where when, in one step."""
    for key in sorted(context.selected_asset_check_keys):
        yield _compare(project.open(), key.asset_key.to_user_string())


@dg.asset_check(
    asset="galleries",
    additional_ins={"global_id_map": dg.AssetIn("global_id_map")},
    description="Each thumbnail shows a track of its identity, lies where the index says, and no folder "
    "is left of an identity that is gone.",
)
def galleries_match_identities(global_id_map: pd.DataFrame, project: ProjectResource) -> dg.AssetCheckResult:
    """Compare index, folders and map."""
    layout = project.open().layout
    index = read_gallery_index(project.open())
    listed = {
        (layout.gallery(int(g)).name, str(file))
        for g, file in zip(index["global_id"], index["file"], strict=True)
    }
    there = gallery_files(layout.galleries)
    keys = ["video", "track_id", "global_id"]
    merged = index.merge(
        global_id_map[keys].astype(index[keys].dtypes.to_dict()), how="left", on=keys, indicator=True
    )
    foreign = int((merged["_merge"] != "both").sum())
    odd = sorted("/".join(pair) for pair in listed ^ there)
    return dg.AssetCheckResult(
        passed=not odd and foreign == 0,
        metadata={
            "thumbnails": len(there),
            "identities_shown": int(index["global_id"].nunique()),
            "identities": int(global_id_map["global_id"].nunique()),
            "of_another_identity": foreign,
            "missing_or_left_over": "\n".join(odd[:20]) or "none",
        },
    )
