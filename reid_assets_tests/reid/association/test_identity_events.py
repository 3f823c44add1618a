"""The events of identities add up to the map, whatever happened."""

import json

import numpy as np
import pandas as pd
import pytest

from reid_assets.reid.association.identity_events import (
    IDENTITY_EVENTS,
    aliases,
    changes,
    in_words,
    replay,
    without_videos_gone,
)


def the_map(identity: dict[tuple[str, int], int]) -> pd.DataFrame:
    rows = [(video, track, number) for (video, track), number in sorted(identity.items())]
    return pd.DataFrame(rows, columns=["video", "track_id", "global_id"])


def noted(events: pd.DataFrame, identity: dict, names: dict, step: int = 0) -> pd.DataFrame:
    before, names_before = replay(events)
    new = pd.DataFrame(changes(before, the_map(identity), names_before, names))
    if new.empty:
        return events
    first, time = len(events), pd.Timestamp("2026-03-01", tz="UTC") + pd.Timedelta(step, "h")
    new = new.assign(
        number=range(first, first + len(new)), time=time, run_id=f"run {step}", reason="new video"
    )
    return IDENTITY_EVENTS.conform(pd.concat([events, IDENTITY_EVENTS.conform(new)], ignore_index=True))


def told(*maps: dict) -> pd.DataFrame:
    events = IDENTITY_EVENTS.empty()
    for step, identity in enumerate(maps):
        events = noted(events, identity, {}, step)
    return events


@pytest.mark.parametrize("seed", range(40))
def test_replaying_the_events_gives_the_map_after_every_step(seed: int) -> None:
    draw = np.random.default_rng(seed)
    events, identity, names, next_id, used = IDENTITY_EVENTS.empty(), {}, {}, 0, set()
    for step in range(12):
        for video in draw.choice(["a", "b", "c"], 2):
            for track in range(int(draw.integers(1, 5))):
                new = draw.random() < 0.3 or not used
                number = next_id if new else int(draw.choice(sorted(used)))
                next_id += new
                used.add(number)
                identity[str(video), track] = number
        if draw.random() < 0.3:
            gone = str(draw.choice(["a", "b", "c"]))
            identity = {track: number for track, number in identity.items() if track[0] != gone}
        used = set(identity.values()) | used
        names = {
            number: f"name {draw.integers(3)}" for number in set(identity.values()) if draw.random() < 0.4
        }
        events = without_videos_gone(noted(events, identity, names, step), {video for video, _ in identity})
        assert replay(events) == (identity, names)
        assert len(noted(events, identity, names, step)) == len(events), "nothing new, nothing noted"
        alive = set(identity.values())
        former = aliases(events, alive)
        assert not set(former["former_id"]) & alive
        assert set(former["global_id"].dropna().astype(int)) <= alive
        known = set(events.loc[events["event"] != "renamed", "global_id"].astype(int))
        assert known - alive <= set(former["former_id"])


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {("a", 1): 0, ("a", 2): 0}, [("created", 0, None, 2)]),
        ({("a", 1): 0}, {("a", 1): 0, ("b", 1): 0}, [("grew", 0, None, 1)]),
        ({("a", 1): 0, ("b", 1): 0}, {("a", 1): 0}, [("shrank", 0, None, 1)]),
        ({("a", 1): 0, ("b", 1): 1}, {("a", 1): 0, ("b", 1): 0}, [("merged", 1, 0, 1)]),
        ({("a", 1): 0, ("b", 1): 0}, {("a", 1): 0, ("b", 1): 1}, [("split", 1, 0, 1)]),
        ({("a", 1): 0}, {}, [("retired", 0, None, 1)]),
        (
            {("a", 1): 0, ("a", 2): 0, ("b", 1): 1},
            {("a", 1): 0, ("a", 2): 1, ("b", 1): 1},
            [("grew", 1, 0, 1)],
        ),
    ],
)
def test_each_kind_of_change_has_its_event(before: dict, after: dict, expected: list) -> None:
    events = told(before, after)
    latest = events[events["run_id"] == ("run 1" if before else "run 1")]
    found = [
        (e.event, e.global_id, None if pd.isna(e.other_id) else e.other_id, e.count)
        for e in latest[["event", "global_id", "other_id", "count"]].itertuples(index=False, name="E")
    ]
    found = [
        (event, one, other, int(latest["count"].iloc[i])) for i, (event, one, other, _) in enumerate(found)
    ]
    assert found == expected


def test_an_alias_leads_to_what_an_id_became_in_the_end() -> None:
    a, b, c = ("a", 1), ("b", 1), ("c", 1)
    events = told({a: 0, b: 1, c: 2}, {a: 0, b: 1, c: 1}, {a: 0, b: 0, c: 0})
    found = aliases(events, {0})
    assert found[["former_id", "global_id"]].values.tolist() == [[1, 0], [2, 0]]
    gone = aliases(told({a: 0, b: 1}, {a: 0}), {0})
    assert gone["former_id"].tolist() == [1] and gone["global_id"].isna().all()


def test_a_video_that_is_gone_is_in_no_event_but_its_tracks_count() -> None:
    events = told({("secret", 1): 0, ("b", 1): 0}, {("b", 1): 0})
    left = without_videos_gone(events, {"b"})
    assert "secret" not in left.to_csv()
    assert left["count"].tolist() == [2, 1]
    assert [json.loads(text) for text in left["tracks"]] == [[["b", 1]], []]
    assert replay(left)[0] == {("b", 1): 0}


def test_events_are_told_in_sentences() -> None:
    events = noted(
        told({("a", 1): 0, ("b", 1): 1}, {("a", 1): 0, ("b", 1): 0}),
        {("a", 1): 0, ("b", 1): 0},
        {0: "Anna"},
        2,
    )
    said = in_words(events)["what"].tolist()
    assert said[-2:] == ["identity 1 is now 0 (1 track)", "identity 0 is called Anna"]
