"""What a person is told of an error that ended a step: Dagster hands on its class and message alone."""

from typing import Any

from reid_assets.reid.core.errors import IN_LOG, ReidError
from reid_assets.storage.transient_errors import says_disk_full

# Beside errors of ours and of the operating system: what else ends a step and is no bug.
_NO_BUGS = {"DatabaseBusyError", "RootBusyError", "MemoryError", "Failure", "RetryRequested"}


def describe_cause(cause: Any) -> str:
    """What is told of the error that ended a step; the history holds its traceback."""
    message = _one_line(cause.message)
    if says_disk_full(message):
        return "the disk is full. Free some space and run again: what was finished stays."
    known = _names_of(ReidError) | _names_of(OSError) | _NO_BUGS
    if cause.cls_name in known or cause.cls_name.startswith("Dagster"):
        return message
    return f"this is a bug of reid-assets: {cause.cls_name}: {message}. {IN_LOG}; please report it."


def _names_of(kind: type[BaseException]) -> set[str]:
    return {kind.__name__}.union(*(_names_of(one) for one in kind.__subclasses__()))


def _one_line(message: str) -> str:
    """The message without the name of its exception class and without line breaks."""
    text = " ".join(message.split())
    head, colon, rest = text.partition(": ")
    return rest if colon and head.rpartition(".")[2].endswith(("Error", "Failure")) else text
