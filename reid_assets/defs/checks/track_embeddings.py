"""Whether the vectors come from the backbone one would wish for."""

import dagster as dg

from reid_assets.defs.checks.verdict import verdict
from reid_assets.io_managers.project_resource import ProjectResource
from reid_assets.reid.core.network_labels import in_words
from reid_assets.state.missed_networks import missed_networks


@dg.asset_check(
    asset="track_embeddings",
    description="Warns where `auto` had to take a lesser backbone, with the reason and the way out.",
)
def preferred_backbone_used(project: ProjectResource) -> dg.AssetCheckResult:
    """Show what `auto` took and why not something better."""
    opened = project.open()
    choice = opened.choice() or {"name": opened.settings.backbone.name, "why_not": {}}
    names = opened.network_names()
    taken = "\n".join(f"{in_words(entry)}: {name}" for entry, name in names.items())
    taken = choice["name"] if len(names) < 2 else taken
    why_not = "\n".join(f"{name}: {why}" for name, why in choice["why_not"].items())
    reason, next_step = missed_networks(opened) or ("", "")
    return verdict(
        not why_not,
        reason,
        next_step,
        warn=True,
        metadata={
            "configured": opened.settings.backbone.name,
            "taken": taken,
            "why_not_better": why_not or "nothing",
        },
    )
