"""What the report's files hold, whatever stands in a name."""

import json
import re

import pytest

from reid_assets.reid.report.heading import Origin
from reid_assets.reid.report.pages import data_script, report_files
from reid_assets_tests.support.generated_report import (
    clocks_of,
    generated_contents,
    generated_evidence,
    generated_map,
)

EVIL = "</script><script>alert(1)</script>\u2028&'\""


def files_of(videos: list[str], identities: int = 3, class_name: str = "person") -> dict[str, str]:
    contents = generated_contents(generated_map(identities, videos, class_name))
    return {name: content.decode() for name, content in report_files(contents)}


def value_of(text: str) -> object:
    found = re.fullmatch(r'REID\.take\("[a-z]+( \d+)?",(.*)\);\n', text, re.DOTALL)
    assert found
    return json.loads(found[2])


def test_a_script_of_data_is_ascii_without_markup_and_says_the_same() -> None:
    text = data_script("charts", {EVIL: [EVIL, None, 1.5]}).decode("ascii")
    assert not set("<>&") & set(text)
    assert value_of(text) == {EVIL: [EVIL, None, 1.5]}


@pytest.mark.parametrize("name", ["index.html", "identity.html"])
def test_no_name_becomes_markup_of_a_page(name: str) -> None:
    plain, evil = files_of(["hall", "shop"])[name], files_of([EVIL, "shop"], class_name=EVIL)[name]
    assert evil.count("<script") == plain.count("<script")
    assert "alert(1)</script>" not in evil


def test_no_page_and_no_script_of_ours_names_another_place() -> None:
    files = files_of(["hall"])
    for name in files.keys() - {"plotly.js"}:
        assert not re.search(r"https?://|@import|fetch\(|XMLHttpRequest", files[name]), name


def test_a_name_that_a_person_gave_is_data_and_never_markup() -> None:
    contents = generated_contents(generated_map(3, ["a", "b"]), names={2: EVIL})
    files = {name: content.decode() for name, content in report_files(contents)}
    assert value_of(files["data/identities.js"])["name"] == [None, None, EVIL]
    shard = value_of(files["data/identities/0.js"])
    assert {key: one["name"] for key, one in shard.items()} == {"0": None, "1": None, "2": EVIL}
    assert not [name for name, text in files.items() if "alert(1)</script>" in text]
    assert contents.table["name"].tolist()[2:] == [EVIL]


def test_where_nobody_has_a_name_there_is_no_list_of_names() -> None:
    assert "name" not in value_of(files_of(["a"])["data/identities.js"])


def test_every_identity_stands_in_the_shard_of_its_number() -> None:
    files = files_of(["a", "b"], identities=230)
    shards = {name: value_of(text) for name, text in files.items() if name.startswith("data/identities/")}
    assert sorted(shards) == [f"data/identities/{n}.js" for n in (0, 1, 2)]
    assert [int(key) for n in range(3) for key in shards[f"data/identities/{n}.js"]] == list(range(230))


def test_who_was_joined_with_nobody_has_no_certainty() -> None:
    rows = value_of(files_of(["a", "b"], identities=12)["data/identities.js"])
    lone = [
        number for number, sure in zip(rows["global_id"], rows["confidence"], strict=True) if sure is None
    ]
    assert lone == [0, 10]


def test_doubtful_tracks_are_counted_even_of_one_track_alone() -> None:
    id_map = generated_map(12, ["a", "b"])
    sure = generated_evidence(id_map).assign(confidence=0.9)
    sure.loc[id_map["global_id"].isin([0, 3]), "confidence"] = 0.4
    contents = generated_contents(id_map, evidence=sure)
    doubtful = contents.table.set_index("global_id")["doubtful"]
    assert doubtful[doubtful > 0].to_dict() == {0: 1, 3: 2}


def test_the_head_says_where_the_report_comes_from() -> None:
    origin = Origin(root="<b>site", config="cv/reid.yaml", made="2026-03-14 09:30", networks=["onnx:x|1"])
    page = dict(report_files(generated_contents(generated_map(3, ["a"]), origin=origin)))[
        "index.html"
    ].decode()
    assert "&lt;b&gt;site" in page and "<b>site" not in page
    for said in ("cv/reid.yaml", "2026-03-14 09:30", "onnx:x"):
        assert said in page


def test_a_report_on_nobody_has_its_pages_all_the_same() -> None:
    files = files_of(["a"], identities=0)
    assert value_of(files["data/identities.js"])["global_id"] == []
    assert not [name for name in files if name.startswith("data/identities/")]


def test_without_clocks_the_first_page_names_the_assumption_and_with_clocks_none() -> None:
    assert "no clock" in files_of(["a", "b"])["index.html"]
    told = generated_contents(generated_map(3, ["a", "b"]), clocks_of(["a", "b"]))
    assert 'id="assumption"' not in dict(report_files(told))["index.html"].decode()
