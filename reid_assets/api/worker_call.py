"""Calls of the worker process (`worker.py`), from the side of the caller.

Runs and SQL change what belongs to a whole process: environment, umask, signals, a bound on memory, DuckDB's
connections. In a process of their own they leave the caller's as it is.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from reid_assets.reid.core.errors import BackboneError, ConfigError, InputError, NotFoundError, ReidError

REFUSED = 3
_SECONDS_TO_END = 60.0
_LINES_KEPT = 20
_KINDS = {kind.__name__: kind for kind in (ConfigError, InputError, BackboneError, NotFoundError)}


def call_worker(
    task: str,
    arguments: Mapping[str, Any],
    told: Callable[[str], None] | None = None,
    seconds: float | None = None,
    folder: Path | None = None,
    variables: Mapping[str, str] | None = None,
) -> bytes:
    """What the worker answers.

    Args:
        task: a name of `worker.TASKS`.
        arguments: of that task; what JSON can hold.
        told: gets each line that the worker says meanwhile.
        seconds: after which the worker is ended; None: never.
        folder: in which it works; None: the current one.
        variables: of its environment, beside the caller's own.

    Raises:
        ReidError: what the worker raised; or it ended without an answer.
        TimeoutError: it was ended after `seconds`.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "reid_assets.api.worker"],  # noqa: S603  # this interpreter, our own module
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env={**os.environ, **(variables or {}), "PYTHONIOENCODING": "utf-8"},
        # Ctrl-C reaches the caller alone, which then asks the worker to end.
        start_new_session=True,
    )
    late = threading.Event()
    timer = threading.Timer(seconds or 0.0, _end_late, (process, late))
    timer.daemon = True
    if seconds is not None:
        timer.start()
    try:
        answer, lines = _talk(process, json.dumps({"task": task, "arguments": arguments}), told)
    except BaseException:
        _interrupt(process)
        raise
    finally:
        timer.cancel()
    if process.returncode == REFUSED:
        raise _refusal(answer)
    if late.is_set():
        raise TimeoutError(task)
    if process.returncode != 0:
        raise ReidError(f"{task}: the process ended with {process.returncode}. It said: {' / '.join(lines)}")
    return answer


def _talk(
    process: subprocess.Popen[bytes], request: str, told: Callable[[str], None] | None
) -> tuple[bytes, list[str]]:
    """The answer, and the last lines that were said."""
    assert process.stdin and process.stdout and process.stderr
    pieces: list[bytes] = []
    reader = threading.Thread(target=lambda stream: pieces.append(stream.read()), args=(process.stdout,))
    reader.daemon = True
    reader.start()
    with contextlib.suppress(BrokenPipeError), process.stdin:
        process.stdin.write(request.encode())
    lines: list[str] = []
    for raw in process.stderr:
        line = raw.decode("utf-8", "replace").rstrip("\r\n")
        lines = [*lines[-_LINES_KEPT:], line]
        if told is not None:
            told(line)
    process.wait()
    reader.join()
    process.stdout.close()
    process.stderr.close()
    return b"".join(pieces), lines


def _interrupt(process: subprocess.Popen[bytes]) -> None:
    """Ask the worker to end, which leaves nothing half done; insist where it does not."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT if sys.platform != "win32" else signal.SIGTERM)
        try:
            process.wait(_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _end_late(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()


def _refusal(answer: bytes) -> ReidError:
    told = json.loads(answer)
    if told["kind"] == "SqlError":
        from reid_assets.storage.sql_guard import SqlError

        return SqlError(told["message"])
    return _KINDS.get(told["kind"], ReidError)(told["message"])
