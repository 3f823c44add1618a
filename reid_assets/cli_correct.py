"""The commands of `reid-assets correct`. What each does is `reid_assets.commands.correct`."""

from collections.abc import Callable
from typing import Any

import click

from reid_assets.cli_options import root_and_config


@click.group()
def correct() -> None:
    """Say what is wrong in the map, for this and every later run.

    A track is written VIDEO:TRACK, such as cam1:7. What is said is a line of corrections.csv; delete the line
    to undo it.
    """


def _about(*tracks: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The arguments and options of a correction about these tracks."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for name in reversed(tracks):
            command = click.argument(name, metavar="VIDEO:TRACK")(command)
        note = click.option("--note", default="", help="Why, for whoever reads the file.")
        return root_and_config(note(command))

    return decorate


@correct.command()
@_about("a", "b")
def same(root: str | None, config: str | None, a: str, b: str, note: str) -> int:
    """Two tracks are the same being."""
    from reid_assets.commands.correct import correct_command

    return correct_command(root, config, "same", (a, b), "", note)


@correct.command()
@_about("a", "b")
def different(root: str | None, config: str | None, a: str, b: str, note: str) -> int:
    """Two tracks are not the same being."""
    from reid_assets.commands.correct import correct_command

    return correct_command(root, config, "different", (a, b), "", note)


@correct.command("not-a-target")
@_about("a")
def not_a_target(root: str | None, config: str | None, a: str, note: str) -> int:
    """A track is nobody: a poster, a mistake of the detector. It gets no identity."""
    from reid_assets.commands.correct import correct_command

    return correct_command(root, config, "not_a_target", (a,), "", note)


@correct.command()
@_about("a")
@click.argument("value", metavar="NAME")
def name(root: str | None, config: str | None, a: str, value: str, note: str) -> int:
    """The identity of a track has a name."""
    from reid_assets.commands.correct import correct_command

    return correct_command(root, config, "name", (a,), value, note)


@correct.command()
@root_and_config
@click.argument("lines", nargs=-1, type=click.IntRange(min=2), metavar="[LINE]...")
def undo(root: str | None, config: str | None, lines: tuple[int, ...]) -> int:
    """Take corrections back by their lines (default: the last one)."""
    from reid_assets.commands.correct import undo_command

    return undo_command(root, config, lines)


@correct.command("list")
@root_and_config
def list_(root: str | None, config: str | None) -> int:
    """All corrections, and which of them cannot hold."""
    from reid_assets.commands.correct import list_command

    return list_command(root, config)
