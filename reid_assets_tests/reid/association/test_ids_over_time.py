"""Ids from map to map while videos arrive one at a time: nobody is renumbered without cause."""

import pandas as pd
import pytest

from reid_assets.reid.association.global_id_map import associate
from reid_assets.reid.core.embeddings import TrackEmbeddings
from reid_assets.reid.core.settings import AssociateSettings
from reid_assets_tests.support.labelled_tracks import labelled, needs_labelled, people
from reid_assets_tests.support.synthetic_tracks import random_footage

Group = frozenset[tuple[str, int]]
RETURNS = {"min_sim": 0.6, "allow_merge_same_video": True}


def groups(id_map: pd.DataFrame) -> dict[int, Group]:
    """The tracks of each identity."""
    found: dict[int, set[tuple[str, int]]] = {}
    for video, track, number in id_map[["video", "track_id", "global_id"]].itertuples(index=False):
        found.setdefault(number, set()).add((video, track))
    return {number: frozenset(tracks) for number, tracks in found.items()}


def let_arrive(videos: dict[str, TrackEmbeddings], chosen: AssociateSettings) -> list[dict[int, Group]]:
    """The map after each arrival."""
    maps, before, next_id = [], None, 0
    for count in range(1, len(videos) + 1):
        arrived = {name: videos[name] for name in list(videos)[:count]}
        now = associate(arrived, chosen, before, next_id)
        before, next_id = now.id_map, now.next_id
        maps.append(groups(now.id_map))
    return maps


def assert_ids_stay(maps: list[dict[int, Group]]) -> None:
    """What the design promises of consecutive maps."""
    retired: set[int] = set()
    for before, after in zip(maps, maps[1:], strict=False):
        by_group = {group: number for number, group in before.items()}
        known = frozenset().union(*before.values())
        for number, group in after.items():
            assert number not in before or group & before[number], "an id moved to other tracks"
            stayed = by_group.get(group & known)
            assert stayed is None or stayed == number, "a group that stayed was renumbered"
        assert not retired & set(after), "a retired id came back"
        retired |= set(before) - set(after)


@pytest.mark.parametrize("method", ["threshold", "auto"])
def test_ids_stay_as_generated_videos_arrive(method: str) -> None:
    videos = random_footage(3, videos=6)
    assert_ids_stay(let_arrive(videos, AssociateSettings(method=method, min_sim=0.6)))


@needs_labelled
@pytest.mark.parametrize("model", ["weak_model", "good_model"])
@pytest.mark.parametrize("method", ["threshold", "auto"])
def test_ids_stay_as_real_videos_arrive_one_at_a_time(method: str, model: str) -> None:
    data = labelled(model)
    videos, _ = data.take(people(data, 40))
    assert len(videos) > 20
    maps = let_arrive(videos, AssociateSettings(method=method, **RETURNS))
    assert_ids_stay(maps)
    assert len(maps[-1]) < len(frozenset().union(*maps[-1].values())), "somebody came back"


@needs_labelled
def test_another_caution_renumbers_nobody_whose_group_stayed() -> None:
    data = labelled("good_model")
    videos, _ = data.take(people(data, 40))
    maps, before, next_id = [], None, 0
    for caution in (0.5, 0.2, 0.9, 0.5):
        found = associate(
            videos, AssociateSettings(method="auto", caution=caution, **RETURNS), before, next_id
        )
        before, next_id = found.id_map, found.next_id
        maps.append(groups(found.id_map))
    assert_ids_stay(maps)
    assert maps[0] != maps[1]
