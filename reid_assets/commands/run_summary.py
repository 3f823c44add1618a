"""What a run has done, and how that is told at its end."""

from dataclasses import dataclass, field

from reid_assets.commands.console import Screen
from reid_assets.commands.map_summary import map_summary
from reid_assets.reid.core.errors import ReidError
from reid_assets.state.project import Project

EXIT_DONE, EXIT_FAILED = 0, 1


@dataclass
class RunSummary:
    """What a run has done so far.

    Attributes:
        made: (artifact, video or None) in the order in which they were made.
        failed: video -> why.
        errors: what failed as a whole.
        checks, checks_passed: how many asset checks were evaluated, and how many of them passed.
        checks_failed: checks that did not pass and are errors, as `asset: check`.
    """

    made: list[tuple[str, str | None]] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    checks: int = 0
    checks_passed: int = 0
    checks_failed: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """0 all well, 1 something failed and the rest was done."""
        return EXIT_FAILED if self.failed or self.errors or self.checks_failed else EXIT_DONE


def close(project: Project, outcome: RunSummary, screen: Screen, seconds: float) -> None:
    """Failures, then a table of all videos, or that there was nothing to do."""
    for video, why in outcome.failed.items():
        screen.fail(f"{video}: {why}")
    for error in outcome.errors:
        screen.fail(error)
    if not outcome.made and outcome.exit_code == EXIT_DONE:
        screen.say("Everything is up to date: nothing to do.")
        return
    if rows := closing_rows(project, outcome):
        screen.table("Videos", ["video", "tracks", "identities", "made", "state"], rows)
    for line in map_summary(project):
        screen.say(line)
    screen.say(f"Checks: {outcome.checks_passed} of {outcome.checks} passed.")
    screen.say(f"Finished in {seconds:.1f} s. Results: {project.layout.reid}")


def closing_rows(project: Project, outcome: RunSummary) -> list[list[str]]:
    """One line a video: tracks in the map, identities, what was made, how it ended."""
    from reid_assets.storage.id_map_file import read_map

    try:
        id_map = read_map(project.layout)
        seen = id_map.groupby("video")["global_id"].agg(["size", "nunique"]).to_dict("index")
    except ReidError:
        seen = {}
    rows = []
    for video in sorted({*project.layout.video_names(), *project.layout.embedded_names()}):
        counts = seen.get(video, {"size": 0, "nunique": 0})
        made = ", ".join(asset for asset, of in outcome.made if of == video)
        state = "failed" if video in outcome.failed else "done" if made else "unchanged"
        rows.append([video, str(counts["size"]), str(counts["nunique"]), made or "-", state])
    return rows
