"""What is promised of identities holds through a random life of a root; long ones are in `soak`."""

import pytest

from reid_assets_tests.support.cli_calls import Cli
from reid_assets_tests.support.random_history import live


@pytest.mark.parametrize("seed", [1, 2])
def test_promises_hold_through_a_random_history(finished: Cli, seed: int) -> None:
    assert len(live(finished, seed, steps=5).steps) == 5
