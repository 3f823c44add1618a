"""What is named on the command line of an import: which files and folders, and of which format each is."""

from pathlib import Path

from reid_assets.commands.console import Screen
from reid_assets.commands.import_request import Request
from reid_assets.reid.core.errors import ConfigError, ReidError
from reid_assets.reid.formats.registry import FORMATS, Format, Recognised, recognise_all


def find_sources(request: Request, screen: Screen) -> tuple[list[Recognised], list[ReidError]]:
    """Everything that is to be read, told one by one; and what cannot be.

    Raises:
        ConfigError: the one path leads nowhere.
        InputError: the one path is of no known format.
    """
    found: list[Recognised] = []
    failed: list[ReidError] = []
    for text in request.paths:
        try:
            found += _of_path(Path(text).absolute(), request.form, screen)
        except ReidError as error:
            failed.append(error)
    if failed and len(request.paths) == 1:
        raise failed[0]
    return found, failed


def _of_path(path: Path, form: str, screen: Screen) -> list[Recognised]:
    if not path.exists():
        raise ConfigError(f"{path}: there is no such file.")
    if form != "auto":
        return [Recognised(one, FORMATS[form], f"--from {form}") for one in _named(path, FORMATS[form])]
    found, left_out = recognise_all(path)
    for one in left_out:
        screen.say(f"passed {one}: of no known format")
    for source in found:
        screen.say(f"took   {source.path}: {source.what} (--from {source.form.name})")
    return found


def _named(path: Path, form: Format) -> list[Path]:
    """The path itself, or what is in a folder of things of this format."""
    if not path.is_dir() or form.recognise(path):
        return [path]
    return [one for one in sorted(path.iterdir()) if form.recognise(one)] or [path]
