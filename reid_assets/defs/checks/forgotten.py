"""Whether anything is left of somebody who was forgotten."""

import dagster as dg

from reid_assets.automation.data_versions import FORGOTTEN
from reid_assets.automation.instance import shared_history
from reid_assets.defs.checks.verdict import verdict
from reid_assets.io_managers.project_resource import ProjectResource
from reid_assets.state.leftovers import search_leftovers
from reid_assets.storage.forgotten_file import UNFINISHED, unfinished

_TOLD = 20


@dg.asset_check(
    asset=FORGOTTEN,
    description="Searches every file that was made, the database and the history for rows, pictures and "
    "vectors of forgotten tracks. Reads everything: run it when you want to know, or "
    "`reid-assets forget --check`.",
)
def nothing_left(project: ProjectResource) -> dg.AssetCheckResult:
    """Search, and tell where something is left; while a forgetting is under way, something is."""
    opened = project.open().reopened()
    left, shared = search_leftovers(opened), shared_history(opened.layout)
    waiting = [UNFINISHED] if unfinished(opened.layout) else []
    wrong = [*waiting, *left.found, *left.unread]
    return verdict(
        not wrong,
        f"something is left of forgotten tracks: {'; '.join(wrong[:3])}".removesuffix("."),
        "Remove these files, then `reid-assets run`.",
        {
            "forgotten_tracks": len(opened.forgotten.tracks()),
            "files": left.files,
            "bytes": left.size,
            "not_searched": str(shared) if shared else "nothing",
            "left": "\n".join(wrong[:_TOLD]) or "nothing",
        },
    )
