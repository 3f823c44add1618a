"""SQL: one question, answered in a process of its own, which bounds its time and memory."""

from typing import TYPE_CHECKING

from reid_assets.api.worker_call import call_worker
from reid_assets.state.project import Project
from reid_assets.storage.sql_guard import SqlError

if TYPE_CHECKING:
    import pyarrow as pa

# Some functions of DuckDB cannot be interrupted while they work on one value; starting takes time as well.
_SECONDS_OF_GRACE = 10.0


def ask(project: Project, question: str, timeout: float, limit: int) -> "pa.Table":
    """The answer.

    Args:
        project: the root; moments are told in the zone of cameras.yaml, else UTC.
        question: one statement that reads.
        timeout: seconds.
        limit: most rows.

    Raises:
        SqlError: there is no database yet, or no answer.
    """
    import pyarrow as pa

    path = project.layout.database
    if not path.is_file():
        raise SqlError(f"{path}: not made yet. Run `reid-assets run`.")
    zone = project.cameras.time_zone or "UTC"
    asked = {"path": str(path), "question": question, "zone": zone, "seconds": timeout, "limit": limit}
    try:
        answer = call_worker("sql", asked, seconds=timeout + _SECONDS_OF_GRACE)
    except TimeoutError:
        raise SqlError(
            f"no answer within {timeout:g} s. Ask for less, or allow more time (timeout)."
        ) from None
    with pa.ipc.open_stream(answer) as stream:
        return stream.read_all()
