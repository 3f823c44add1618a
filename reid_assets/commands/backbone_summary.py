"""What a run says of its networks: which there are, and which would have been better but cannot be had."""

from collections.abc import Iterator, Mapping

from reid_assets.reid.core.network_labels import in_words
from reid_assets.state.missed_networks import missed_networks
from reid_assets.state.project import Project


def backbone_lines(labels: Mapping[str, str]) -> Iterator[str]:
    """A line a network, or one for all classes. `labels`: class entry -> label."""
    if len(set(labels.values())) == 1:
        yield f"Backbone: {next(iter(labels.values()))}"
        return
    for entry, label in labels.items():
        yield f"Backbone for {in_words(entry)}: {label}"


def missed_line(project: Project) -> str | None:
    """What `auto` could not take, what it took, and the next step; None where it took the best."""
    missed = missed_networks(project)
    return ". ".join(missed) if missed else None
