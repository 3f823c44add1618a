"""Every file operation of a run fails once, and a kill comes at many of them: the next run mends it all.

REID_SOAK_FAULTS operations are tried, spread over the run (all of them without it), REID_SOAK_FAULT_KILLS
kills (64), and REID_SOAK_LASTING_FAULTS that last (32). Counts are printed.
"""

import multiprocessing
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reid_assets_tests.support.cli_calls import Cli
from reid_assets_tests.support.faults import faulty_disk
from reid_assets_tests.support.faulty_runs import FaultyRun, faulty_run, half_written, mended
from reid_assets_tests.support.tiny_root import make_root, write_config

# Without torch's threads in it, a process may be forked.
_FORKED = multiprocessing.get_context("forkserver")
_HOURS = 6 * 3600


class Undisturbed:
    """A root whose run was counted and not disturbed, and copies of what went in."""

    def __init__(self, folder: Path) -> None:
        self.inputs, self.config = make_root(folder / "inputs"), write_config(folder)
        self.root = folder / "undisturbed" / "root"
        shutil.copytree(self.inputs, self.root)
        self.run = faulty_run(Cli(self.root, self.config))
        assert self.run.code == 0, self.run.said

    def spread(self, wanted: str, default: int) -> list[int]:
        """So many numbers of operations as the environment says, evenly spread."""
        total = self.run.operations
        count = min(int(os.environ.get(wanted, default or total)), total)
        return sorted({1 + (place * total) // count for place in range(count)})

    def copies(self, folder: Path, numbers: list[int]) -> Iterator[tuple[int, Cli]]:
        """A root of its own for each number, removed afterwards."""
        for number in numbers:
            root = folder / str(number) / "root"
            shutil.copytree(self.inputs, root)
            yield number, Cli(root, self.config)
            shutil.rmtree(root.parent)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    return Undisturbed(tmp_path_factory.mktemp("faults"))


def judge(
    undisturbed: Undisturbed, folder: Path, numbers: list[int], disturb: Callable[[Cli, int], FaultyRun]
) -> None:
    """Disturb a run at each of the operations; tell what came of it, and fail where something is wrong."""
    ends: Counter[str] = Counter()
    wrong: list[str] = []
    for number, cli in undisturbed.copies(folder, numbers):
        run = disturb(cli, number)
        found = run.problems() + [f"half-written: {path}" for path in half_written(cli.root)]
        found += mended(cli, undisturbed.root)
        ends[f"exit {run.code}" if run.struck else "not reached"] += 1
        wrong += [f"{number} {run.struck}: {problem}" for problem in found]
        print(number, run.struck[:1], run.code, found or "mended", flush=True)  # noqa: T201
    print(f"{len(numbers)} of {undisturbed.run.operations} operations: {dict(ends)}, {len(wrong)} wrong")  # noqa: T201
    assert not wrong


@pytest.mark.timeout(_HOURS)
def test_every_operation_may_fail(undisturbed: Undisturbed, tmp_path: Path) -> None:
    judge(undisturbed, tmp_path, undisturbed.spread("REID_SOAK_FAULTS", 0), faulty_run)


@pytest.mark.timeout(_HOURS)
def test_the_disk_may_fail_from_any_operation_on(undisturbed: Undisturbed, tmp_path: Path) -> None:
    def lasting(cli: Cli, number: int) -> FaultyRun:
        return faulty_run(cli, number, lasting=True)

    judge(undisturbed, tmp_path, undisturbed.spread("REID_SOAK_LASTING_FAULTS", 32), lasting)


@pytest.mark.timeout(_HOURS)
def test_a_kill_may_come_at_any_operation(undisturbed: Undisturbed, tmp_path: Path) -> None:
    _FORKED.set_forkserver_preload(["reid_assets.commands.run_stages", "reid_assets.definitions"])
    judge(undisturbed, tmp_path, undisturbed.spread("REID_SOAK_FAULT_KILLS", 64), killed_run)


def killed_run(cli: Cli, number: int) -> FaultyRun:
    """A run in a process of its own that is killed at the operation, if it gets there."""
    process = _FORKED.Process(target=_run_until_killed, args=(cli, number))
    process.start()
    process.join()
    struck = [f"{number} kill"] if process.exitcode == -9 else []
    # What a process that is killed says does not matter; one that is not ends as any other.
    return FaultyRun(number, struck, 0 if struck else process.exitcode, "")


def _run_until_killed(cli: Cli, number: int) -> None:
    with faulty_disk(cli.root, number, kill=True):
        raise SystemExit(cli.run().code)
