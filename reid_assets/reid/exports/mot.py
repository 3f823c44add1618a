"""MOTChallenge files (https://motchallenge.net/instructions), in the folders that TrackEval reads.

Per video: `<video>/seqinfo.ini`; `<video>/gt/gt.txt` (nine columns: with the class, without the confidence),
and its classes by line in `gt/labels.txt`, as CVAT and Datumaro have it; the same boxes as a results file,
`_results/data/<video>.txt` (ten columns: with the confidence, without the class). `_seqmap.txt` lists the
videos. Names that begin with `_` are never videos.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

import pandas as pd

from reid_assets.reid.exports.boxes import VideoBoxes, drawable, extent
from reid_assets.reid.tracks.mot_file import MOT_CLASSES

RESULTS = "_results"
SEQUENCES = "_seqmap.txt"
_UNKNOWN = "-1"


def mot_files(boxes: VideoBoxes) -> tuple[VideoBoxes, list[tuple[str, bytes]]]:
    """The boxes that are written, and (path, content) of each file of a video.

    Frames are numbered from 1; ids are global ids, as they are (the first identity is 0). Boxes without an
    identity, where there are any, are detections: `det/det.txt`, with the id -1.
    """
    kept = drawable(boxes)
    has_id = kept.rows["global_id"].notna()
    tracked = kept.rows[has_id].sort_values(["frame", "global_id"], kind="stable")
    loose = kept.rows[~has_id].sort_values("frame", kind="stable")
    labels = _labels(tracked["class_name"].unique())
    files = [
        (f"{kept.video}/seqinfo.ini", _seqinfo(kept)),
        (f"{kept.video}/gt/gt.txt", _text(_truth_lines(tracked, labels))),
        (f"{kept.video}/gt/labels.txt", _text(labels)),
        (f"{RESULTS}/data/{kept.video}.txt", _text(_result_lines(tracked, tracked["global_id"].tolist()))),
    ]
    if len(loose):
        detections = _text(_result_lines(loose, [-1] * len(loose)))
        files.append((f"{kept.video}/det/det.txt", detections))
    return kept, files


def sequence_map(videos: Sequence[str]) -> bytes:
    """The list of videos that TrackEval asks for (`SEQMAP_FILE`)."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([["name"], *([name] for name in videos)])
    return text.getvalue().encode()


def _labels(names: Iterable[str]) -> list[str]:
    """Class names by line: those of the benchmark first, so that a pedestrian is 1 there as here."""
    known = list(MOT_CLASSES.values())
    return known + sorted({str(name) for name in names} - set(known))


def _seqinfo(boxes: VideoBoxes) -> bytes:
    facts = boxes.facts
    lines = ["[Sequence]", f"name={boxes.video}", "imDir=img1"]
    # A whole number, as in the benchmark: readers fail on others.
    lines += [f"frameRate={max(1, int(facts.fps + 0.5))}"] if facts.fps else []
    lines += [f"seqLength={facts.frames}"]
    lines += [f"imWidth={facts.width}", f"imHeight={facts.height}"] if facts.width and facts.height else []
    return _text([*lines, "imExt=.jpg"])


def _truth_lines(rows: pd.DataFrame, labels: Sequence[str]) -> Iterator[str]:
    number = {name: line for line, name in enumerate(labels, 1)}
    for place, name in zip(_places(rows, rows["global_id"].tolist()), rows["class_name"], strict=True):
        yield f"{place},1,{number[name]},1"


def _result_lines(rows: pd.DataFrame, ids: Sequence[int]) -> Iterator[str]:
    for place, conf in zip(_places(rows, ids), rows["conf"].tolist(), strict=True):
        yield f"{place},{_UNKNOWN if pd.isna(conf) else repr(conf)},-1,-1,-1"


def _places(rows: pd.DataFrame, ids: Sequence[int]) -> Iterator[str]:
    columns = (rows[name].tolist() for name in ("frame", "x1", "y1", "x2", "y2"))
    for one, frame, x1, y1, x2, y2 in zip(ids, *columns, strict=True):
        yield f"{frame + 1},{one},{x1!r},{y1!r},{extent(x1, x2)!r},{extent(y1, y2)!r}"


def _text(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()
