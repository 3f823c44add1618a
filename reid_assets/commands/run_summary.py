"""What a run has done, and how that is told at its end."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import dagster as dg

from reid_assets.commands.console import Screen
from reid_assets.commands.map_summary import map_summary, persons_hint
from reid_assets.reid.core.errors import ReidError
from reid_assets.state.project import Project

if TYPE_CHECKING:
    from reid_assets.commands.execution import CheckOutcome

EXIT_DONE, EXIT_FAILED = 0, 1


@dataclass
class RunSummary:
    """What a run has done so far.

    Attributes:
        made: (artifact, video or None) in the order in which they were made.
        failed: video -> why.
        errors: what failed as a whole.
        checks: what each asset check said last.
        told: warnings that were given already.
    """

    made: list[tuple[str, str | None]] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    checks: "dict[dg.AssetCheckKey, CheckOutcome]" = field(default_factory=dict)

    told: set[str] = field(default_factory=set)

    @property
    def checks_failed(self) -> "list[CheckOutcome]":
        """Checks that did not pass, errors first."""
        failed = (one for one in self.checks.values() if not one.passed)
        return sorted(failed, key=lambda one: (not one.is_error, one.key))

    @property
    def exit_code(self) -> int:
        """0 all well, 1 something failed and the rest was done."""
        wrong = any(check.is_error for check in self.checks_failed)
        return EXIT_FAILED if self.failed or self.errors or wrong else EXIT_DONE


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
    if hint := persons_hint(project):
        screen.say(hint)
    _tell_checks(outcome, screen)
    page = project.layout.report_page
    look = f"Look at {page} (reid-assets report --open)" if page.is_file() else project.layout.reid
    screen.say(f"Finished in {seconds:.1f} s. {look}")


def _tell_checks(outcome: RunSummary, screen: Screen) -> None:
    """What is wrong now and what to do, each thing once however many checks found it."""
    failed = outcome.checks_failed
    for line, is_error in dict.fromkeys((f"{c.reason}. {c.next_step}", c.is_error) for c in failed):
        broken = "breaks an identity rule"
        if broken in line and any(broken in error for error in outcome.errors):
            continue  # told as what keeps everything else from being made
        if line not in outcome.told:
            (screen.fail if is_error else screen.warn)(line)
    if outcome.checks:
        names = ", ".join(dict.fromkeys(check.key.name for check in failed))
        passed = f"{len(outcome.checks) - len(failed)} of {len(outcome.checks)} passed"
        screen.say(f"Checks: {passed}{f', not {names}' if names else ''}.")


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
