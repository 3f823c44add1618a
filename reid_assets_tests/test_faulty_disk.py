"""File operations of a run fail: every failure is told, nothing is half-written, the next run mends it all.

Here a spread of them; every single one, and kills at them, are `soak/test_every_fault.py`.
"""

import errno
from collections.abc import Iterator
from pathlib import Path

import pytest

from reid_assets_tests.support.cli_calls import Cli
from reid_assets_tests.support.faults import faulty_disk
from reid_assets_tests.support.faulty_runs import FaultyRun, faulty_run, half_written, mended
from reid_assets_tests.support.tiny_root import make_root, write_config

# The operation that fails, counted from the start of each run: no space, an I/O error, no access, in turn.
STRIKES = (1, 14, 27, 74, *range(131, 143))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Cli, FaultyRun]]:
    """A root whose run was counted and not disturbed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    cli = Cli(make_root(folder / "root"), write_config(folder))
    yield cli, faulty_run(cli)


@pytest.mark.long
def test_an_undisturbed_run_leaves_whole_files_alone(undisturbed: tuple[Cli, FaultyRun]) -> None:
    cli, run = undisturbed
    assert run.code == 0 and run.operations > 300
    assert half_written(cli.root) == []


def test_whatever_fails_is_told_and_the_next_run_goes_on_from_there(
    undisturbed: tuple[Cli, FaultyRun], tmp_path: Path
) -> None:
    """From the given operation on nothing can be written; the run after it gets a little further."""
    cli, struck = Cli(make_root(tmp_path / "root"), undisturbed[0].config), []
    for number in STRIKES:
        run = faulty_run(cli, number, lasting=True)
        assert run.problems() == [], run.struck
        assert half_written(cli.root) == [], run.struck
        if not run.struck:
            break  # by now there is less to do than that
        if all(".digests.json" in one for one in run.struck):
            assert run.code == 0, "a cache that cannot be kept fails nothing"
            continue
        assert run.code == 1, run.said
        struck.append(run.struck[0].partition(" ")[2])
    assert len(set(struck)) >= 8, struck
    assert mended(cli, undisturbed[0].root) == []


def test_of_a_write_that_fails_one_half_is_there(tmp_path: Path) -> None:
    """Else nothing would be proven: a file that is written in place would be empty, and told as such."""
    with faulty_disk(tmp_path, strike=2) as disk, pytest.raises(OSError) as failed:
        (tmp_path / "file").write_bytes(b"12345678")
    assert (tmp_path / "file").read_bytes() == b"1234"
    assert failed.value.errno in (errno.ENOSPC, errno.EIO, errno.EACCES)
    assert disk.told() == ["2 write file"]


def test_what_is_half_written_is_found(tmp_path: Path) -> None:
    for name in ("a.csv", "a.json", "a.npz", "a.jpg"):
        (tmp_path / name).write_bytes(b"{")
    assert half_written(tmp_path) == ["a.csv", "a.jpg", "a.json", "a.npz"]
