"""What a type checker knows of the interface."""

from pathlib import Path

import pytest
from mypy import api

_CODE = """
import reid_assets

pandas = reid_assets.open("cv")
polars = reid_assets.open("cv", frames="polars")
reveal_type(pandas.tracks())
reveal_type(polars.tracks())
reveal_type(pandas.search(track="a:0").frame())
reveal_type(pandas.identity(0).crops()[0].image)
reveal_type(pandas.run().failed)
with reid_assets.open("cv") as root:
    reveal_type(root.sql("SELECT 1"))
reid_assets.open("cv", frames="spark")
"""


@pytest.mark.long
def test_every_call_has_its_type(tmp_path: Path) -> None:
    file = tmp_path / "script.py"
    file.write_text(_CODE)
    options = ["--ignore-missing-imports", "--follow-imports=silent", "--cache-dir", str(tmp_path)]
    told, _, code = api.run([str(file), *options])
    lines = [line for line in told.splitlines() if ": note: Revealed" in line]
    # pandas itself has no types; with pandas-stubs its frames are known as well.
    pandas = ("Any", "pandas")
    kinds = [pandas, ("polars",), pandas, ("numpy.ndarray",), ("Mapping[str, str]",), pandas]
    assert len(lines) == len(kinds), told
    assert all(any(one in line for one in kind) for line, kind in zip(lines, kinds, strict=True)), told
    assert 'No overload variant of "open_root"' in told and code == 1
