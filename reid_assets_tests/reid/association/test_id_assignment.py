import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reid_assets.reid.association.id_assignment import assign_ids


def tracks(count, video="a"):
    return pd.DataFrame({"video": video, "track_id": np.arange(count)})


def earlier(ids):
    return tracks(len(ids)).assign(global_id=ids)


def number(labels, before=None, next_id=0):
    return assign_ids(tracks(len(labels)), np.array(labels, dtype=int), before, next_id)


def test_nothing_gets_no_number():
    assert number([]).ids.tolist() == []
    assert number([], earlier([3, 4])).counts["gone"] == 2


def test_the_first_map_counts_from_zero():
    found = number([0, 1, 0, 2])
    assert found.ids.tolist() == [0, 1, 2]
    assert found.next_id == 3


def test_an_unchanged_grouping_keeps_every_id():
    found = number([0, 1, 0, 2], earlier([7, 2, 7, 5]), next_id=9)
    assert found.ids.tolist() == [7, 2, 5]
    assert found.counts == {"kept": 3, "returned": 0, "born": 0, "merged": 0, "split": 0, "gone": 0}


def test_a_retired_id_is_never_given_again():
    found = number([0, 1], earlier([0, 0]), next_id=6)
    assert found.ids.tolist() == [0, 6]
    assert found.next_id == 7


def test_ids_of_the_previous_map_count_as_given_even_if_the_record_is_lost():
    assert number([0, 1], earlier([4, 4]), next_id=0).ids.tolist() == [4, 5]


def test_the_larger_part_keeps_the_id_when_an_identity_splits():
    found = number([0, 1, 1], earlier([3, 3, 3]), next_id=4)
    assert found.ids.tolist() == [4, 3]
    assert found.counts == {"kept": 1, "returned": 0, "born": 1, "merged": 0, "split": 1, "gone": 0}


def test_the_larger_part_names_a_merger():
    found = number([0, 0, 0], earlier([1, 8, 8]), next_id=9)
    assert found.ids.tolist() == [8]
    assert found.counts == {"kept": 1, "returned": 0, "born": 0, "merged": 1, "split": 0, "gone": 1}


def test_equal_parts_are_settled_the_same_way_every_time():
    assert number([0, 0], earlier([8, 1]), next_id=9).ids.tolist() == [1], "the older id lives on"
    assert number([0, 1], earlier([3, 3]), next_id=4).ids.tolist() == [3, 4], "the first part keeps it"


def test_an_id_never_moves_to_a_group_that_shares_no_track_with_it():
    draw = np.random.default_rng(0)
    for _ in range(100):
        before, labels = draw.integers(0, 5, 12), np.unique(draw.integers(0, 5, 12), return_inverse=True)[1]
        found = number(labels, earlier(before), next_id=5)
        for group, own in enumerate(found.ids):
            assert own >= 5 or own in before[labels == group]
        assert len(set(found.ids)) == len(found.ids)


def test_the_assignment_shares_as_many_tracks_as_any():
    # By turns, group 0 would take id 1 (three tracks) and leave group 1 with nothing of its own.
    before = earlier([1, 1, 1, 0, 0, 1, 1])
    assert number([0, 0, 0, 0, 0, 1, 1], before, next_id=2).ids.tolist() == [0, 1]


def test_new_videos_renumber_nobody():
    meta = pd.concat([tracks(2, "0 new"), tracks(3)], ignore_index=True)
    found = assign_ids(meta, np.array([0, 1, 2, 3, 2]), earlier([4, 6, 4]), next_id=7)
    assert found.ids.tolist() == [7, 8, 4, 6]


def returning(labels, before, former, next_id=9):
    return assign_ids(tracks(len(labels)), np.array(labels, dtype=int), before, next_id, former)


def test_a_track_that_returns_brings_its_id_with_it():
    found = returning([0, 1], earlier([3]), earlier([3, 5]))
    assert found.ids.tolist() == [3, 5]
    assert (found.counts["kept"], found.counts["returned"], found.counts["born"]) == (1, 1, 0)
    assert returning([0, 1], None, earlier([3, 5])).ids.tolist() == [3, 5], "all of them were gone"


def test_an_id_that_somebody_has_now_stays_theirs():
    assert returning([0, 1, 1], earlier([3]), earlier([3, 3, 3])).ids.tolist() == [3, 9]
    assert returning([0, 0, 0], earlier([7]), earlier([7, 3, 3])).ids.tolist() == [7], "larger, but away"


def test_a_record_of_ids_that_was_lost_is_made_up_for_by_those_that_return():
    assert returning([0, 1], None, earlier([12]), next_id=0).ids.tolist() == [12, 13]


VIDEOS = "abcd"
beings = st.lists(st.integers(0, 5), min_size=8, max_size=8)
presence = st.lists(st.sets(st.sampled_from(VIDEOS)), min_size=1, max_size=12)


@pytest.mark.long
@given(beings, presence, st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_through_all_coming_and_going_an_id_never_goes_to_another_being(who, present, chance):
    everything = pd.concat([tracks(2, video) for video in VIDEOS], ignore_index=True).assign(being=who)
    everything["global_id"] = -1
    held, known, previous, next_id = {}, {}, None, 0
    for videos in present:
        here = everything[everything["video"].isin(videos)].reset_index(drop=True)
        # Sometimes a track is taken for somebody of its own, as appearance fails now and then.
        own = [number if chance.random() < 0.8 else 100 + row for row, number in enumerate(here["being"])]
        labels = pd.factorize(pd.Series(own, dtype=object))[0]
        rows = [(*track, number) for track, number in known.items()]
        former = pd.DataFrame(rows, columns=["video", "track_id", "global_id"])
        found = assign_ids(here, labels, previous, next_id, former.astype({"global_id": int}))
        assert len(set(found.ids)) == len(found.ids)
        assert found.next_id >= next_id
        here["global_id"] = found.ids[labels] if len(here) else here["global_id"]
        for video, track, being, number in here.itertuples(index=False):
            assert held.setdefault(number, being) == being
            known[video, track] = number
        previous, next_id = here[["video", "track_id", "global_id"]], found.next_id


def test_who_was_joined_and_is_told_apart_again_gets_the_id_back() -> None:
    """Track 1 had id 9, was joined with track 0 under id 5, and is alone again."""
    meta = pd.DataFrame({"video": ["a", "a"], "track_id": [0, 1]})
    joined = meta.assign(global_id=[5, 5])
    earlier = meta.iloc[[1]].assign(global_id=9)
    found = assign_ids(meta, np.array([0, 1]), joined, 10, earlier)
    assert found.ids.tolist() == [5, 9] and found.next_id == 10 and found.counts["returned"] == 1
    taken = pd.concat([joined, pd.DataFrame({"video": ["b"], "track_id": [3], "global_id": [9]})])
    three = pd.DataFrame({"video": ["a", "a", "b"], "track_id": [0, 1, 3]})
    assert assign_ids(three, np.array([0, 1, 2]), taken, 10, earlier).ids.tolist() == [5, 10, 9]
