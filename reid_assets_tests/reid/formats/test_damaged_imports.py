"""Damaged files of every tool, drawn from a seed: read rightly, or refused in one line that names the file.

REID_CASES is the number of damages of each kind of file (default 20), REID_SEED another draw.
"""

import os
import random
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from reid_assets.reid.core.errors import ReidError
from reid_assets.reid.formats.registry import FORMATS, recognise_all
from reid_assets.reid.tracks.tracks_csv import read_tracks
from reid_assets_tests.support.tool_files import ToolFile
from reid_assets_tests.support.tool_mutations import mutate_tool_file, numbers_in
from reid_assets_tests.support.tracker_files import WRITERS

CASES, SEED = int(os.environ.get("REID_CASES", "20")), int(os.environ.get("REID_SEED", "1"))


@pytest.mark.parametrize("name", WRITERS)
def test_a_damaged_file_is_read_rightly_or_refused_by_name(tmp_path: Path, name: str) -> None:
    made = WRITERS[name](tmp_path)
    sound = made.damaged.read_bytes()
    read = refused = 0
    for number in range(CASES):
        made.damaged.write_bytes(sound)
        damaged = mutate_tool_file(made.damaged, random.Random(f"{SEED} {name} {number}"))
        made.damaged.write_bytes(damaged)
        case = f"{name}, case {number}, seed {SEED}"
        try:
            recognise_all(made.path)
        except ReidError as error:
            assert_named(error, made, case)
        try:
            videos = list(FORMATS[made.form].read(made.path, made.options))
        except ReidError as error:
            assert_named(error, made, case)
            refused += 1
            continue
        read += 1
        for video in videos:
            assert_as_written(video.tracks, made, case)
            assert_usable(video.tracks, tmp_path / "usable.csv", case)
    assert refused, "some damages are errors"
    assert read or CASES < 10, "some are none"


def assert_named(error: ReidError, made: ToolFile, case: str) -> None:
    text = str(error)
    assert made.damaged.name in text or str(made.path) in text or made.damaged.stem in text, (case, text)
    assert "\n" not in text and len(text) < 1000, (case, text)


def assert_usable(tracks: pd.DataFrame, path: Path, case: str) -> None:
    """What was read is a tracks.csv, and the same when it is read again."""
    tracks.to_csv(path, index=False)
    again = read_tracks(path, "usable").rows
    for column in tracks.columns:
        np.testing.assert_array_equal(again[column].to_numpy(), tracks[column].to_numpy(), case)


def assert_as_written(tracks: pd.DataFrame, made: ToolFile, case: str) -> None:
    """Every whole number of the table, and every confidence, is written in the file."""
    written = numbers_in(made.damaged)
    if made.path != made.damaged:
        # Files of one frame each: the others are as they were.
        written |= {Decimal(int(one)) for one in made.expected["track_id"]}
        written |= {Decimal(str(one)) for one in made.expected["conf"].dropna()}
    ids = {int(one) for one in tracks["track_id"]} - {-1}
    assert {Decimal(one) for one in ids} <= written, case
    conf = tracks["conf"].dropna()
    floats = {float(one) for one in written}
    assert set(conf) <= floats, case
    boxes = tracks[["x1", "y1", "x2", "y2", "conf"]].to_numpy()
    assert not np.isinf(boxes).any(), case
    assert ((tracks["frame"] >= 0) & (tracks["frame"] <= 10**9)).all(), case
    if made.form in ("supervision", "trackflow", "cvat"):
        assert {Decimal(int(one)) for one in tracks["frame"]} <= written, case
        assert set(tracks["x1"].dropna()) <= floats, case
