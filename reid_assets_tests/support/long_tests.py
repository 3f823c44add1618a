"""Which cases of a test every run takes, and which only `make test-all`."""

from collections.abc import Iterable
from typing import Any

import pytest


def long_after(first: int, cases: Iterable[Any]) -> list[Any]:
    """The cases for `parametrize`; those after the first few are marked `long`."""
    return [
        pytest.param(case, marks=() if number < first else pytest.mark.long)
        for number, case in enumerate(cases)
    ]
