"""A disk that fails at the n-th file operation below a folder, or a process that is killed there.

Counted are opening for writing, writing, renaming, removing, making a folder and fsync, as far as Python does
them. DuckDB, SQLite, OpenCV and OpenVINO write in compiled code, out of reach here: kills at random moments
(`soak/test_kills.py`) meet them too.
"""

import builtins
import errno
import io
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ERRORS = (errno.ENOSPC, errno.EIO, errno.EACCES)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


@dataclass
class FaultyDisk:
    """What happens to the file operations below a folder.

    Attributes:
        below: the folder; other paths are left alone.
        strike: number of the operation that fails, from 1; 0 for none.
        lasting: all that follow fail too, but for removing: a full disk stays full.
        kill: the process ends there as by `kill -9`, instead of an error.
        operations: kind and path of each, in order.
        struck: numbers of those that failed.
    """

    below: Path
    strike: int = 0
    lasting: bool = False
    kill: bool = False
    operations: list[tuple[str, str]] = field(default_factory=list)
    struck: list[int] = field(default_factory=list)
    _lock: Any = field(default_factory=threading.Lock)

    def note(self, kind: str, path: Any, directory: int | None = None) -> None:
        """One operation; raises where it is its turn to fail."""
        found = _absolute(path, directory)
        if found is None or not found.startswith(f"{self.below}{os.sep}") or _does_nothing(kind, found):
            return
        with self._lock:
            self.operations.append((kind, found.removeprefix(f"{self.below}{os.sep}")))
            number = len(self.operations)
            if not self._fails(number, kind):
                return
            self.struck.append(number)
        code = ERRORS[self.strike % len(ERRORS)]
        if self.kill:
            os.kill(os.getpid(), signal.SIGKILL)
        raise OSError(code, os.strerror(code), found)

    def _fails(self, number: int, kind: str) -> bool:
        later = self.lasting and number > self.strike > 0 and kind != "remove"
        return number == self.strike or later

    def told(self) -> list[str]:
        """What failed, a line each."""
        return [" ".join((str(number), *self.operations[number - 1])) for number in self.struck]


def _does_nothing(kind: str, path: str) -> bool:
    """Making a folder that is there and removing what is not: the system has its own answer to these."""
    if kind == "mkdir":
        return os.path.isdir(path)  # noqa: PTH112
    return kind == "remove" and not os.path.lexists(path)


def _absolute(path: Any, directory: int | None) -> str | None:
    if isinstance(path, int):
        return None
    text = os.fsdecode(path)
    if directory is not None:
        text = os.path.join(os.readlink(f"/proc/self/fd/{directory}"), text)  # noqa: PTH115,PTH118
    return os.path.abspath(text)  # noqa: PTH100


class _FaultyFile:
    """A file open for writing; of a write that fails, one half is written."""

    def __init__(self, file: Any, path: Any, disk: FaultyDisk) -> None:
        self._file, self._path, self._disk = file, path, disk

    def write(self, data: Any) -> int:
        try:
            self._disk.note("write", self._path)
        except OSError:
            self._file.write(data[: len(data) // 2])
            self._file.flush()
            raise
        return int(self._file.write(data))

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> "_FaultyFile":
        return self

    def __exit__(self, *what: object) -> None:
        self._file.close()

    def __iter__(self) -> Iterator[Any]:
        return iter(self._file)


@contextmanager
def faulty_disk(
    below: Path, strike: int = 0, lasting: bool = False, kill: bool = False
) -> Iterator[FaultyDisk]:
    """Put it between the product and its files, for as long as the block lasts."""
    disk = FaultyDisk(below.resolve(), strike, lasting, kill)
    with pytest.MonkeyPatch.context() as patch:
        opened = _opening(io.open, disk)
        patch.setattr(builtins, "open", opened)
        patch.setattr(io, "open", opened)
        patch.setattr(os, "open", _opening_raw(os.open, disk))
        for name, kind in [("replace", "rename"), ("rename", "rename"), ("mkdir", "mkdir")]:
            patch.setattr(os, name, _counted(getattr(os, name), kind, disk))
        for name in ("unlink", "remove", "rmdir"):
            patch.setattr(os, name, _counted(getattr(os, name), "remove", disk))
        patch.setattr(os, "fsync", _counted_descriptor(os.fsync, disk))
        yield disk


def _opening(real: Callable[..., Any], disk: FaultyDisk) -> Callable[..., Any]:
    def opened(file: Any, mode: str = "r", *arguments: Any, **named: Any) -> Any:
        if not set(mode) & set("wax+") or isinstance(file, int):
            return real(file, mode, *arguments, **named)
        disk.note("open", file)
        return _FaultyFile(real(file, mode, *arguments, **named), file, disk)

    return opened


def _opening_raw(real: Callable[..., int], disk: FaultyDisk) -> Callable[..., int]:
    def opened(path: Any, flags: int, *arguments: Any, dir_fd: int | None = None, **named: Any) -> int:
        if flags & _WRITING:
            disk.note("open", path, dir_fd)
        return real(path, flags, *arguments, dir_fd=dir_fd, **named)

    return opened


def _counted(real: Callable[..., Any], kind: str, disk: FaultyDisk) -> Callable[..., Any]:
    def counted(path: Any, *arguments: Any, dir_fd: int | None = None, **named: Any) -> Any:
        disk.note(kind, path, dir_fd)
        return real(path, *arguments, **named, **({} if dir_fd is None else {"dir_fd": dir_fd}))

    return counted


def _counted_descriptor(real: Callable[[int], None], disk: FaultyDisk) -> Callable[[int], None]:
    def counted(descriptor: Any) -> None:
        number = descriptor if isinstance(descriptor, int) else descriptor.fileno()
        disk.note("fsync", os.readlink(f"/proc/self/fd/{number}"))  # noqa: PTH115
        real(descriptor)

    return counted
