"""The house rules that a tool can hold: imports point down, names of files are written once, `dg` works."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from reid_assets.artifacts import ARTIFACTS

TOP = Path(__file__).parents[1]
PACKAGE = TOP / "reid_assets"


def test_imports_point_down_and_never_in_a_circle() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter], cwd=TOP, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_only_the_declarations_spell_the_files_of_artifacts() -> None:
    names = {Path(file).name for spec in ARTIFACTS for file in spec.files if "{" not in Path(file).name}
    names -= {"report", "galleries"}
    for path in PACKAGE.rglob("*.py"):
        if path.parent.name == "declarations":
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        texts = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
        assert not texts & names, path


@pytest.mark.parametrize("command", [("check", "defs"), ("list", "defs", "--json")])
def test_dagsters_own_command_line_finds_and_accepts_the_definitions(command: tuple[str, ...]) -> None:
    dg = Path(sys.executable).with_name("dg")
    done = subprocess.run([dg, *command], cwd=TOP, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    if command[0] == "list":
        assert all(f'"{name}"' in done.stdout for name in ARTIFACTS.names)
