"""The page on Python and its notebook run on the demo as they stand there."""

import json
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from reid_assets.layout import Layout
from reid_assets_tests.support.documents import TOP, page

NOTEBOOK = TOP / "docs" / "guides" / "python.ipynb"


@pytest.fixture
def notebook(demo: Layout, monkeypatch: pytest.MonkeyPatch) -> nbformat.NotebookNode:
    """The notebook after it was executed on the demo, in a kernel of its own."""
    monkeypatch.setenv("REID_ROOT", str(demo.root))
    read = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(read, timeout=300, kernel_name="python3").execute()
    return read


def outputs(notebook: nbformat.NotebookNode, code: str) -> str:
    """What the cell with some code gave, as text."""
    cell = next(cell for cell in notebook.cells if code in cell.source)
    return json.dumps(cell.outputs)


def test_the_notebook_runs_and_shows_pictures(notebook: nbformat.NotebookNode) -> None:
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.outputs for cell in code)
    for shown in ("root.gallery", "one = root.identity", "hits = root.search"):
        assert "data:image/jpeg;base64," in outputs(notebook, shown)
        assert "<b>Identity" in outputs(notebook, shown)
    assert "image/png" in outputs(notebook, "crop = one.crops")
    assert "up to date" in outputs(notebook, "result = root.run")
    assert "entrance" in outputs(notebook, "root.sql")


def test_the_notebook_is_kept_without_outputs() -> None:
    read = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(read)
    assert all(not cell.outputs for cell in read.cells if cell.cell_type == "code")


def test_the_blocks_of_the_page_run_in_their_order(
    demo: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(demo.root, tmp_path / "outputs" / "cv")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REID_CONFIG", str(TOP / "configs" / "cv" / "demo.yaml"))
    blocks = re.findall(r"```python\n(.*?)```", page("guides/python.md"), re.DOTALL)
    assert len(blocks) >= 7
    names: dict = {}
    for block in blocks:
        exec(compile(block, "docs/guides/python.md", "exec"), names)
    assert names["result"].ok and "nobody is called" in capsys.readouterr().out


def test_every_error_of_the_interface_is_explained() -> None:
    import reid_assets

    named = set(re.findall(r"^\| `(\w+Error)` \|", page("guides/python.md"), re.MULTILINE))
    assert named | {"ReidError"} == {name for name in reid_assets.__all__ if name.endswith("Error")}
