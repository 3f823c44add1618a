"""`reid-assets run` on a disk that fails, and what must be true of its root afterwards."""

import io
import json
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from reid_assets.io_managers import retries
from reid_assets_tests.support.cli_calls import Cli
from reid_assets_tests.support.faults import faulty_disk
from tools.compare_outputs import differences, files_of

_RANDOM_SALT = Path("reid/former_ids.npz")
# When a page was made; how the map differs from the one before, which may be one that was not finished.
_OF_THE_RUN = {
    Path("reid/report/index.html"): re.compile(rb"\d{4}-\d\d-\d\d \d\d:\d\d"),
    Path("reid/report/identity.html"): re.compile(rb"\d{4}-\d\d-\d\d \d\d:\d\d"),
    Path("reid/association.json"): re.compile(
        rb'"(kept|returned|born|merged|split|gone)": \d+|"why": "[^"]*"'
    ),
    # When, by which run and why.
    Path("reid/identity_events.csv"): re.compile(rb"\d{4}-\d\d-\d\d [^,]*,[0-9a-f-]{36},|,[^,\n]*\n"),
}
_TABLES_OF_THE_RUN = ("association", "identity_events")
_ENDINGS = {
    ".jpg": b"\xff\xd9",
    ".png": b"IEND\xaeB`\x82",
    ".csv": b"\n",
    ".json": b"\n",
    ".html": b"</html>",
}


@dataclass(frozen=True)
class FaultyRun:
    """What a run on a failing disk came to.

    Attributes:
        operations: how many there were.
        struck: what failed, a line each: number, kind and path.
        code: exit code; None where an error escaped.
        said: its output, or the error that escaped.
    """

    operations: int
    struck: list[str]
    code: int | None
    said: str

    def problems(self) -> list[str]:
        """What a person could complain of."""
        if self.code is None:
            return [f"a traceback alone: {self.said}"]
        if self.code not in (0, 1):
            return [f"exit code {self.code}: {self.said}"]
        lines = [line for line in self.said.splitlines() if re.search("failed|error|No space|disk", line)]
        return [] if self.code == 0 or lines else [f"exit code 1 without a word why: {self.said}"]


def faulty_run(cli: Cli, strike: int = 0, lasting: bool = False) -> FaultyRun:
    """Run it, without the pauses before another attempt."""
    with pytest.MonkeyPatch.context() as patch, faulty_disk(cli.root, strike, lasting) as disk:
        patch.setattr(retries, "_SECONDS", 0.0)
        try:
            called = cli.run()
        except Exception as error:
            return FaultyRun(len(disk.operations), disk.told(), None, repr(error))
        return FaultyRun(len(disk.operations), disk.told(), called.code, called.said)


def half_written(root: Path) -> list[str]:
    """Files under their own names that are not whole."""
    return sorted(
        str(path)
        for path in files_of(root)
        if not any(part.endswith(".partial") for part in path.parts) and not _is_whole(root / path)
    )


def _is_whole(path: Path) -> bool:
    content = path.read_bytes()
    if path.suffix == ".npz":
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as stored:
                return all(stored[name] is not None for name in stored.files)
        except (ValueError, EOFError, zipfile.BadZipFile):
            return False
    if path.name in ("summary.json", "tracks.csv"):
        return True  # not ours
    if path.suffix == ".json":
        try:
            json.loads(content)
        except ValueError:
            return False
    return content.endswith(_ENDINGS.get(path.suffix, b""))


def leftovers(root: Path) -> list[str]:
    """Partial files and folders, the history's among them."""
    return sorted(str(path.relative_to(root)) for path in root.rglob("*.partial"))


def differences_from(root: Path, undisturbed: Path) -> list[str]:
    """How a root differs from the one whose run nothing disturbed: bytes of files, rows of tables.

    Left out is what tells of the run and not of the result. Both roots must have one name: pages show it.
    """
    alike = {f"differs: {path}" for path in _OF_THE_RUN if _alike(root, undisturbed, path)}
    for name, path in zip(
        _TABLES_OF_THE_RUN, ("reid/association.json", "reid/identity_events.csv"), strict=True
    ):
        if f"differs: {Path(path)}" in alike:
            alike.add(f"table differs: {name}")
    if same_former_ids(root, undisturbed):
        alike.add(f"differs: {_RANDOM_SALT}")
    return [line for line in differences(root, undisturbed) if line not in alike]


def _alike(root: Path, other: Path, path: Path) -> bool:
    one, two = ((at / path) for at in (root, other))
    if not (one.is_file() and two.is_file()):
        return False
    return _OF_THE_RUN[path].sub(b"", one.read_bytes()) == _OF_THE_RUN[path].sub(b"", two.read_bytes())


def mended(cli: Cli, undisturbed: Path) -> list[str]:
    """Run it again, undisturbed; what is then still not as it should be.

    Where one video failed alone, the others were numbered without it, and ids last: only `--fresh-ids` gives
    the numbers that all of them would have had at once.
    """
    again = cli.run()
    found = [f"the next run ends with {again.code}: {again.said}"] if again.code else []
    if differences_from(cli.root, undisturbed):
        cli.run("--fresh-ids")
    return found + differences_from(cli.root, undisturbed) + [f"left: {p}" for p in leftovers(cli.root)]


def same_former_ids(root: Path, other: Path) -> bool:
    """Whether as many tracks have the same ids; which ones nobody can read."""
    ids = []
    for at in (root, other):
        with np.load(at / _RANDOM_SALT, allow_pickle=False) as stored:
            ids.append(pd.Series(stored["ids"]).sort_values().tolist())
    return ids[0] == ids[1]
