"""Every command of the README does what stands there."""

import re
import shlex
from pathlib import Path

import pytest

from reid_assets.cli import cli
from reid_assets_tests.support.tiny_root import make_root, write_config

TOP = Path(__file__).parents[1]
README = (TOP / "README.md").read_text(encoding="utf-8")
_TRUTH = "video,track_id,identity\na,0,red\na,1,green\nb,4,green\nb,5,red\nb,6,blue\n"


def commands() -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    return [line.split("#")[0].strip() for block in blocks for line in block.splitlines() if line.strip()]


def test_the_commands_of_reid_assets_run_in_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make_root(tmp_path / "cv")
    (tmp_path / "truth.csv").write_text(_TRUTH)
    monkeypatch.setenv("REID_ROOT", str(tmp_path / "cv"))
    monkeypatch.setenv("REID_CONFIG", str(write_config(tmp_path)))
    inline = re.findall(r"`(reid-assets [^`]*(?:--truth|--backbone)[^`]*)`", README)
    # `ui` runs until it is stopped: commands/test_ui.py starts and stops it.
    lines = [
        c for c in commands() + inline if c.startswith("reid-assets") and not c.startswith("reid-assets ui")
    ]
    assert len(lines) >= 6
    for line in lines:
        words = shlex.split(line)[1:]
        words = [str(TOP / word) if word.startswith("configs/") else word for word in words]
        words = [str(tmp_path / word) if word == "truth.csv" else word for word in words]
        if "--config" in words:
            monkeypatch.setenv("REID_CONFIG", words[words.index("--config") + 1])
        assert cli.main(words, standalone_mode=False) == 0, (line, capsys.readouterr().out)


def test_the_targets_of_make_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (TOP / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {word for line in commands() for word in re.findall(r"^make (\w+)", line)}
    named |= set(re.findall(r"`make (\w+)", README))
    assert {"demo", "test", "lint", "bench"} <= named <= targets


@pytest.mark.parametrize("link", re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README))
def test_the_pictures_are_there(link: str) -> None:
    assert (TOP / link).stat().st_size > 1000


def test_the_preset_for_persons_differs_in_the_class_filter_alone() -> None:
    from reid_assets.config import load_settings

    shipped, persons = (
        load_settings(TOP / "configs" / "cv" / f"{name}.yaml") for name in ("reid", "persons")
    )
    assert persons.embed.class_filter == [0]
    assert persons.model_copy(update={"embed": shipped.embed}) == shipped
