"""What a run has made, and what failed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class FailedCheck:
    """An asset check that did not pass.

    Attributes:
        check: its name.
        is_error: whether the run counts as failed by it; else it is a warning.
        reason: what is wrong, and what to do.
    """

    check: str
    is_error: bool
    reason: str


@dataclass(frozen=True)
class RunResult:
    """The outcome of `Root.run`.

    Attributes:
        made: asset and video (None: of the whole root), in the order in which they were made.
        failed: video -> why it failed; the others went on.
        errors: what failed as a whole.
        checks_failed: asset checks that did not pass.
        ok: nothing failed; what `reid-assets run` ends with 0 for.
    """

    made: tuple[tuple[str, str | None], ...]
    failed: Mapping[str, str]
    errors: tuple[str, ...]
    checks_failed: tuple[FailedCheck, ...]
    ok: bool

    @classmethod
    def from_json(cls, text: bytes) -> "RunResult":
        """What the worker tells."""
        told = json.loads(text)
        made = tuple((asset, video) for asset, video in told["made"])
        checks = tuple(FailedCheck(**check) for check in told["checks_failed"])
        return cls(made, told["failed"], tuple(told["errors"]), checks, told["ok"])

    def __str__(self) -> str:
        if self.ok and not self.made:
            return "up to date: nothing was made"
        told = [f"made {len(self.made)}"]
        told += [f"{video}: {why}" for video, why in self.failed.items()]
        told += self.errors
        kinds = {True: "", False: "warning: "}
        told += [f"{kinds[one.is_error]}{one.check}: {one.reason}" for one in self.checks_failed]
        return "\n".join(told)
