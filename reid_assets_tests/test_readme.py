"""Each command of the README and the documentation runs as it stands there, and every link leads somewhere.

What the pages say of keys, messages and names is `test_docs.py`.
"""

import csv
import importlib
import re
import shlex
from pathlib import Path

import click
import pytest

from reid_assets.cli import cli
from reid_assets_tests.support.documents import (
    DOCUMENTS,
    README,
    TOP,
    inline_code,
    page,
    shell_commands,
    text,
)
from reid_assets_tests.support.tiny_root import make_root, write_config

_TRUTH = "video,track_id,identity\na,0,red\na,1,green\nb,4,green\nb,5,red\nb,6,blue\n"
# `ui` runs until it is stopped, `demo` makes another root, `init` and `export` write into the current folder,
# `search` needs a picture or a model that knows words: each has tests of its own.
_ELSEWHERE = ("review", "search", "import", "export", "ui", "demo", "init")
# What a reader of the pages has, or gets.
_OWN_FILES = ("truth.csv", "ground_truth", "errors.html")
# Tracks that the pages name, and which of the tiny root they are: the red, the green and the blue one.
_TRACKS = {
    "entrance:4": "a:0",
    "shop:9": "b:5",
    "hall:2": "a:1",
    "shop:7": "b:4",
    "shop:3": "b:6",
    "shop": "b",
}


def product_commands(path: Path) -> list[list[str]]:
    """The words behind `reid-assets` of each command of a document, in blocks and in sentences."""
    inline = [code for code in inline_code(path) if code.startswith("reid-assets ")]
    blocks = [line for line in shell_commands(path) if line.startswith("reid-assets ")]
    return [shlex.split(line)[1:] for line in blocks + inline]


def write_ground_truth(root: Path, folder: Path) -> None:
    """The tracks themselves as frame-level ground truth, with the identities of `_TRUTH`."""
    identities = {tuple(line.split(",")[:2]): line.split(",")[2] for line in _TRUTH.split()[1:]}
    numbers = {name: number for number, name in enumerate(sorted(set(identities.values())))}
    for video in ("a", "b"):
        lines = []
        for row in csv.DictReader((root / video / "tracks.csv").read_text().splitlines()):
            x1, y1, x2, y2 = (float(row[name]) for name in ("x1", "y1", "x2", "y2"))
            number = numbers[identities[video, row["track_id"]]]
            lines.append(f"{int(row['frame']) + 1},{number},{x1},{y1},{x2 - x1},{y2 - y1},1,1,1\n")
        (folder / video / "gt").mkdir(parents=True)
        (folder / video / "gt" / "gt.txt").write_text("".join(lines))


def test_the_readme_can_be_read_in_one_go() -> None:
    assert len(text(README).splitlines()) <= 170


def test_the_commands_of_reid_assets_run_in_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make_root(tmp_path / "cv")
    (tmp_path / "truth.csv").write_text(_TRUTH)
    write_ground_truth(tmp_path / "cv", tmp_path / "ground_truth")
    monkeypatch.setenv("REID_ROOT", str(tmp_path / "cv"))
    config = str(write_config(tmp_path))
    ran = 0
    # The README comes first: its commands begin with a root on which nothing was made yet.
    for document in DOCUMENTS:
        monkeypatch.setenv("REID_CONFIG", config)
        blocks = [line for line in shell_commands(document) if line.startswith("reid-assets ")]
        inline = [
            code for code in inline_code(document) if re.match(r"reid-assets .*(--truth|--backbone)", code)
        ]
        for line in blocks + inline:
            words = shlex.split(line)[1:]
            if words[0] in _ELSEWHERE or words == ["--version"]:
                continue
            words = [str(TOP / word) if word.startswith("configs/") else word for word in words]
            words = [str(tmp_path / word) if word in _OWN_FILES else word for word in words]
            words = [_TRACKS.get(word, word) for word in words]
            # The pages of the documents change over from one configuration to another.
            words += ["--yes"] if words[0] == "run" else []
            if "--config" in words:
                monkeypatch.setenv("REID_CONFIG", words[words.index("--config") + 1])
            assert cli.main(words, standalone_mode=False) == 0, (document, line, capsys.readouterr().out)
            ran += 1
    assert ran >= 18
    listed = page("guides/outputs.md")
    made = {entry.name for entry in (tmp_path / "cv" / "reid").iterdir() if not entry.name.startswith(".")}
    assert {name for name in made if f"reid/{name}" not in listed} == set(), "outputs.md names every file"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_that_is_named_exists_with_its_options(path: Path) -> None:
    for words in product_commands(path):
        if words == ["--version"]:
            continue
        command: click.Command | None = cli
        while isinstance(command, click.Group) and words != ["--help"]:
            command, words = command.commands.get(words[0].split("|")[0]), words[1:] or ["--help"]
            assert command is not None, f"{path.name}: there is no command {words[0]!r}"
        assert command is not None
        try:
            command.make_context("it", [word for word in words if word != "--help"])
        except (click.MissingParameter, click.exceptions.NoArgsIsHelpError):
            # A sentence may name a command without what it needs.
            continue


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_option_that_is_named_exists(path: Path) -> None:
    groups = [command for command in cli.commands.values() if isinstance(command, click.Group)]
    commands = [*cli.commands.values(), *(one for group in groups for one in group.commands.values())]
    known = {name for command in commands for option in command.params for name in option.opts}
    named = {code.split()[0] for code in inline_code(path) if code.startswith("--")}
    assert named <= known | {"--help", "--version"}


def test_the_targets_of_make_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (TOP / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set()
    for path in DOCUMENTS:
        lines = shell_commands(path) + inline_code(path)
        named |= {word for line in lines for word in re.findall(r"^make (\w+)", line)}
    assert {"demo", "test", "lint", "bench", "docs", "screenshots"} <= named <= targets


def test_continuous_integration_checks_the_links_of_the_pages() -> None:
    steps = (TOP / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert {"make lint", "make test", "make docs"} <= set(steps)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_and_pictures_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", text(path))
    for link in links:
        target = path.parent / link.partition("#")[0]
        if not link.startswith(("https://", "#")):
            assert target.is_file(), link
            assert target.stat().st_size > (1000 if target.suffix in (".png", ".jpg", ".svg") else 50), link


def test_the_preset_for_persons_differs_in_the_class_filter_alone() -> None:
    from reid_assets.config import load_settings

    shipped, persons = (
        load_settings(TOP / "configs" / "cv" / f"{name}.yaml") for name in ("reid", "persons")
    )
    assert persons.embed.class_filter == [0]
    assert persons.model_copy(update={"embed": shipped.embed}) == shipped


def test_every_picture_is_shown_and_those_of_the_product_can_be_taken_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.syspath_prepend(str(TOP / "tools"))
    taken = set(importlib.import_module("screenshots").SHOWN)
    links = [link for path in DOCUMENTS for link in re.findall(r"!\[.*?\]\((\S+)\)", text(path))]
    shown = {link.rpartition("/")[2] for link in links}
    pictures = {path.name for path in (TOP / "docs" / "pictures").rglob("*") if path.is_file()}
    assert taken <= pictures <= shown
