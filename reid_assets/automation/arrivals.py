"""Which videos came, changed, went, and what their going removes.

Shared by the command line and the sensors. Removal is careful: a vanished folder is more often an
unmounted disk than a wish; and it happens inside a run, under the root's lock, never inside a sensor's tick.
"""

import contextlib
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from reid_assets.artifacts import ARTIFACTS
from reid_assets.automation.forgetting import note_removed
from reid_assets.state.clips import remove_clips_of
from reid_assets.state.project import Project

_FEWEST_SUSPICIOUS = 3


@dataclass(frozen=True)
class Arrival:
    """The difference between the videos known so far and those that are there.

    Attributes:
        new, gone: names, sorted. `gone` holds what may be removed.
        withheld: names that vanished in suspicious number; nothing of theirs is touched.
        refused: folders that are no videos, with the reason.
        expired: those of `gone` that are there, and whose time is over (`privacy.keep_days`).
    """

    new: list[str]
    gone: list[str]
    withheld: list[str]
    refused: dict[str, str] = field(default_factory=dict)
    expired: frozenset[str] = frozenset()

    def why_gone(self, video: str) -> str:
        """Why a video's results are removed, in words."""
        return "older than privacy.keep_days" if video in self.expired else "its folder is gone"


def compare(project: Project, known: set[str], confirmed: bool = False) -> Arrival:
    """Compare the root with the known names; `confirmed` allows any number of removals."""
    layout = project.layout
    folders = set(layout.video_names())
    # A pair that somebody else made, or that came with a copied root, counts even without a folder.
    elsewhere = {
        video
        for video in set(layout.embedded_names()) - folders
        if video not in known or not project.staleness.unmodified("track_embeddings", video)
    }
    there = folders | elsewhere
    # Nothing suspicious about what was meant to go.
    expired = layout.expired & known
    gone = sorted(known - there - expired)
    share = project.settings.removals.max_share
    suspicious = len(gone) >= _FEWEST_SUSPICIOUS and len(gone) > share * len(known)
    if suspicious and not confirmed:
        return Arrival(sorted(there - known), sorted(expired), gone, layout.refused_folders(), expired)
    gone = sorted({*gone, *expired})
    return Arrival(sorted(there - known), gone, [], layout.refused_folders(), expired)


def forget(project: Project, video: str) -> None:
    """Remove what this product made for one video; what others made stays."""
    note_removed(project.layout, video)
    for artifact in ARTIFACTS.per_video:
        if project.staleness.unmodified(artifact, video):
            for path in project.layout.files(artifact, video):
                if path.is_dir():
                    shutil.rmtree(path)
                else:
                    path.unlink(missing_ok=True)
                _remove_if_empty(project, path.parent)
        project.staleness.forget(artifact, video)
        project.failures.clear(artifact, video)
    remove_clips_of(project, video)
    # The names of its files are nobody's business any more. What others made is still there.
    paths = [project.layout.video(video)]
    paths += [path for artifact in ARTIFACTS.per_video for path in project.layout.files(artifact, video)]
    project.staleness.digests.forget(path for path in paths if not path.exists())


def _remove_if_empty(project: Project, folder: Path) -> None:
    """A video's folder among outputs that lie elsewhere is ours; it goes with the last file in it."""
    if project.layout.outputs != project.layout.root and folder.parent == project.layout.outputs:
        with contextlib.suppress(OSError):
            folder.rmdir()


def withheld_line(arrival: Arrival, known: int) -> str:
    """What to tell a person where too many videos vanished at once."""
    return (
        f"{len(arrival.withheld)} of {known} videos are gone ({', '.join(arrival.withheld[:3])}, ...). "
        "Nothing of theirs is removed: is a disk unmounted? Confirm with "
        "`reid-assets run --confirm-removals`."
    )
