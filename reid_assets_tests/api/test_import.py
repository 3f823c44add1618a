"""`import reid_assets` costs nothing, and what it offers is there."""

import subprocess
import sys

import pytest

import reid_assets
from reid_assets.layout import Layout

_HEAVY = ("dagster", "torch", "pandas", "numpy", "cv2", "duckdb", "polars")


def modules_after(code: str) -> set[str]:
    """Heavy modules that a new interpreter has loaded after some code."""
    told = f"{code}\nimport sys\nprint(*[name for name in {_HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_import_alone_loads_no_library() -> None:
    assert modules_after("import reid_assets") == set()


def test_tables_and_pictures_need_neither_dagster_nor_torch(demo: Layout) -> None:
    code = f"import reid_assets\nroot = reid_assets.open({str(demo.root)!r})\n"
    code += "root.tracks(); root.identities(); root.visits(); root.crops(0); root.gallery()._repr_html_()"
    assert not modules_after(code) & {"dagster", "torch", "polars"}


def test_everything_that_is_named_is_there() -> None:
    assert all(getattr(reid_assets, name) is not None for name in reid_assets.__all__)
    assert set(reid_assets.__all__) <= set(dir(reid_assets))
    errors = [getattr(reid_assets, name) for name in reid_assets.__all__ if name.endswith("Error")]
    assert len(errors) >= 6
    assert all(issubclass(error, reid_assets.ReidError) for error in errors)


def test_other_names_are_refused_as_of_any_module() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        reid_assets.nothing  # noqa: B018
