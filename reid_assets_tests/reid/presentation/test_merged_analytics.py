"""Counts over all videos are those of the map, and name every video."""

import json

import pandas as pd

from reid_assets.reid.core.tables import GLOBAL_ID_MAP
from reid_assets.reid.presentation.merged_analytics import merge_analytics


def id_map(*rows: tuple[str, int, str, int]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=["video", "track_id", "class_name", "global_id"])
    frame = frame.assign(class_id=0, n_samples=1, f_min=0, f_max=9)
    return GLOBAL_ID_MAP.conform(frame) if rows else GLOBAL_ID_MAP.empty()


def test_no_video_at_all_is_all_zeros() -> None:
    merged = merge_analytics(id_map(), [], {})
    assert (merged["num_videos"], merged["num_tracks"], merged["num_globals"]) == (0, 0, 0)
    assert merged["unique_by_class"] == {}
    assert merged["largest_identity"] is None


def test_a_video_without_tracks_is_named_with_zero() -> None:
    merged = merge_analytics(id_map(("b", 0, "p", 3)), ["b", "a"], {"a": 2})
    assert merged["num_videos"] == 2
    assert merged["tracks_by_video"] == {"a": 0, "b": 1}
    assert merged["identities_by_video"] == {"a": 0, "b": 1}
    assert merged["tracks_without_identity"] == 2


def test_an_identity_counts_once_however_many_tracks_it_has() -> None:
    rows = [("a", 0, "p", 1), ("a", 1, "p", 1), ("b", 0, "p", 1), ("b", 1, "p", 2), ("b", 2, "q", 3)]
    merged = merge_analytics(id_map(*rows), ["a", "b"], {})
    assert (merged["num_tracks"], merged["num_globals"]) == (5, 3)
    assert merged["unique_by_class"] == {"p": 2, "q": 1}
    assert merged["tracks_by_class"] == {"p": 4, "q": 1}
    assert merged["identities_by_video"] == {"a": 1, "b": 3}
    assert merged["identities_in_several_videos"] == 1
    assert merged["identities_seen_once"] == 2
    assert merged["largest_identity"] == {"global_id": 1, "tracks": 3, "videos": 2}


def test_of_two_largest_identities_the_lower_number_is_named() -> None:
    merged = merge_analytics(id_map(("a", 0, "p", 9), ("a", 1, "p", 4)), ["a"], {})
    assert merged["largest_identity"]["global_id"] == 4


def test_a_count_comes_with_its_interval_where_there_is_one() -> None:
    rows, interval = id_map(("a", 0, "p", 9)), {"identities_fewest": 1, "identities_most": 4}
    assert merge_analytics(rows, ["a"], {}, interval)["num_globals_interval"] == {"fewest": 1, "most": 4}
    assert merge_analytics(rows, ["a"], {})["num_globals_interval"] is None


def test_it_can_be_written_as_json() -> None:
    merged = merge_analytics(id_map(("a", 0, "p", 1)), ["a"], {"a": 1})
    assert json.loads(json.dumps(merged)) == merged
