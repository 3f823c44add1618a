"""What the pages say is so in the code: keys and defaults, messages, checks, sensors, paths.

Whether their commands run is `test_readme.py`; whether the site can be built, `make docs`.
"""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
import yaml

from reid_assets.config import load_settings
from reid_assets.reid.core.settings import Settings
from reid_assets_tests.support.documents import (
    DOCUMENTS,
    TOP,
    inline_code,
    page,
    section,
    table_rows,
    text,
)

PACKAGE = TOP / "reid_assets"


@cache
def spoken() -> str:
    """Every text in the package, pieces of one literal joined, what is filled in as `{}`."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                pieces = (str(v.value) if isinstance(v, ast.Constant) else "{}" for v in node.values)
                found.append("".join(pieces))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.append(node.value)
    return "\n".join(found)


@cache
def declared() -> set[str]:
    """Functions and texts of the Dagster declarations: the names of assets, checks, sensors, jobs."""
    found = set()
    for path in [*(PACKAGE / "defs").rglob("*.py"), *(PACKAGE / "automation").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                found.add(node.name)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def told_of_keys() -> dict[str, tuple[str, str]]:
    """Key -> its default and what is shipped, as the page says it."""
    told = {}
    for keys, default, *_ in table_rows(section(page("guides/configuration.md"), "Every key")):
        parts = re.fullmatch(r"(.+?)(?: \((.+)\))?", default.replace("`", ""))
        assert parts
        for key in re.findall(r"`([a-z0-9_.]+)`", keys):
            told[key] = parts[1], parts[2] or parts[1]
    return told


def values_of(settings: Settings) -> dict[str, object]:
    sections = settings.model_dump()
    return {f"{name}.{key}": value for name, own in sections.items() for key, value in own.items()}


def test_every_key_is_explained_with_its_default_and_what_is_shipped() -> None:
    defaults, shipped = values_of(Settings()), values_of(load_settings(TOP / "configs" / "cv" / "reid.yaml"))
    told = told_of_keys()
    assert told.keys() == defaults.keys()
    for key, (default, ours) in told.items():
        assert _value(default) == defaults[key], key
        assert _value(ours) == shipped[key], key


def _value(text: str) -> object:
    return text if " " in text else yaml.safe_load(text)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_key_that_is_named_exists(path: Path) -> None:
    sections = "|".join(Settings.model_fields)
    named = {
        code.partition(":")[0] for code in inline_code(path) if re.match(rf"({sections})\.[a-z0-9_]+", code)
    }
    named = {name for name in named if not name.endswith((".csv", ".json", ".svg", ".yaml"))}
    assert named <= values_of(Settings()).keys()


def test_every_message_is_one_that_the_product_can_say() -> None:
    messages = [re.findall(r"`([^`]+)`", row[0])[0] for row in messages_told()]
    assert len(messages) >= 10
    for message in messages:
        assert message in spoken(), message


def messages_told() -> list[list[str]]:
    return table_rows(section(page("guides/troubleshooting.md"), "Messages"))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_check_and_sensor_that_is_named_exists(path: Path) -> None:
    named = set(re.findall(r"(?:check|checks|sensor|sensors|schedule|job|jobs) `(\w+)`", text(path)))
    assert named <= declared()


def test_every_sensor_and_schedule_is_explained() -> None:
    rows = table_rows(page("guides/arrival.md"))
    assert (
        {"new_videos", "reassociate", "out_of_date", "nightly"}
        == {re.findall(r"`(\w+)`", name)[0] for name, _ in rows}
        <= declared()
    )


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_path_of_the_code_that_is_named_exists(path: Path) -> None:
    for code in inline_code(path):
        if re.fullmatch(r"(reid_assets|reid_assets_tests|configs|tools|docs)/[\w./]+", code):
            assert (TOP / code).exists(), code
