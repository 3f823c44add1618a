"""What a name holds is read exactly, or not at all."""

from datetime import UTC, datetime, timedelta

import pytest

from reid_assets.reid.core.name_patterns import check_glob, check_time_pattern, match_wildcards, parse_time


@pytest.mark.parametrize(
    ("name", "pattern", "expected"),
    [
        ("", "%Y%m%d_%H%M%S", None),
        ("gate_20260314_093000", "%Y%m%d_%H%M%S", datetime(2026, 3, 14, 9, 30)),
        ("20260314_093000.part2", "%Y%m%d_%H%M%S", datetime(2026, 3, 14, 9, 30)),
        ("920260314_093000", "%Y%m%d_%H%M%S", None),
        ("20261314_093000", "%Y%m%d_%H%M%S", None),
        ("20261314_093000 20260314_093000", "%Y%m%d_%H%M%S", datetime(2026, 3, 14, 9, 30)),
        ("a 2026-03-14T09.30.05Z", "%Y-%m-%dT%H.%M.%S%z", datetime(2026, 3, 14, 9, 30, 5, tzinfo=UTC)),
        ("14Mar26 09h30", "%d%b%y %Hh%M", datetime(2026, 3, 14, 9, 30)),
        ("2026-073 09PM", "%Y-%j %I%p", datetime(2026, 3, 14, 21)),
    ],
)
def test_a_time_is_found_anywhere_but_not_inside_a_number(
    name: str, pattern: str, expected: datetime | None
) -> None:
    assert check_time_pattern(pattern) == pattern
    time = parse_time(name, pattern)
    assert time == expected
    assert time is None or time.utcoffset() in (None, timedelta(0))


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("%H%M%S", "full date"),
        ("%Y%m%d", "an hour"),
        ("%Y%m%d%H%Q", "%Q is not supported"),
        ("%Y%m%d%H%H", "twice"),
    ],
)
def test_a_pattern_without_a_full_start_time_is_rejected(pattern: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check_time_pattern(pattern)


@pytest.mark.parametrize(
    ("name", "glob", "met"),
    [
        ("cam3_20260314", "cam*_*", ("3", "20260314")),
        ("cam3", "cam?", ("3",)),
        ("cam3", "cam[12]", None),
        ("cam3", "cam[!12]", ("3",)),
        ("Cam3", "cam*", None),
        ("a.b", "a.b", ()),
        ("axb", "a.b", None),
        ("[x]", "[[]x]", ("[",)),
        ("two\nlines", "two*", ("\nlines",)),
    ],
)
def test_a_glob_meets_the_whole_name_and_remembers_its_wildcards(
    name: str, glob: str, met: tuple[str, ...] | None
) -> None:
    assert match_wildcards(name, glob) == met


def test_no_glob_takes_long() -> None:
    assert match_wildcards("a" * 200, "*a" * 30 + "*b") is None
    assert match_wildcards("a" * 200, "*a" * 30 + "*") == ("",) * 30 + ("a" * 170,)


@pytest.mark.parametrize(
    ("name", "glob", "texts"),
    [
        ("cam3_x", "cam[0-9]_*", ("3", "x")),
        ("cam3_x", "cam[!0-9]_*", None),
        ("a.b", "a.b", ()),
        ("a.bc", "a.b", None),
        ("aXbXc", "*X*", ("a", "bXc")),
        ("ab", "*b*b", None),
        ("[", "[", ()),
        ("x-", "x[a-]", ("-",)),
        ("", "*", ("",)),
    ],
)
def test_wildcards_take_what_they_always_took(name: str, glob: str, texts: tuple | None) -> None:
    assert match_wildcards(name, glob) == texts


def test_a_range_that_runs_backwards_is_told() -> None:
    with pytest.raises(ValueError, match=r"write \[a-z\]"):
        check_glob("cam[z-a]")
    assert check_glob("cam[a-z]*") == "cam[a-z]*"
