"""Runs: what `reid-assets run` does, in a process of its own."""

import difflib
import sys
from collections.abc import Iterable, Mapping

from reid_assets.api.root_access import RootAccess
from reid_assets.api.run_result import RunResult
from reid_assets.api.worker_call import call_worker
from reid_assets.artifacts import ARTIFACTS
from reid_assets.reid.core.errors import ConfigError


def run(
    access: RootAccess,
    videos: str | Iterable[str] = (),
    only: str | Iterable[str] = (),
    flags: Mapping[str, bool] | None = None,
    changes: str | Iterable[str] = (),
    agreed: tuple[bool, bool] = (False, False),
    quiet: bool = False,
) -> RunResult:
    """Make what is missing or out of date.

    Args:
        access: the root.
        videos, only: names of videos and artifacts; none: all.
        flags: of `RunOptions`: `force`, `fresh_ids`, `full`.
        changes: `section.key=value`.
        agreed: whether vanished videos are meant, and another configuration.
        quiet: print nothing meanwhile.

    Raises:
        ConfigError: nothing ran.
    """
    options = {**(flags or {}), "videos": names_of(videos), "assets": _artifacts(only)}
    asked = {
        "root": str(access.root),
        "config": str(access.config) if access.config else None,
        "changes": names_of(changes),
        "confirm_removals": agreed[0],
        "agreed": agreed[1],
        "options": options,
    }
    variables = {"REID_OUT": str(access.out)} if access.out else {}
    told = None if quiet else _print
    return RunResult.from_json(
        call_worker("run", asked, told=told, folder=access.folder, variables=variables)
    )


def names_of(given: str | Iterable[str]) -> list[str]:
    """One name or several, as a list."""
    return [given] if isinstance(given, str) else list(given)


def _artifacts(given: str | Iterable[str]) -> list[str]:
    names = names_of(given)
    for name in names:
        if name not in ARTIFACTS.names:
            near = difflib.get_close_matches(name, ARTIFACTS.names, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(ARTIFACTS.names)}."
            raise ConfigError(f"only={name!r}: there is no such artifact. {hint}")
    return names


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
