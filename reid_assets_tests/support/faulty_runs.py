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

# When it was made.
_TIMES = re.compile(rb"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?")
_RANDOM_SALT, _DATED = Path("reid/former_ids.npz"), Path("reid/report/index.html")
_ENDINGS = {".jpg": b"\xff\xd9", ".png": b"IEND\xaeB`\x82", ".csv": b"\n", ".json": b"\n", ".html": b">\n"}


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


def faulty_run(cli: Cli, strike: int = 0, every: int = 0, full: bool = False) -> FaultyRun:
    """Run it, without the pauses before another attempt."""
    with pytest.MonkeyPatch.context() as patch, faulty_disk(cli.root, strike, every, full) as disk:
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
    if path.suffix == ".json" and content:
        json.loads(content)
    if path.name in ("summary.json", "tracks.csv"):
        return True
    return content.endswith(_ENDINGS.get(path.suffix, b"")) or path.name in ("summary.json",)


def leftovers(root: Path) -> list[str]:
    """Partial files and folders, the history's among them."""
    return sorted(str(path.relative_to(root)) for path in root.rglob("*.partial"))


def differences_from(root: Path, undisturbed: Path) -> list[str]:
    """How a root differs from the one whose run nothing disturbed: bytes of files, rows of tables."""
    found = differences(root, undisturbed)
    if same_former_ids(root, undisturbed):
        found = [line for line in found if line != f"differs: {_RANDOM_SALT}"]
    one, other = (_TIMES.sub(b"", (at / _DATED).read_bytes()) for at in (root, undisturbed))
    return [line for line in found if line != f"differs: {_DATED}" or one != other]


def same_former_ids(root: Path, other: Path) -> bool:
    """Whether as many tracks have the same ids; which ones nobody can read."""
    ids = []
    for at in (root, other):
        with np.load(at / _RANDOM_SALT, allow_pickle=False) as stored:
            ids.append(pd.Series(stored["ids"]).sort_values().tolist())
    return ids[0] == ids[1]
