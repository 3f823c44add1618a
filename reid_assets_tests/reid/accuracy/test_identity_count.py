import pytest

from reid_assets.reid.accuracy.identity_count import count_interval


def report(*groups: dict, tracks: int = 10, identities: int = 5) -> dict:
    return {"tracks": tracks, "identities": identities, "groups": list(groups)}


def test_the_interval_of_the_whole_is_the_sum_over_class_groups() -> None:
    groups = {"tracks": 6, "fewest": 2, "most": 4}, {"tracks": 4, "fewest": 1, "most": 3}
    assert count_interval(report(*groups)) == {"identities_fewest": 3, "identities_most": 7}


def test_the_count_itself_always_lies_inside() -> None:
    found = count_interval(report({"tracks": 10, "fewest": 6, "most": 8}))
    assert found == {"identities_fewest": 5, "identities_most": 8}


@pytest.mark.parametrize("groups", [(), ({"tracks": 6, "fewest": 2, "most": 4},), ({"tracks": 10},)])
def test_where_a_cut_was_not_moved_there_is_no_interval(groups: tuple[dict, ...]) -> None:
    assert count_interval(report(*groups)) == {}
