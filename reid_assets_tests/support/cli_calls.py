"""`reid-assets` called inside this process: exit code and output, without paying for a new interpreter.

The commands put root, configuration and history into the environment; `Cli` takes them out again, so
that the next call starts like a new process.
"""

import contextlib
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from reid_assets.cli import main

OWN_VARIABLES = (
    "REID_ROOT",
    "REID_CONFIG",
    "REID_SET",
    "REID_OUT",
    "REID_PROJECT",
    "REID_CAMERAS",
    "REID_CORRECTIONS",
    "DAGSTER_HOME",
)


@dataclass(frozen=True)
class Called:
    """What a call left behind: its exit code, everything it said, and of that standard output alone."""

    code: int
    said: str
    out: str

    def lines(self, text: str) -> list[str]:
        """Lines that hold the text."""
        return [line for line in self.said.splitlines() if text in line]


@dataclass(frozen=True)
class Cli:
    """The command line on one root and one configuration."""

    root: Path
    config: Path

    def run(self, *arguments: str) -> Called:
        """`reid-assets run`."""
        return self("run", *arguments)

    def __call__(self, command: str, *arguments: str) -> Called:
        """Any command that takes a root and a configuration."""
        return call(command, "--root", str(self.root), "--config", str(self.config), *arguments)


class _Copying(io.StringIO):
    """What is written here is written there too, in the order of both."""

    also: io.StringIO

    def write(self, text: str) -> int:
        self.also.write(text)
        return super().write(text)


def call(*arguments: str) -> Called:
    """Call the command line as the shell would."""
    said, out = io.StringIO(), _Copying()
    out.also = said
    with _own_environment(), pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["reid-assets", *arguments])
        outputs = contextlib.redirect_stdout(out), contextlib.redirect_stderr(said)
        with outputs[0], outputs[1], pytest.raises(SystemExit) as ended:
            main()
    return Called(int(ended.value.code or 0), said.getvalue(), out.getvalue())


@contextlib.contextmanager
def _own_environment() -> Iterator[None]:
    before = {name: os.environ.pop(name, None) for name in OWN_VARIABLES}
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
