"""*Apply*: the Dagster run that makes the map with the corrections, and what it changed."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence

import pandas as pd

from reid_assets.layout import Layout
from reid_assets.reid.association.identity_events import in_words
from reid_assets.storage.identity_history import read_history

_LINES_KEPT = 200


class Apply:
    """At most one run at a time."""

    def __init__(self, layout: Layout, command: Sequence[str], done: Callable[[], None]) -> None:
        """Nothing is started yet.

        Args:
            layout: of the root.
            command: the arguments of `reid-assets` that make what is out of date.
            done: called after each run.
        """
        self._layout, self._command, self._done = layout, list(command), done
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._thread: threading.Thread | None = None
        self._lines: list[str] = []
        self._exit: int | None = None
        self._events_before = 0
        self._changes: list[str] = []

    def start(self) -> bool:
        """Start the run; False where one is at work."""
        with self._lock:
            if self._thread and self._thread.is_alive():
                return False
            self._lines, self._exit, self._changes = [], None, []
            self._events_before = len(self._events())
            self._process = subprocess.Popen(  # noqa: S603 (its arguments are ours)
                [sys.executable, "-m", "reid_assets", *self._command],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                text=True,
                env={**os.environ, "NO_COLOR": "1", "COLUMNS": "100"},
            )
            self._thread = threading.Thread(target=self._follow, args=(self._process,), daemon=True)
            self._thread.start()
        return True

    def stop(self) -> None:
        """End a run that is at work; what it has finished stays."""
        if self._process and self._process.poll() is None:
            self._process.terminate()

    def state(self) -> dict[str, object]:
        """For JSON: `running`, `exit` (None until a run has ended), `lines`, `changes` in words."""
        running = bool(self._thread and self._thread.is_alive())
        return {"running": running, "exit": self._exit, "lines": self._lines, "changes": self._changes}

    def _follow(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self._lines = [*self._lines, line.rstrip()][-_LINES_KEPT:]
        exit_code = process.wait()
        events = self._events().iloc[self._events_before :]
        self._changes = in_words(events)["what"].tolist() if len(events) else []
        try:
            self._done()
        finally:
            self._exit = exit_code

    def _events(self) -> pd.DataFrame:
        return read_history(self._layout, lambda _: None)
