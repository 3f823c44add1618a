"""Options that most commands have."""

import os
from collections.abc import Callable
from typing import Any

import click


def _note_outputs(context: click.Context, option: click.Parameter, value: str | None) -> None:
    if value is not None:
        os.environ["REID_OUT"] = value


def root_and_config(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options `--root`, `--out` and `--config`; the function gets `root` and `config`."""
    command = click.option(
        "--config",
        type=click.Path(),
        help="Configuration (default: the root's own, else the project's).",
    )(command)
    command = click.option(
        "--out",
        type=click.Path(file_okay=False),
        expose_value=False,
        callback=_note_outputs,
        help="Folder for everything that is written (default: outputs.root, else the root).",
    )(command)
    return click.option(
        "--root", type=click.Path(), help="Folder of the videos (default: REID_ROOT, else outputs/cv)."
    )(command)
