"""What happens in the worker process: `python -m reid_assets.api.worker`, called by `worker_call.py`.

The request is JSON on standard input, the answer bytes on standard output. Whatever is said meanwhile goes to
standard error. Exit code 0: answered; `REFUSED`: the answer is JSON that says why.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from reid_assets.api.worker_call import REFUSED
from reid_assets.reid.core.errors import ReidError, describe_failure


def run(
    root: str,
    config: str | None,
    changes: list[str],
    confirm_removals: bool,
    agreed: bool,
    options: dict[str, Any],
) -> bytes:
    """`reid-assets run`; the fields of `RunResult` as JSON."""
    from reid_assets.commands.project_options import open_project
    from reid_assets.commands.run import run_project
    from reid_assets.state.planner import RunOptions

    sets = {name: frozenset(value) for name, value in options.items() if isinstance(value, list)}
    wanted = RunOptions(**{**options, **sets})
    summary = run_project(open_project(root, config, changes), wanted, confirm_removals, agreed)
    failed = [
        {"check": check.key.name, "is_error": check.is_error, "reason": f"{check.reason}. {check.next_step}"}
        for check in summary.checks_failed
    ]
    told = {"made": summary.made, "failed": summary.failed, "errors": summary.errors, "checks_failed": failed}
    return json.dumps({**told, "ok": summary.exit_code == 0}).encode()


def sql(path: str, question: str, zone: str, seconds: float, limit: int) -> bytes:
    """The answer of the database as an Arrow stream."""
    import pyarrow as pa

    from reid_assets.storage.database import DatabaseBusyError
    from reid_assets.storage.sql_guard import SqlError
    from reid_assets.storage.sql_reader import arrow_answer

    try:
        table = arrow_answer(Path(path), question, zone, seconds, limit)
    except DatabaseBusyError as error:
        raise SqlError(str(error)) from error
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return sink.getvalue().to_pybytes()


TASKS: dict[str, Callable[..., bytes]] = {"run": run, "sql": sql}


def main() -> int:
    """Answer one request; the exit code."""
    # Whatever prints, here or in a library, must not get into the answer.
    answer = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.stdout = sys.stderr
    signal.signal(signal.SIGINT, signal.default_int_handler)
    request = json.load(sys.stdin)
    code = 0
    try:
        content = TASKS[request["task"]](**request["arguments"])
    except ReidError as error:
        code, content = REFUSED, _refusal(error)
    except Exception as error:
        code, content = REFUSED, _refusal(_unforeseen(error))
    with answer:
        answer.write(content)
    return code


def _refusal(error: ReidError) -> bytes:
    return json.dumps({"kind": type(error).__name__, "message": str(error)}).encode()


def _unforeseen(error: Exception) -> ReidError:
    """What nobody foresaw, as the command line tells it; the traceback goes into a file."""
    from reid_assets.layout import Layout
    from reid_assets.storage.bug_reports import write_traceback

    if isinstance(error, OSError):
        return ReidError(f"{error}. What was finished stays: put it right and run again.")
    outputs = os.environ.get("REID_OUT") or os.environ.get("REID_ROOT")
    folder = Layout(Path(outputs)).errors if outputs and Path(outputs).is_dir() else None
    return ReidError(describe_failure(error, f"The traceback is in {write_traceback(error, folder)}"))


if __name__ == "__main__":
    sys.exit(main())
