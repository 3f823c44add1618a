"""What is rare in files of other tools and easily read wrongly: empties, classes, rotated boxes."""

import json
import os
from pathlib import Path

import pytest

from reid_assets.reid.core.errors import ConfigError, InputError
from reid_assets.reid.formats import coco_video, cvat, mot, supervision, trackflow, ultralytics
from reid_assets.reid.formats.class_names import COCO, parse_classes
from reid_assets.reid.formats.imported_video import COLUMNS, ImportedVideo, ImportOptions
from reid_assets.reid.formats.registry import recognise
from reid_assets_tests.support.tool_files import coco_tao

_SINK = "x_min,y_min,x_max,y_max,class_id,confidence,tracker_id,frame_index"


def read(module: object, path: Path, **options: object) -> list[ImportedVideo]:
    return list(module.read(path, ImportOptions(**options)))  # type: ignore[attr-defined, arg-type]


def written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("module", "name", "text"),
    [
        (mot, "street.txt", ""),
        (supervision, "street.csv", ""),
        (supervision, "street.csv", f"{_SINK}\n"),
        (supervision, "street.json", "[]"),
        (ultralytics, "street.json", "[]"),
        (ultralytics, "street.csv", "\n"),
        (trackflow, "street.jsonl", ""),
        (
            coco_video,
            "set.json",
            '{"videos": [{"id": 1, "name": "street"}], "images": [], "annotations": []}',
        ),
        (cvat, "street.xml", "<annotations><meta><task><name>street</name></task></meta></annotations>"),
    ],
)
def test_a_file_in_which_nobody_was_seen_is_a_video_without_rows(
    tmp_path: Path, module: object, name: str, text: str
) -> None:
    (video,) = read(module, written(tmp_path / name, text))
    assert video.name == "street" and len(video.tracks) == 0
    assert list(video.tracks.columns) == COLUMNS and video.tracks["frame"].dtype == "int64"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_named(tmp_path: Path) -> None:
    path = written(tmp_path / "street.csv", f"{_SINK}\n")
    path.chmod(0)
    with pytest.raises(InputError, match="permission denied"):
        recognise(path)
    with pytest.raises(InputError, match="permission denied"):
        read(supervision, path)


def test_one_row_is_enough(tmp_path: Path) -> None:
    (video,) = read(mot, written(tmp_path / "street.txt", "1,7,10,20,30,40\n"))
    assert video.tracks.to_numpy().tolist()[0][:8] == [0, 7, 0, "person", 10, 20, 40, 60]
    assert video.tracks["conf"].isna().all()


def test_boxes_are_summed_as_they_are_written(tmp_path: Path) -> None:
    (video,) = read(mot, written(tmp_path / "street.txt", "1,7,0.1,0.7,0.2,1.1,1\n"))
    assert video.tracks[["x2", "y2"]].to_numpy().tolist() == [[0.3, 1.8]]


@pytest.mark.parametrize(
    "line", ["1,,2,10,20,30,40,1", "1,7,10,20,30", "1_0,7,1,2,3,4,1", "1,0x7,1,2,3,4,1", "1.5,7,1,2,3,4,1"]
)
def test_a_line_of_a_mot_file_that_is_none_is_named(tmp_path: Path, line: str) -> None:
    path = written(tmp_path / "street.txt", f"1,7,10,20,30,40,1\n{line}\n")
    with pytest.raises(InputError, match=r"street\.txt: line 2"):
        read(mot, path)


def test_label_files_are_no_mot_files(tmp_path: Path) -> None:
    written(tmp_path / "street_1.txt", "0 0.5 0.5 0.25 0.5 0.75 3\n")
    found = recognise(tmp_path)
    assert found is not None and found.form.name == "ultralytics"
    with pytest.raises(InputError, match="labels of one frame"):
        read(ultralytics, tmp_path / "street_1.txt")


@pytest.mark.parametrize(
    ("lines", "tracks", "confidences"),
    [
        (["0 .5 .5 .2 .2 3", "0 .5 .5 .2 .2 4"], [3, 4], [None, None]),
        (["0 .5 .5 .2 .2 0.75", "0 .5 .5 .2 .2 1"], [-1, -1], [0.75, 1]),
        (["0 .5 .5 .2 .2", "0 .5 .5 .2 .2 4"], [-1, 4], [None, None]),
        (["0 .5 .5 .2 .2 0.5 9", "0 .5 .5 .2 .2 1"], [9, -1], [0.5, 1]),
    ],
)
def test_a_sixth_number_is_a_confidence_or_an_id_by_all_lines(
    tmp_path: Path, lines: list[str], tracks: list[int], confidences: list[float | None]
) -> None:
    for number, line in enumerate(lines, 1):
        written(tmp_path / f"street_{number}.txt", f"{line}\n")
    (video,) = read(ultralytics, tmp_path, size=(100, 50), classes={0: "person"})
    assert video.tracks["track_id"].tolist() == tracks
    assert (
        video.tracks["conf"].astype(object).where(video.tracks["conf"].notna(), None).tolist() == confidences
    )
    assert video.tracks.loc[0, ["x1", "y1", "x2", "y2"]].tolist() == [40, 20, 60, 30]


