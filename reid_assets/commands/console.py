"""What a person sees of a run: bars on a terminal, plain lines elsewhere, and a closing table."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

_SECONDS_BETWEEN_LINES = 5.0


class Screen:
    """One place for everything that is said: standard output, or `aside`, standard error beside a result."""

    def __init__(self, aside: bool = False) -> None:
        self._stream = sys.stderr if aside else sys.stdout
        self.console = Console(file=self._stream, highlight=False, soft_wrap=True)

    def say(self, text: str, style: str = "") -> None:
        """One line."""
        self.console.print(escape(text), style=style or None)

    def warn(self, text: str) -> None:
        """One line that should be seen."""
        self.say(f"warning: {text}", "yellow")

    def fail(self, text: str) -> None:
        """One line on what failed."""
        self.say(f"failed: {text}", "red")

    @contextmanager
    def stage(self, title: str) -> Iterator["Stage"]:
        """A stage with its bar (terminal) or its lines (elsewhere)."""
        start = time.monotonic()
        with _bars(self.console) as bars:
            stage = Stage(self, title, bars)
            yield stage
        self.say(f"{title}: {stage.outcome or 'done'} in {time.monotonic() - start:.1f} s")

    def table(self, title: str, header: list[str], rows: list[list[str]]) -> None:
        """A table; every cell is taken as plain text."""
        self.say(title, "bold")
        table = Table(pad_edge=False)
        for name in header:
            table.add_column(name, overflow="fold")
        for row in rows:
            table.add_row(*(escape(cell) for cell in row))
        wide = self.console if self.console.is_terminal else Console(file=self._stream, width=160)
        wide.print(table)


@contextmanager
def _bars(console: Console) -> Iterator[Progress | None]:
    if not console.is_terminal:
        yield None
        return
    detail = TextColumn("{task.fields[detail]}")
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), detail, TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        yield bars


class Stage:
    """Receives progress reports of one stage; `outcome` is said when it ends."""

    def __init__(self, screen: Screen, title: str, bars: Progress | None) -> None:
        self.outcome = ""
        self._screen, self._title, self._bars = screen, title, bars
        self._tasks: dict[str, TaskID] = {}
        self._said = time.monotonic()
        if bars:
            self._tasks[""] = bars.add_task(title, total=None, detail="")

    def __call__(self, asset: str, done: int, total: int, detail: str) -> None:
        if self._bars:
            said = f"{done}/{total} {escape(detail)}"
            self._bars.update(self._tasks[""], completed=done, total=total, detail=said)
        elif time.monotonic() - self._said > _SECONDS_BETWEEN_LINES:
            self._said = time.monotonic()
            self._screen.say(f"{self._title}: {done}/{total} {detail}")
