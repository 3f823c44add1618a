"""What can pass by itself is tried again; what a person has to mend is not."""

import errno

import dagster as dg
import pytest

from reid_assets.io_managers.retries import retried_if_transient
from reid_assets.reid.core.errors import InputError


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "full"), OSError(errno.EMFILE, "files"), MemoryError()]
)
def test_trouble_of_the_machine_asks_for_another_attempt(error: Exception) -> None:
    with pytest.raises(dg.RetryRequested), retried_if_transient():
        raise error


@pytest.mark.parametrize(
    "error", [FileNotFoundError("x"), PermissionError("x"), InputError("x"), ValueError("x")]
)
def test_what_is_wrong_for_good_is_told_at_once(error: Exception) -> None:
    with pytest.raises(type(error)), retried_if_transient():
        raise error


def test_a_step_that_met_a_full_disk_is_run_again_and_ends_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reid_assets.io_managers.retries._SECONDS", 0.0)
    attempts = []

    @dg.asset
    def stored(context: dg.AssetExecutionContext) -> None:
        attempts.append(context.retry_number)
        with retried_if_transient():
            if context.retry_number < 2:
                raise OSError(errno.ENOSPC, "No space left on device")

    assert dg.materialize([stored]).success
    assert attempts == [0, 1, 2]
