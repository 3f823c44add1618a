"""Random histories of a root, many steps each: REID_SOAK_HISTORIES of REID_SOAK_STEPS steps."""

import os
import time

import pytest

from reid_assets_tests.support.cli_calls import Cli
from reid_assets_tests.support.random_history import live

HISTORIES, STEPS = (
    int(os.environ.get(name, default))
    for name, default in (("REID_SOAK_HISTORIES", "8"), ("REID_SOAK_STEPS", "25"))
)
SEED = int(os.environ.get("REID_SOAK_SEED", time.time_ns() % 1_000_000))


@pytest.mark.parametrize("number", range(HISTORIES))
def test_promises_hold_through_long_random_histories(finished: Cli, number: int) -> None:
    print(f"seed {SEED + number}")  # noqa: T201
    live(finished, SEED + number, STEPS)
