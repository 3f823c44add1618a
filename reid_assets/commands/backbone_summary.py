"""What a run says of its networks: which there are, and which would have been better but cannot be had."""

from collections.abc import Iterator, Mapping

from reid_assets.reid.core.network_labels import OTHERS, PERSON, in_words
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
    missed = (project.choice() or {}).get("why_not")
    if not missed:
        return None
    names = project.network_names()
    taken = f"Not to be had: {', '.join(missed)} (`reid-assets doctor` says why). Taken: "
    taken += f"{', '.join(sorted(set(names.values())))}."
    if names.get(PERSON, names.get(OTHERS)) != "builtin":
        return taken
    return (
        f"{taken} The built-in descriptor is weak for people: for usable identities name a network, "
        "backbone.name: reid:<file>@osnet_x1_0 or onnx:<file>."
    )
