"""Every format is read exactly as its tool wrote it, and recognised as what it is."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from reid_assets.reid.formats.imported_video import COLUMNS
from reid_assets.reid.formats.registry import FORMATS, recognise
from reid_assets_tests.support.tool_files import BIG
from reid_assets_tests.support.tracker_files import WRITERS

_NAMES = {"mot_ground_truth": "MOT17-02", "trackflow_parquet": "run-1", "trackflow_jsonl": "run-1"}
_NAMES["trackflow_csv"] = "run-1"


@pytest.mark.parametrize("name", WRITERS)
def test_a_tools_own_file_is_recognised_and_read_as_it_was_written(tmp_path: Path, name: str) -> None:
    made = WRITERS[name](tmp_path)
    found = recognise(made.path)
    assert found is not None and found.form.name == made.form and found.what
    (video,) = FORMATS[made.form].read(made.path, made.options)
    assert video.name == _NAMES.get(name, "street")
    assert list(video.tracks.columns) == COLUMNS
    same_tracks(video.tracks, made.expected, made.close)
    assert {"frames", "classes"} <= video.origins.keys(), "it is told where these are from"


def same_tracks(found: pd.DataFrame, expected: pd.DataFrame, close: float) -> None:
    """Every field of every row, in order; ids as whole numbers."""
    assert len(found) == len(expected)
    for column in ("frame", "track_id", "class_id"):
        assert found[column].dtype == np.int64
        assert found[column].tolist() == expected[column].tolist(), column
    assert found["class_name"].tolist() == expected["class_name"].tolist()
    np.testing.assert_array_equal(found["conf"].to_numpy(float), expected["conf"].to_numpy(float))
    boxes = ["x1", "y1", "x2", "y2"]
    np.testing.assert_allclose(found[boxes], expected[boxes], rtol=0, atol=close)


def test_ids_beyond_what_floats_hold_are_among_those_that_were_compared(tmp_path: Path) -> None:
    assert int(float(BIG)) != BIG
    exact = [name for name in WRITERS if not name.startswith("ultralytics")]
    for name in exact:
        (tmp_path / name).mkdir()
        assert BIG in set(WRITERS[name](tmp_path / name).expected["track_id"]), name