def test_boxes_that_are_fractions_are_refused(tmp_path: Path) -> None:
    text = f"{_SINK}\n0.1,0.2,0.3,0.4,0,0.5,7,0\n"
    with pytest.raises(InputError, match="fractions of the frame"):
        read(supervision, written(tmp_path / "street.csv", text), classes={0: "person"})


def test_classes_without_names_are_asked_for_and_listed_ones_replace_them(tmp_path: Path) -> None:
    path = written(tmp_path / "street.csv", f"{_SINK}\n1,2,30,40,2,0.5,7,0\n")
    with pytest.raises(InputError, match=r"line 2: class 2 has no name.*--classes"):
        read(supervision, path)
    (video,) = read(supervision, path, classes=parse_classes("coco")[0])
    assert video.tracks["class_name"].tolist() == ["car"]
    with pytest.raises(InputError, match="class 2 is not in"):
        read(supervision, path, classes={0: "person"})


def test_lists_of_classes_are_names_or_a_file(tmp_path: Path) -> None:
    assert parse_classes("person, big car")[0] == {0: "person", 1: "big car"}
    assert parse_classes("coco")[0][79] == COCO[79] == "toothbrush"
    assert parse_classes(str(written(tmp_path / "a.names", "person\ncar\n")))[0] == {0: "person", 1: "car"}
    yaml = written(tmp_path / "data.yaml", "names: {0: person, 3: car}\n")
    assert parse_classes(str(yaml))[0] == {0: "person", 3: "car"}
    for wrong in ("person,person", "", "none.yaml", str(written(tmp_path / "b.json", '{"names": [1]}'))):
        with pytest.raises(ConfigError):
            parse_classes(wrong)


def test_names_without_ids_get_those_of_coco_or_of_the_alphabet(tmp_path: Path) -> None:
    head = "frame,track_id,confidence,label,x1,y1,x2,y2\n0,1,0.5,car,1,2,30,40\n"
    (video,) = read(trackflow, written(tmp_path / "a.csv", head))
    assert video.tracks["class_id"].tolist() == [2]
    (video,) = read(trackflow, written(tmp_path / "b.csv", f"{head}0,2,0.5,auk,1,2,30,40\n"))
    assert video.tracks["class_id"].tolist() == [1, 0] and "alphabet" in video.origins["classes"]


def test_a_rotated_box_becomes_the_upright_one_around_it(tmp_path: Path) -> None:
    box = '<box frame="3" outside="0" xtl="10" ytl="20" xbr="30" ybr="60" rotation="90.00"/>'
    text = f'<annotations><track id="4" label="car">{box}<polygon frame="4"/></track></annotations>'
    (video,) = read(cvat, written(tmp_path / "street.xml", text))
    assert video.tracks.loc[0, ["x1", "y1", "x2", "y2"]].tolist() == pytest.approx([0, 30, 40, 50])
    assert any("rotated" in note for note in video.notes) and any("polygon" in note for note in video.notes)


def test_a_project_of_cvat_is_a_video_a_task(tmp_path: Path) -> None:
    tasks = "".join(f"<task><id>{n}</id><name>t{n}</name><source>cam{n}.mp4</source></task>" for n in (1, 2))
    box = '<box frame="{n}" outside="0" xtl="1" ytl="2" xbr="3" ybr="4"/>'
    track = f'<track id="0" label="car" task_id="{{n}}">{box}</track>'
    tracks = "".join(track.replace("{n}", str(n)) for n in (1, 2))
    text = f"<annotations><meta><project><tasks>{tasks}</tasks></project></meta>{tracks}</annotations>"
    videos = read(cvat, written(tmp_path / "project.xml", text))
    assert [(video.name, video.tracks["frame"].tolist()) for video in videos] == [
        ("cam1", [1]),
        ("cam2", [2]),
    ]


def test_images_of_coco_that_do_not_say_their_frame_are_named(tmp_path: Path) -> None:
    made = coco_tao(tmp_path)
    content = json.loads(made.path.read_text())
    del content["images"][3]["frame_id"]
    made.path.write_text(json.dumps(content))
    with pytest.raises(InputError, match="image 3 does not say its frame"):
        read(coco_video, made.path)


def test_frames_of_images_that_are_all_there_are_its_pictures(tmp_path: Path) -> None:
    made = coco_tao(tmp_path)
    names = [image["file_name"] for image in json.loads(made.path.read_text())["images"]]
    (tmp_path / "street").mkdir()
    for name in names[:-1]:
        (tmp_path / name).touch()
    assert read(coco_video, made.path)[0].images == ()
    (tmp_path / names[-1]).touch()
    assert [str(one.relative_to(tmp_path)) for one in read(coco_video, made.path)[0].images] == names
