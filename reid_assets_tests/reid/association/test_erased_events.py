"""The history of identities after somebody was forgotten: it adds up, and tells of nobody."""

from datetime import UTC, datetime

import pandas as pd

from reid_assets.reid.association.erased_events import erase_tracks
from reid_assets.reid.association.identity_events import IDENTITY_EVENTS, aliases, in_words, replay

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def events(*rows: tuple[str, int, int | None, str, str | None]) -> pd.DataFrame:
    table = pd.DataFrame(list(rows), columns=["event", "global_id", "other_id", "tracks", "name"])
    table = table.assign(number=range(len(table)), time=datetime(2026, 1, 1, tzinfo=UTC), run_id="r", count=1)
    return IDENTITY_EVENTS.conform(table.assign(reason="first map")) if rows else IDENTITY_EVENTS.empty()


KNOWN = events(
    ("created", 0, None, '[["a",1],["b",2]]', None),
    ("created", 1, None, '[["a",3]]', None),
    ("created", 2, None, '[["c",3]]', None),
    ("merged", 2, 0, '[["c",3]]', None),
    ("renamed", 2, None, "[]", "Anna"),
    ("renamed", 0, None, "[]", "Anna"),
    ("renamed", 1, None, "[]", "Anna"),
)
PERSON = [("a", 1), ("b", 2), ("c", 3)]


def test_whoever_is_in_no_event_changes_none() -> None:
    assert erase_tracks(KNOWN, [("z", 1)], [], NOW) is KNOWN
    assert len(erase_tracks(events(), PERSON, ["Anna"], NOW)) == 0


def test_neither_tracks_nor_names_are_left_and_others_keep_theirs() -> None:
    left = erase_tracks(KNOWN, PERSON, ["Anna"], NOW)
    assert replay(left) == ({("a", 3): 1}, {1: "Anna"})
    assert left["tracks"].tolist() == ["[]", '[["a",3]]', "[]", "[]", "[]", "[]", "[]", "[]"]
    assert left["name"].fillna("").tolist() == ["", "", "", "", "", "", "Anna", ""]
    last = left.iloc[-1]
    assert (last["event"], last["global_id"], last["count"], last["number"]) == ("erased", 0, 3, 7)
    assert in_words(left)["what"].iloc[-1] == "identity 0 was erased, with 3 tracks"
    assert erase_tracks(left, PERSON, ["Anna"], NOW) is left, "a second time there is nothing to do"


def test_an_id_that_was_erased_or_became_one_leads_nowhere() -> None:
    found = aliases(erase_tracks(KNOWN, PERSON, [], NOW), {1})
    assert found["former_id"].tolist() == [0, 2] and found["global_id"].isna().all()


def test_one_track_of_several_is_told_as_lost() -> None:
    left = erase_tracks(KNOWN, [("a", 1)], [], NOW)
    assert left["event"].iloc[-1] == "shrank" and replay(left)[0] == {("b", 2): 0, ("a", 3): 1, ("c", 3): 0}
