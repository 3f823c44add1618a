"""A root remembers its configuration: a forgotten flag changes nothing, another file is asked about."""

import shutil
from pathlib import Path

import pytest

from reid_assets.layout import Layout
from reid_assets.storage.root_config import remembered_config
from reid_assets_tests.support.cli_calls import Called, Cli, call
from reid_assets_tests.support.finished_root import changed, files_under
from reid_assets_tests.support.tiny_root import write_config


def unnamed(cli: Cli, command: str, *arguments: str) -> Called:
    """A command where nobody names a configuration."""
    return call(command, "--root", str(cli.root), *arguments)


def other_config(cli: Cli, **sections: dict) -> Cli:
    folder = cli.root.parent / "other"
    folder.mkdir(exist_ok=True)
    return Cli(cli.root, write_config(folder, **sections))


def test_a_forgotten_flag_changes_nothing(finished: Cli) -> None:
    before = files_under(finished.root)
    for command in ("run", "status", "cameras"):
        called = unnamed(finished, command)
        assert called.code == 0, called.said
        assert called.lines(f"Configuration: {finished.config} (remembered by this root)")
        assert "out of date" not in called.said
    assert changed(before, finished.root) == set()


def test_another_file_says_what_it_changes_and_waits_for_a_yes(finished: Cli) -> None:
    other, before = other_config(finished, embed={"min_box_size": 17}), files_under(finished.root)
    refused = other.run()
    assert refused.code == 2
    assert refused.lines("  embed.min_box_size changed: 16 → 17")
    assert refused.lines("the vectors of 5 videos") and refused.lines("--yes")
    assert files_under(finished.root) == before, "nothing is done before somebody agrees"
    planned = other.run("--dry-run")
    assert planned.code == 0 and planned.lines("embed.min_box_size changed: 16 → 17")
    assert other("status").lines(f"this root's own is {finished.config}")
    agreed = other.run("--yes")
    assert agreed.code == 0 and agreed.lines(f"This root is made with {other.config} from now on")
    assert unnamed(finished, "run").out == "Everything is up to date: nothing to do.\n"


def test_another_file_that_says_the_same_is_no_question(finished: Cli) -> None:
    same = other_config(finished)
    assert same.run().code == 0
    assert remembered_config(Layout(finished.root)) == same.config


@pytest.mark.long
def test_a_change_for_one_run_is_of_that_run_alone(finished: Cli) -> None:
    once = unnamed(finished, "run", "--set", "associate.min_sim=0.9999")
    assert once.code == 0 and once.lines("with associate.min_sim=0.9999")
    assert unnamed(finished, "status").lines("associate.min_sim changed: 0.9999 → ")
    assert unnamed(finished, "run").code == 0
    assert not unnamed(finished, "status").lines("changed")


@pytest.mark.parametrize("change", ["associate.min_simm=0.5", "min_sim=0.5", "associate.min_sim", "a.b=[1"])
def test_a_change_that_cannot_be_is_one_line(finished: Cli, change: str) -> None:
    called = unnamed(finished, "run", "--set", change)
    assert called.code == 2 and "Traceback" not in called.said
    assert len(called.lines("configuration: ")) == 1


def test_the_configuration_is_found_where_the_whole_project_was_moved(finished: Cli, tmp_path: Path) -> None:
    away = tmp_path / "elsewhere"
    away.mkdir()
    for path in (finished.root, finished.config):
        shutil.move(path, away / path.name)
    moved = Cli(away / finished.root.name, away / finished.config.name)
    assert unnamed(moved, "status").lines(f"Configuration: {moved.config} (remembered by this root)")


def test_a_configuration_that_is_gone_is_named_and_another_can_be(finished: Cli) -> None:
    other = other_config(finished)
    assert other.run().code == 0
    other.config.unlink()
    called = unnamed(finished, "run")
    assert called.code == 2 and str(other.config) in called.said and "--config" in called.said
    assert finished.run().code == 0
