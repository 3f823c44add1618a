"""What is promised of identities holds through a random life of a root; long ones are in `soak`."""

from reid_assets_tests.support.cli_calls import Cli
from reid_assets_tests.support.random_history import live


def test_promises_hold_through_a_random_history(finished: Cli) -> None:
    assert len(live(finished, seed=1, steps=4).steps) == 4
