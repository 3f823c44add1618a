"""Deleting the lines of corrections.csv about some tracks, whatever the lines look like."""

from pathlib import Path

from reid_assets.storage.corrections_file import remove_about

HEADER = "mood,action,video_a,track_a,video_b,track_b,value,note\n"


def test_every_line_about_a_track_goes_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "corrections.csv"
    assert remove_about(path, {("a", 1)}) == 0
    kept = 'x,same,"b, c",1,d,2,,"two\nlines"\n,not_a_target,a,11,,,,\n'
    gone = [
        ",same,b,1, a ,1,,\n",
        ',name,a,1,,,Anna,"a note\nin two lines"\n',
        ",nonsense,a,1,,,,\n",
        ",different,a,01,b,3,,",
    ]
    path.write_text(HEADER + gone[0] + kept + gone[1] + gone[2] + gone[3])
    assert remove_about(path, {("a", 1)}) == 4
    assert path.read_text() == HEADER + kept
    assert remove_about(path, {("a", 1)}) == 0
