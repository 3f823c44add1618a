"""What corrections.csv says, line by line."""

import pytest

from reid_assets.reid.core.corrections import CORRECTIONS, Correction, TrackRef, parse_corrections

HEAD = ",".join(CORRECTIONS.header)


def test_every_action_is_read_with_its_line():
    said = parse_corrections(
        f"{HEAD}\n"
        "same,a,1,b,2,,Ann,2026-03-01T10:00:00Z,same coat\n"
        "\n"
        "different,a,1,b,3\n"
        'name,a,1,,,"Anna, with hat"\n'
        "not_a_target,b,9\n"
    )
    assert not said.problems
    assert [str(one) for one in said.said] == [
        "same a:1 b:2",
        "different a:1 b:3",
        "name a:1 'Anna, with hat'",
        "not_a_target b:9",
    ]
    assert [one.line for one in said.said] == [2, 4, 5, 6]
    assert said.not_targets() == {TrackRef("b", 9)}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("sme,a,1,b,2", "'sme' is no action"),
        ("same,a,1,a,1", "named twice"),
        ("same,a,1,b,", "name no track"),
        ("same,a,one,b,2", "name no track"),
        ("same,,1,b,2", "name no track"),
        ("different,a,1.5,b,2", "name no track"),
        ("name,a,1,,,", "printable letters"),
        ("name,a,1,,," + "x" * 81, "printable letters"),
        ('same,a,1,b,"2\n', "a quote is opened and never closed"),
    ],
)
def test_a_bad_line_is_told_by_its_number_and_the_others_count(line, told):
    said = parse_corrections(f"{HEAD}\nsame,a,1,b,2\n{line}\n")
    assert [one.line for one in said.said] == [2]
    assert [problem.lines for problem in said.problems] == [(3,)]
    assert str(said.problems[0]).startswith("line 3: ") and told in str(said.problems[0])


def test_columns_are_found_by_name_and_a_missing_one_is_named():
    said = parse_corrections("note,track_a,video_a,action\nx,5,cam,not_a_target\n")
    assert said.said == (Correction("not_a_target", TrackRef("cam", 5), note="x"),)
    with pytest.raises(ValueError, match="lacks video_a, track_a"):
        parse_corrections("action,video,track\nsame,a,1\n")
    assert parse_corrections("").said == ()


def test_what_is_said_twice_or_the_other_way_round_counts_once():
    said = parse_corrections(f"{HEAD}\nsame,a,1,b,2\nsame,b,2,a,1\nsame,a,1,b,2,,Bo\n")
    assert [one.line for one in said.of("same")] == [2]
    turned = parse_corrections(f"{HEAD}\nsame,b,2,a,1,,Cy\n")
    assert said.structural() == turned.structural()


def test_a_track_is_written_as_video_and_number():
    assert TrackRef.parse("gate:north:7") == TrackRef("gate:north", 7)
    for wrong in ("gate", "gate:", ":7", "gate:seven", "gate:7.5"):
        with pytest.raises(ValueError, match="VIDEO:TRACK"):
            TrackRef.parse(wrong)
