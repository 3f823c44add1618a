"""Whole numbers are what is written, to the last digit, or nothing."""

import pandas as pd
import pytest

from reid_assets.reid.core.tables import FLOWS
from reid_assets.reid.core.whole_numbers import parse_whole


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        (" -3 ", -3),
        ("+3", 3),
        ("3.0", 3),
        ("3e2", 300),
        ("9007199254740993", 2**53 + 1),
        ("9007199254740993.0", 2**53 + 1),
        ("9223372036854775807", 2**63 - 1),
        ("-9223372036854775808", -(2**63)),
    ],
)
def test_what_is_whole_is_read_exactly(text: str, value: int) -> None:
    assert parse_whole(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "3.5",
        "nan",
        "inf",
        "0x10",
        "1e30",
        "9223372036854775808",
        "1e999999999",
        "9" * 10_000,
        "１",
        "1_0",
    ],
)
def test_what_is_not_or_does_not_fit_is_nothing(text: str) -> None:
    assert parse_whole(text) is None


@pytest.mark.parametrize("values", [[1e30], [float(2**53)], [2**63], ["1e30"], [0.5], ["x"], [10**30]])
def test_a_table_never_holds_another_number_than_it_was_given(values: list) -> None:
    frame = pd.DataFrame({"from": "a", "to": "b", "count": values})
    with pytest.raises(ValueError, match="count"):
        FLOWS.conform(frame)


@pytest.mark.parametrize("values", [[3.0], ["3"], ["3.0"], [2**62], [True]])
def test_and_holds_what_fits(values: list) -> None:
    frame = pd.DataFrame({"from": "a", "to": "b", "count": values})
    assert FLOWS.conform(frame)["count"].tolist() == [
        int(float(v)) if isinstance(v, str) else int(v) for v in values
    ]
