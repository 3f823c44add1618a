"""One writer a root; the lock ends with its process."""

import subprocess
import sys
from pathlib import Path

import pytest

from reid_assets.storage.lock import RootBusyError, hold, is_held

_HOLD = """
import sys, time
from pathlib import Path
from reid_assets.storage.lock import hold
with hold(Path(sys.argv[1]), "another run", 0, print):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_process_is_told_who_holds_it_and_gets_it_when_that_dies(tmp_path: Path) -> None:
    lock, said = tmp_path / "reid" / ".lock", []
    holder = subprocess.Popen([sys.executable, "-c", _HOLD, str(lock)], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout and holder.stdout.readline() == "held\n"
        assert is_held(lock)
        refused = pytest.raises(RootBusyError, match=f"process {holder.pid}, another run")
        with refused, hold(lock, "this one", 0.1, said.append):
            raise AssertionError("two writers")
        assert len(said) == 1
    finally:
        holder.kill()
        holder.wait()
    with hold(lock, "this one", 0, said.append):
        pass
    assert not is_held(lock)


def test_the_same_process_may_enter_again(tmp_path: Path) -> None:
    lock = tmp_path / ".lock"
    with hold(lock, "outer", 0, print), hold(lock, "inner", 0, print):
        pass
    assert not is_held(lock)
