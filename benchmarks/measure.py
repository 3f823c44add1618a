"""Timing one thing against another in one run: alternately, processor seconds beside wall seconds.

Machines are shared and drift; a ratio of two that took turns holds where single times do not.
"""

import gc
import os
import statistics
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import psutil


@dataclass(frozen=True)
class Timing:
    """Medians over the rounds: wall seconds, processor seconds of all threads, peak MB above the start."""

    wall: float
    cpu: float
    peak_mb: float


def alternate(runs: dict[str, Callable[[], object]], rounds: int) -> dict[str, Timing]:
    """Run every entry once a round, in turn."""
    seen: dict[str, list[Timing]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            gc.collect()
            seen[name].append(_once(run))
    return {
        name: Timing(
            *(statistics.median(getattr(one, part) for one in timings) for part in ("wall", "cpu", "peak_mb"))
        )
        for name, timings in seen.items()
    }


def _once(run: Callable[[], object]) -> Timing:
    with _Peak() as peak:
        wall, cpu = time.perf_counter(), time.process_time()
        run()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return Timing(wall, cpu, peak.mb)


class _Peak:
    """The largest resident memory while the block runs, sampled, above that at its start."""

    def __enter__(self) -> "_Peak":
        self._process = psutil.Process(os.getpid())
        self._start = self._most = self._process.memory_info().rss
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(0.02):
            self._most = max(self._most, self._process.memory_info().rss)

    @property
    def mb(self) -> float:
        return (self._most - self._start) / 1e6


def show(title: str, timings: dict[str, Timing], baseline: str, notes: dict[str, str] | None = None) -> None:
    """Print a table; ratios are baseline / entry, so more is better."""
    base = timings[baseline]
    lines = [f"\n{title}", f"{'':34}{'wall s':>9}{'cpu s':>9}{'MB':>8}{'x wall':>9}{'x cpu':>9}"]
    for name, t in timings.items():
        ratios = f"{base.wall / max(t.wall, 1e-9):>9.2f}{base.cpu / max(t.cpu, 1e-9):>9.2f}"
        lines.append(
            f"{name:34}{t.wall:>9.2f}{t.cpu:>9.2f}{t.peak_mb:>8.0f}{ratios}  {(notes or {}).get(name, '')}"
        )
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
