"""The ten questions of docs/guides/sql.md, asked on the demo world, are answered as the truth answers them.

Identities of the map and of the truth are matched by their first track; the demo is solved.
"""

import io
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from reid_assets.layout import Layout
from reid_assets_tests.support.cli_calls import Cli

TOP = Path(__file__).parents[1]
PAGE = (TOP / "docs" / "guides" / "sql.md").read_text(encoding="utf-8")
_BLOCKS = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)
QUERIES = {
    question.splitlines()[0].removeprefix("-- "): question
    for block in _BLOCKS
    for question in (part.strip() for part in block.split(";"))
    if question
}
MOMENT = pd.Timestamp("2026-03-14 09:30:00Z")


def answer(demo: Layout, beginning: str) -> pd.DataFrame:
    """What `reid-assets sql` says to the question that begins so."""
    (query,) = (text for title, text in QUERIES.items() if title.startswith(beginning))
    called = Cli(demo.root, TOP / "configs" / "cv" / "demo.yaml")("sql", "--csv", query)
    assert called.code == 0, called.said
    return pd.read_csv(io.StringIO(called.out))


@pytest.fixture(scope="module")
def visits(demo: Layout, true_visits: pd.DataFrame) -> pd.DataFrame:
    """The true visits under the numbers that the map gave their identities."""
    id_map = pd.read_csv(demo.global_id_map)
    truth = pd.read_csv(demo.root / "truth.csv")
    both = id_map.merge(truth, on=["video", "track_id"], how="left").fillna({"identity": "nobody"})
    number = both.groupby("identity")["global_id"].first()
    assert (both["global_id"] == both["identity"].map(number)).all(), "the demo is solved"
    return true_visits.assign(global_id=true_visits["identity"].map(number))


def ids(rows: pd.DataFrame) -> list[int]:
    return sorted(set(rows["global_id"]))


def test_there_are_ten() -> None:
    assert len(QUERIES) == 10


def test_who_was_in_both(demo: Layout, visits: pd.DataFrame) -> None:
    late = visits[visits["enter"] >= MOMENT + pd.Timedelta(seconds=30)]
    both = set(late[late["video"] == "hall"]["global_id"]) & set(late[late["video"] == "shop"]["global_id"])
    found = answer(demo, "Who was in both")
    assert list(found["global_id"]) == sorted(both) and both


def test_the_busiest_hour(demo: Layout, visits: pd.DataFrame) -> None:
    found = answer(demo, "Which hour was the busiest").set_index("camera")["identities"]
    assert found.to_dict() == visits.groupby("video")["global_id"].nunique().to_dict()


def test_who_stayed_longest(demo: Layout, visits: pd.DataFrame) -> None:
    found = answer(demo, "Who stayed longest")
    longest = visits.nlargest(5, "dwell_s")
    assert np.allclose(found["dwell_s"], longest["dwell_s"], atol=2e-3)
    assert found["global_id"][0] == longest["global_id"].iloc[0]


def test_who_was_never_seen_again(demo: Layout, visits: pd.DataFrame) -> None:
    places = visits.groupby("global_id")["video"].nunique()
    assert list(answer(demo, "Who came in")["global_id"]) == sorted(places[places == 1].index)


def test_who_came_back(demo: Layout, visits: pd.DataFrame) -> None:
    again = visits[visits.duplicated(["global_id", "video"])]
    found = answer(demo, "Who came back")
    assert list(found["global_id"]) == list(again["global_id"])
    assert list(again["identity"]) == ["emi"]


def test_how_many_at_once(demo: Layout, visits: pd.DataFrame) -> None:
    def most(own: pd.DataFrame) -> int:
        return max(int(((own["enter"] <= at) & (own["leave"] >= at)).sum()) for at in own["enter"])

    found = answer(demo, "How many were").set_index("video")["present"].to_dict()
    assert found == {video: most(own) for video, own in visits.groupby("video")}


def test_from_the_entrance_to_the_exit(demo: Layout, visits: pd.DataFrame) -> None:
    first = visits[visits["video"] == "entrance"].set_index("global_id")["leave"]
    last = visits[visits["video"] == "exit"].set_index("global_id")["enter"]
    seconds = (last - first).dropna().dt.total_seconds()
    found = answer(demo, "How long").set_index("global_id")["seconds"]
    assert np.allclose(found.sort_index(), seconds[seconds > 0].sort_index(), atol=2e-3)


def test_who_was_there_at_a_moment(demo: Layout, visits: pd.DataFrame) -> None:
    at = MOMENT + pd.Timedelta(seconds=50)
    there = visits[(visits["video"] == "shop") & (visits["enter"] <= at) & (visits["leave"] >= at)]
    assert list(answer(demo, "Who was in the shop")["global_id"]) == ids(there) != []


def test_who_goes_together(demo: Layout, visits: pd.DataFrame) -> None:
    found = answer(demo, "Who goes together")
    names = visits.drop_duplicates("global_id").set_index("global_id")["identity"]
    pairs = {frozenset((names[a], names[b])) for a, b in zip(found["one"], found["other"], strict=True)}
    together = {frozenset(pair) for pair in (("ben", "cleo"), ("ada", "rex"), ("pax", "luna"))}
    assert together <= pairs


def test_whose_gallery_to_look_at_first(demo: Layout) -> None:
    found = answer(demo, "Of which identities")
    evidence = (
        pd.read_csv(demo.path("identity_evidence")).groupby("global_id")["confidence"].agg(["min", "size"])
    )
    least = evidence[evidence["size"] > 1]["min"].sort_values()
    assert np.allclose(found["least"], least.head(10))


def test_every_table_of_the_database_is_on_the_page(demo: Layout) -> None:
    called = Cli(demo.root, TOP / "configs" / "cv" / "demo.yaml")("sql", "--csv", "SHOW TABLES")
    made = {name for name in called.out.split() if not name.startswith("_")} - {"name"}
    listed = PAGE[PAGE.index("## Tables") :]
    assert {name for name in re.findall(r"`(\w+)`", listed) if name in made} == made
