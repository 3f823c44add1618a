"""What a name holds is read exactly, or not at all."""

from datetime import UTC, datetime, timedelta

import pytest

from reid_assets.reid.core.name_patterns import check_pattern, moment_in, wildcards_of


@pytest.mark.parametrize(
    ("name", "pattern", "moment"),
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
def test_a_moment_is_found_anywhere_but_not_inside_a_number(
    name: str, pattern: str, moment: datetime | None
) -> None:
    assert check_pattern(pattern) == pattern
    found = moment_in(name, pattern)
    assert found == moment
    assert found is None or found.utcoffset() in (None, timedelta(0))


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("%H%M%S", "full date"),
        ("%Y%m%d", "an hour"),
        ("%Y%m%d%H%Q", "%Q is not known"),
        ("%Y%m%d%H%H", "twice"),
    ],
)
def test_a_pattern_that_cannot_say_a_moment_is_refused(pattern: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        check_pattern(pattern)


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
    assert wildcards_of(name, glob) == met
