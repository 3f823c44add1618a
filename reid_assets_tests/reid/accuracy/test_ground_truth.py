"""Ground truth files: what counts, what is ignored, and what is refused by line."""

from pathlib import Path

import pytest

from reid_assets.reid.accuracy.ground_truth import find_ground_truth, read_ground_truth
from reid_assets.reid.core.errors import ConfigError, InputError

LINES = (
    "2,1,10,20,30,40,1,1,1\n1,1,10,20,30,40,1,1,0.5\n"
    "1,2,0,0,9,9,0,1,1\n1,3,0,0,9,9,1,8,1\n1,4,0,0,9,9,1,3,1\n"
)


def test_only_marked_pedestrians_are_targets_in_the_classes_of_the_benchmark(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(LINES)
    truth = read_ground_truth(tmp_path / "a.txt")
    assert truth.frame.tolist() == [0, 0, 0, 0, 1]
    assert truth.identity[truth.target].tolist() == [1, 1]
    assert truth.identity[truth.distractor].tolist() == [3]
    assert truth.boxes[0].tolist() == [10, 20, 40, 60]
    assert truth.classes == {"person"}
    cars = read_ground_truth(tmp_path / "a.txt", ["car"])
    assert cars.identity[cars.target].tolist() == [4]


def test_labels_beside_the_file_name_its_classes(tmp_path: Path) -> None:
    (tmp_path / "gt.txt").write_text(LINES)
    (tmp_path / "labels.txt").write_text("dog\ncat\nox\n\n\n\n\nreflection\n")
    truth = read_ground_truth(tmp_path / "gt.txt")
    assert truth.identity[truth.target].tolist() == [1, 4, 1]
    assert truth.classes == {"dog", "ox"}
    assert read_ground_truth(tmp_path / "gt.txt", ["ox"]).target.sum() == 1


def test_files_without_flag_and_class_are_all_targets(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("1 9007199254740993 0 0 5 5\n\n2,4,0,0,5,5,1\n")
    truth = read_ground_truth(tmp_path / "a.txt")
    assert truth.identity.tolist() == [9007199254740993, 4] and truth.target.all()


@pytest.mark.parametrize(
    "line", ["0,1,0,0,5,5", "1.5,1,0,0,5,5", "1,1,0,0,5", "1,x,0,0,5,5", "1,1,nan,0,5,5", "1,1,0,0,5,5,1,z,1"]
)
def test_a_line_that_cannot_be_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "a.txt").write_text(f"1,1,0,0,5,5\n{line}\n")
    with pytest.raises(InputError, match=r"a\.txt: line 2 .*Fix or delete"):
        read_ground_truth(tmp_path / "a.txt")


def test_an_identity_twice_in_a_frame_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("3,7,0,0,5,5\n3,7,9,9,5,5\n")
    with pytest.raises(InputError, match="identity 7 is twice in frame 3"):
        read_ground_truth(tmp_path / "a.txt")


def test_files_are_found_in_each_layout_and_the_others_are_listed(tmp_path: Path) -> None:
    for path in ("a/gt/gt.txt", "b/gt.txt", "c.txt", "z/gt/gt.txt", "seqmaps/x.txt"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("")
    found, others = find_ground_truth(tmp_path, ["a", "b", "c", "d"])
    assert {video: str(path.relative_to(tmp_path)) for video, path in found.items()} == {
        "a": "a/gt/gt.txt",
        "b": "b/gt.txt",
        "c": "c.txt",
    }
    assert others == ["z"]
    with pytest.raises(ConfigError, match="found: a, b, c, z"):
        find_ground_truth(tmp_path, ["d"])
    with pytest.raises(ConfigError, match="no such folder"):
        find_ground_truth(tmp_path / "nowhere", ["d"])
