"""The head of the report says how far to believe it, and what some videos lack, in words."""

import pandas as pd

from reid_assets.reid.accuracy.calibration_tables import EXPECTED_ACCURACY
from reid_assets.reid.report.heading import Origin, make_heading

ALL = {"a": 3, "b": 1}


def accuracy(*rows: tuple[str, int, float | None, str | None]) -> pd.DataFrame:
    """Rows of (class, tracks, precision, why it is uncertain)."""
    frame = pd.DataFrame([dict.fromkeys(EXPECTED_ACCURACY.header) for _ in rows], dtype=object)
    for number, (group, tracks, precision, why) in enumerate(rows):
        frame.loc[number, ["class_group", "tracks", "expected_precision", "why"]] = [
            group,
            tracks,
            precision,
            why,
        ]
    frame = frame.assign(identities=1, decided_by="x", compared=1, joined=0, doubles=0)
    return frame.assign(supported=[row[3] is None for row in rows])


def test_the_estimate_and_its_doubt_are_sentences_the_largest_class_first() -> None:
    table = accuracy(("dog", 4, None, "too few"), ("person", 90, 0.934, None))
    heading = make_heading(Origin(), table, {"identities_by_video": ALL})
    assert heading.accuracy == ["estimated precision 0.93 (person)"]
    assert heading.doubts == ["uncertain: too few (dog)"]


def test_one_class_is_not_named_and_a_single_track_raises_no_doubt() -> None:
    heading = make_heading(Origin(), accuracy(("person", 1, None, "too few")), {"identities_by_video": ALL})
    assert heading.doubts == []
    (said,) = make_heading(
        Origin(), accuracy(("person", 9, 0.5, None)), {"identities_by_video": ALL}
    ).accuracy
    assert said == "estimated precision 0.50"


def test_many_classes_are_cut_short_and_the_rest_is_pointed_to() -> None:
    table = accuracy(*[(f"class{n}", 10 + n, None, "too few") for n in range(9)])
    doubts = make_heading(Origin(), table, {"identities_by_video": ALL}).doubts
    assert len(doubts) == 4 and "6 more" in doubts[-1] and "expected_accuracy.csv" in doubts[-1]


def test_videos_without_identities_or_clocks_are_named() -> None:
    nothing = EXPECTED_ACCURACY.empty()
    notes = make_heading(
        Origin(without_clock=["yard"]), nothing, {"identities_by_video": {"hall": 2, "yard": 1, "roof": 0}}
    ).notes
    assert notes[0].startswith("2 of 3 videos have identities. Without: roof.")
    assert notes[1].startswith("2 of 3 videos have a clock. Without: yard.")
    assert make_heading(Origin(), nothing, {"identities_by_video": ALL}).notes == []
    (note,) = make_heading(Origin(without_clock=["a", "b"]), nothing, {"identities_by_video": ALL}).notes
    assert note.startswith("No video has a clock")
