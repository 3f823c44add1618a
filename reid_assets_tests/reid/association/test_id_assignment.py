import numpy as np
import pandas as pd

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
        for group, given in enumerate(found.ids):
            assert given >= 5 or given in before[labels == group]
        assert len(set(found.ids)) == len(found.ids)


def test_the_assignment_shares_as_many_tracks_as_any():
    # By turns, group 0 would take id 1 (three tracks) and leave group 1 with nothing of its own.
    before = earlier([1, 1, 1, 0, 0, 1, 1])
    assert number([0, 0, 0, 0, 0, 1, 1], before, next_id=2).ids.tolist() == [0, 1]


def test_new_videos_renumber_nobody():
    meta = pd.concat([tracks(2, "0 new"), tracks(3)], ignore_index=True)
    found = assign_ids(meta, np.array([0, 1, 2, 3, 2]), earlier([4, 6, 4]), next_id=7)
    assert found.ids.tolist() == [7, 8, 4, 6]
