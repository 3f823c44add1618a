"""Corrections on a root: said, held by every later map, told where they cannot hold, undone."""

import os
from pathlib import Path

import pandas as pd
import pytest

from reid_assets.layout import Layout
from reid_assets_tests.support.cli_calls import Called, Cli, call
from reid_assets_tests.support.finished_root import changed, files_under
from reid_assets_tests.support.tiny_root import write_config


def ids(cli: Cli) -> dict[str, int]:
    id_map = pd.read_csv(Layout(cli.root).global_id_map)
    keys = zip(id_map["video"], id_map["track_id"], strict=True)
    return {f"{video}:{track}": int(i) for (video, track), i in zip(keys, id_map["global_id"], strict=True)}


def correct(cli: Cli, action: str, *arguments: str) -> Called:
    return call("correct", action, "--root", str(cli.root), "--config", str(cli.config), *arguments)


def together(found: dict[str, int]) -> tuple[str, str]:
    """Two tracks of two videos that are one identity."""
    for one, number in found.items():
        for other, same in found.items():
            if number == same and one.split(":")[0] != other.split(":")[0]:
                return one, other
    raise AssertionError(found)


def test_three_commands_part_two_tracks_for_ever_and_one_brings_them_together_again(finished: Cli) -> None:
    before, page = ids(finished), Layout(finished.root).report_page
    assert 'id="changes"' not in page.read_text(), "a first map is no news"
    a, b = together(before)
    assert correct(finished, "different", a, b, "--note", "other shoes").code == 0
    assert finished("status").lines("global_id_map: changed: corrections")
    called = finished.run()
    assert called.code == 0, called.said
    assert called.lines("Corrections: 1 different"), called.said
    parted = ids(finished)
    told = page.read_text().partition('id="changes"')[2].partition("</section>")[0]
    assert "after: corrections" in told and f'href="identity.html#{parted[a]}"' in told, told
    assert parted[a] != parted[b] and set(parted) == set(before)
    assert finished.run().lines("nothing to do")
    for sections in ({"associate": {"method": "threshold", "min_sim": 0.5}}, {"embed": {"inset": 3}}):
        write_config(finished.config.parent, **sections)
        assert finished.run("--yes").code == 0
        found = ids(finished)
        assert found[a] != found[b], f"it holds under {sections}"
    write_config(finished.config.parent)
    assert correct(finished, "undo").said.count("undone: different") == 1
    assert finished.run("--yes").code == 0
    again = ids(finished)
    assert again[a] == again[b]


def test_a_name_changes_no_map_and_follows_the_identity(finished: Cli) -> None:
    a, b = together(ids(finished))
    before = files_under(finished.root)
    assert correct(finished, "name", a, "Anna").code == 0
    assert finished.run().code == 0
    touched = changed(before, finished.root)
    assert "reid/identity_names.csv" in touched and "reid/global_id_map.csv" not in touched
    names = pd.read_csv(Layout(finished.root).path("identity_names"))
    assert names[["global_id", "name", "names"]].values.tolist() == [[ids(finished)[b], "Anna", 1]]


@pytest.mark.long
def test_a_track_that_is_nobody_has_no_identity_and_no_check_complains(finished: Cli) -> None:
    track = "c:0"
    assert correct(finished, "not-a-target", track).code == 0
    called = finished.run()
    assert called.code == 0 and "did not pass" not in called.said, called.said
    assert track not in ids(finished)
    table = pd.read_csv(Layout(finished.root).path("tracks_global", "c"))
    assert table["global_id"].isna().all()


@pytest.mark.parametrize(
    ("action", "arguments", "told"),
    [
        ("same", ("a:0", "a:9"), "a:9: no such track has an embedding here"),
        ("same", ("a:0", "nobody"), "Write VIDEO:TRACK"),
        ("same", ("a:0", "a:1"), "both are in frames 2 to 20 of one video"),
        ("name", ("a:0", "x" * 81), "a name has 1 to 80 printable letters"),
        ("not-a-target", ("z:0",), "z:0: no such track"),
    ],
)
def test_what_cannot_hold_is_not_written(finished: Cli, action: str, arguments: tuple, told: str) -> None:
    called = correct(finished, action, *arguments)
    assert called.code == 1 and told in called.said, called.said
    assert not (finished.config.parent / "corrections.csv").exists()


