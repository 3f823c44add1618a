"""YAML from outside, bounded in size, depth and repetition before anything is built from it."""

from pathlib import Path
from typing import Any

import yaml

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.core.outside_files import MAX_YAML, half_letter, read_text

_MAX_DEPTH, _MAX_ALIASES = 32, 100


def read_yaml(path: Path) -> Any:
    """The content of a YAML file.

    Raises:
        InputError: it cannot be read, or is no YAML that a person would write.
    """
    text = read_text(path, MAX_YAML)
    try:
        return parse_yaml(text)
    except ValueError as error:
        raise InputError(f"{path}: not a readable YAML file ({error}).") from error


def parse_yaml(text: str) -> Any:
    """The value that a text says.

    Raises:
        ValueError: it is no YAML, is nested too deep, repeats itself too often, or holds half a letter.
    """
    try:
        _check(text)
        content = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ValueError(" ".join(str(error).split())) from error
    try:
        half = half_letter(content)
    except RecursionError:
        raise ValueError("an alias stands for something that it is part of") from None
    if half:
        raise ValueError(f"{half} holds half a letter (a lone surrogate)")
    return content


def _check(text: str) -> None:
    """Walk through the events of the parser, which needs no stack."""
    depth = aliases = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        aliases += isinstance(event, yaml.AliasEvent)
        if depth > _MAX_DEPTH:
            raise ValueError(f"nested more than {_MAX_DEPTH} levels deep")
        if aliases > _MAX_ALIASES:
            raise ValueError(f"more than {_MAX_ALIASES} aliases")
