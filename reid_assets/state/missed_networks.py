"""What a root's vectors were made with where `auto` could not have the network it would have liked."""

from reid_assets.reid.core.network_labels import OTHERS, PERSON
from reid_assets.state.project import Project

_DOCTOR = "`reid-assets doctor` says why"


def missed_networks(project: Project) -> tuple[str, str] | None:
    """What is used for want of better, and the next step, in words; None where `auto` took the best."""
    missed = (project.choice() or {}).get("why_not")
    if not missed:
        return None
    names = project.network_names()
    taken = " and ".join(f"`{name}`" for name in sorted(set(names.values())))
    if names.get(PERSON, names.get(OTHERS)) != "builtin":
        why = f"Using {taken}, as {', '.join(missed)} cannot be had here"
        return why, f"To have them: connect this machine and say `reid-assets run --force` ({_DOCTOR})."
    return (
        f"No network: using {taken}, weak for people",
        f"For usable identities: backbone.name: reid:… or onnx:FILE ({_DOCTOR}).",
    )