def test_lines_by_hand_that_cannot_hold_are_told_by_run_and_list(finished: Cli) -> None:
    a, b = together(ids(finished))
    pair = ",".join([*a.split(":"), *b.split(":")])
    path = finished.config.parent / "corrections.csv"
    path.write_text(
        "action,video_a,track_a,video_b,track_b,by\n"
        f"same,{pair},Bo\ndifferent,{pair},Cy\nsome,a,1,b,2,Di\nname,gone,4,,,Ed\n"
    )
    called = finished.run()
    assert called.code == 0, called.said
    assert called.lines("lines 2 and 3") and called.lines("line 4: 'some' is no action"), called.said
    listed = correct(finished, "list")
    assert "are said to be the same and different" in " ".join(listed.said.split())
    assert correct(finished, "different", a, b).code == 0, "what is said already is no error"
    path.write_bytes(b"\xff\xfe\x00")
    called = finished.run()
    assert called.code == 2 and called.lines("corrections.csv") and "Traceback" not in called.said


@pytest.mark.long
def test_another_file_can_be_named_and_hand_written_columns_stay(
    finished: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = together(ids(finished))
    path = finished.root.parent / "mine.csv"
    path.write_text("mood,track_a,video_a,action,video_b,track_b\nsunny,0,c,not_a_target,,")

    def named(*arguments: str) -> Called:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("reid_assets_tests.support.cli_calls.OWN_VARIABLES", ("DAGSTER_HOME",))
            patch.setenv("REID_CORRECTIONS", str(path))
            return call(*arguments, "--root", str(finished.root), "--config", str(finished.config))

    assert named("correct", "different", a, b).code == 0
    lines = path.read_text().splitlines()
    assert lines[1] == "sunny,0,c,not_a_target,,"
    assert lines[2] == ",".join(["", a.split(":")[1], a.split(":")[0], "different", *b.split(":")])
    assert named("run").code == 0
    found = ids(finished)
    assert found[a] != found[b] and "c:0" not in found
    os.environ.pop("REID_ROOT", None)


def test_two_writers_lose_no_line(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from reid_assets.reid.core.corrections import Correction, TrackRef
    from reid_assets.storage.corrections_file import append_corrections, read_corrections, remove_lines

    path = tmp_path / "corrections.csv"
    one = [Correction("not_a_target", TrackRef('odd, "name"', n), note="two\nlines") for n in range(40)]
    with ThreadPoolExecutor(8) as pool:
        lines = list(pool.map(lambda c: append_corrections(path, [c])[0], one))
    said = read_corrections(path)
    assert sorted(lines) == [c.line for c in said.said] == list(range(2, 42))
    assert {c.a.track_id for c in said.said} == set(range(40)) and not said.problems
    remove_lines(path, set(lines[:39]))
    assert [c.a for c in read_corrections(path).said] == [one[39].a]


@pytest.mark.long
def test_the_history_says_what_became_of_whom_and_why(finished: Cli) -> None:
    at = Layout(finished.root)
    a, b = together(ids(finished))
    first = pd.read_csv(at.path("identity_events"))
    assert set(first["event"]) == {"created"} and set(first["reason"]) == {"first map"}
    former = max(ids(finished).values()) + 1
    assert correct(finished, "different", a, b).code == 0 and finished.run().code == 0
    assert correct(finished, "undo").code == 0
    assert correct(finished, "name", a, "Anna").code == 0
    assert finished.run().code == 0
    events = pd.read_csv(at.path("identity_events"))
    later = events.iloc[len(first) :]
    assert later["event"].tolist() == ["split", "merged", "renamed"]
    assert set(later["reason"]) == {"corrections"}
    aliases = pd.read_csv(at.path("identity_aliases"))
    assert aliases[["former_id", "global_id"]].values.tolist() == [[former, ids(finished)[a]]]
    before = at.path("identity_events").read_bytes()
    assert finished.run("--force", "--only", "identity_events").code == 0
    assert at.path("identity_events").read_bytes() == before, "nothing happened, nothing is noted"
    at.path("identity_events").write_bytes(before[: len(before) // 2])
    called = finished.run()
    assert called.code == 0 and called.lines("the history begins anew"), called.said
    assert finished.run("--fresh-ids").code == 0
    assert set(pd.read_csv(at.path("identity_events"))["reason"]) == {"numbered anew", "corrections"}
