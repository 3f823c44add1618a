"""Whether what people said holds in the map, and what of it cannot."""

import dagster as dg

from reid_assets.defs.checks.verdict import verdict
from reid_assets.defs.table_metadata import rows_shown
from reid_assets.io_managers.project_resource import ProjectResource
from reid_assets.state.corrected import broken_corrections, known_tracks, links_of, unknown_tracks
from reid_assets.storage.id_map_file import read_map

_TOLD = 5


@dg.asset_check(
    asset="global_id_map",
    description="Every correction of corrections.csv holds in the map; warns of lines that contradict each "
    "other or an identity rule, or name tracks that are not there.",
)
def corrections_hold(project: ProjectResource) -> dg.AssetCheckResult:
    """Compare the map with corrections.csv."""
    opened = project.open()
    said, path = opened.corrections, opened.corrections_file
    if not said.said and not said.problems:
        # Without a correction no table of tracks has to be read.
        return verdict(True, "", "", {"corrections": 0, "file": str(path)})
    meta = known_tracks(opened)
    links = links_of(opened, said, meta)
    problems = [*said.problems, *links.problems, *unknown_tracks(said, meta)]
    broken = broken_corrections(links.held, said, read_map(opened.layout))
    told = [str(problem) for problem in problems]
    more = f" (and {len(told) - _TOLD} more)" if len(told) > _TOLD else ""
    counts = {action: len(said.of(action)) for action in ("same", "different", "not_a_target", "name")}
    metadata = {**counts, "problems": len(problems), "broken": rows_shown(broken), "file": str(path)}
    if len(broken):
        return verdict(
            False,
            f"{len(broken)} corrections do not hold in the map, such as {broken['correction'].iloc[0]}",
            "Make the map again: `reid-assets run --only global_id_map --force`.",
            metadata,
        )
    return verdict(
        not problems,
        f"{path.name}, {'; '.join(told[:_TOLD])}{more}",
        f"Everything else in {path} holds.",
        metadata,
        warn=True,
    )
