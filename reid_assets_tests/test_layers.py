"""The layers of the design, held by what each module imports."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "reid_assets"
ALLOWED = {
    "reid": ("reid_assets.reid",),
    "demo": ("reid_assets.demo", "reid_assets.reid"),
    "io": (
        "reid_assets.io",
        "reid_assets.reid",
        "reid_assets.layout",
        "reid_assets.state.staleness",
        "reid_assets.state.project",
    ),
}
NEVER_IN_DOMAIN = ("dagster", "duckdb")


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("layer", sorted(ALLOWED))
def test_a_layer_imports_only_what_lies_below_it(layer: str) -> None:
    for path in (PACKAGE / layer).rglob("*.py"):
        own = {name for name in imports(path) if name.split(".")[0] == "reid_assets"}
        foreign = {name for name in own if not name.startswith(ALLOWED[layer])}
        assert not foreign, f"{path} imports {foreign}"


@pytest.mark.parametrize("layer", ["reid", "demo"])
def test_the_domain_knows_neither_dagster_nor_duckdb(layer: str) -> None:
    for path in (PACKAGE / layer).rglob("*.py"):
        known = {name for name in imports(path) if name.split(".")[0] in NEVER_IN_DOMAIN}
        assert not known, f"{path} imports {known}"


def test_only_the_layout_spells_file_names_of_the_contract() -> None:
    names = (
        "global_id_map.csv",
        "tracks_global.csv",
        "_track_embeds.npz",
        "merged_analytics.json",
        "flows.csv",
    )
    for path in PACKAGE.rglob("*.py"):
        if path.name in ("layout.py", "reid_folder.py"):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        texts = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
        spelled = {text for text in texts if text in names}
        assert not spelled, f"{path} spells {spelled}"
