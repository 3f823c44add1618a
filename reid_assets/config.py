"""From a YAML file to frozen settings, and from a mistake in it to one sentence that helps.

The keys themselves are `reid_assets.reid.core.settings` and `reid_assets.reid.core.cameras`; which file is
meant, `reid_assets.locations`.
"""

import difflib
import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from reid_assets.locations import CONFIG, project_folder
from reid_assets.reid.backbones.backbone_spec import parse_backbone_spec
from reid_assets.reid.core.cameras import CameraSettings
from reid_assets.reid.core.errors import BackboneError, ConfigError, InputError
from reid_assets.reid.core.outside_yaml import parse_yaml, read_yaml
from reid_assets.reid.core.settings import Section, Settings

_Model = TypeVar("_Model", bound=Section)


def load_settings(path: Path, changes: Sequence[str] = ()) -> Settings:
    """Read a configuration.

    Args:
        path: the YAML file.
        changes: `key=value`, such as `embed.class_filter=[0]`, in place of what the file says.

    Raises:
        ConfigError: the file is absent or no YAML, a key is unknown, a value has the wrong type or
            is out of range. One line, with the file and the key.
    """
    settings = _load(path, Settings, "--config or REID_CONFIG", CONFIG, changes)
    for entry, name in settings.backbone.by_class.items():
        try:
            parse_backbone_spec(name)
        except BackboneError as error:
            why = str(error).replace("backbone.name:", "").replace("Valid: auto, ", "Valid: ").strip()
            raise ConfigError(f"{path}: backbone.by_class.{entry}: {why}") from error
    return _with_absolute_files(settings, path.parent)


def load_cameras(path: Path | None) -> CameraSettings:
    """Read what is known of the cameras; nothing where there is no file.

    Raises:
        ConfigError: as of `load_settings`.
    """
    if path is None:
        return CameraSettings()
    return _load(path, CameraSettings, "REID_CAMERAS", "configs/cv/cameras.example.yaml")


def _load(
    path: Path, model: type[_Model], named_by: str, example: str, changes: Sequence[str] = ()
) -> _Model:
    try:
        content = read_yaml(path)
    except InputError as error:
        advice = "" if path.exists() else f" Name one with {named_by}."
        raise ConfigError(f"{error}{advice}") from error
    content = {} if content is None else content
    if not isinstance(content, dict):
        some = f"{next(iter(model.model_fields))}:"
        raise ConfigError(f"{path}: expected sections such as `{some}`, found {type(content).__name__}.")
    # A section that is named but left empty means its defaults.
    empty = {key for key, value in content.items() if value is None and key in model.model_fields}
    content = {key: value for key, value in content.items() if key not in empty}
    if changes:
        _load(path, model, named_by, example)  # what the file itself has wrong is told as the file's
        for change in changes:
            _set(content, change)
    try:
        return model.model_validate(content)
    except ValidationError as error:
        what = f"--set {' '.join(changes)}" if changes else str(path)
        raise ConfigError(_explain(what, error, model, example)) from error


def _set(content: dict[str, Any], change: str) -> None:
    """Put one `section.key=value` into what a file says."""
    dotted, equals, value = change.partition("=")
    section, dot, key = dotted.strip().partition(".")
    if not (equals and dot and key):
        raise ConfigError(f"--set {change}: expected section.key=value, such as associate.caution=0.7.")
    try:
        content[section] = {**(content.get(section) or {}), key: parse_yaml(value)}
    except (ValueError, TypeError) as error:
        raise ConfigError(f"--set {change}: not a value ({' '.join(str(error).split())}).") from error


def _explain(path: str, error: ValidationError, model: type[Section], example: str) -> str:
    # A misspelled key is often a missing one too, and the spelling is what helps.
    first = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
    keys = [str(part) for part in first["loc"]]
    dotted = ".".join(keys) or "the file"
    if first["type"] == "extra_forbidden":
        valid = _keys_beside(keys, model)
        near = difflib.get_close_matches(keys[-1], valid, n=1, cutoff=0.5)
        hint = f"Did you mean {near[0]!r}?" if near else f"Valid here: {', '.join(valid)}."
        return f"{path}: unknown key {dotted!r}. {hint}"
    more = len(error.errors()) - 1
    also = f" ({more} more of this kind)" if more else ""
    # What a validator of ours raised says all there is; a whole entry need not be repeated.
    reason = first["msg"].removeprefix("Value error, ")
    whole = isinstance(first["input"], dict | list)
    said = f"{dotted}: {reason}" if whole else f"{dotted} is {_plainly(first['input'])}: {reason}"
    return f"{path}: {said}.{also} See the comments in {example}."


def _plainly(value: object) -> str:
    return str(value) if isinstance(value, date) else repr(value)


def _keys_beside(keys: list[str], top: type[Section]) -> list[str]:
    model: Any = top
    for key in keys[:-1]:
        if key.isdigit():
            continue
        field = model.model_fields.get(key)
        inner = field.annotation if field else None
        # Of a list of sections, the section.
        inner = next(iter(get_args(inner)), inner)
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            break
        model = inner
    return sorted(field.alias or name for name, field in model.model_fields.items())


def _with_absolute_files(settings: Settings, folder: Path) -> Settings:
    """Files named in `backbone.name` and `by_class` are looked for beside the YAML, then in the project.

    `outputs.root` lies beside the YAML.
    """
    backbone, out = settings.backbone, settings.outputs.root
    if out is not None:
        outputs = settings.outputs.model_copy(update={"root": os.path.normpath(folder / out)})
        settings = settings.model_copy(update={"outputs": outputs})
    by_class = {entry: _with_absolute_file(name, folder) for entry, name in backbone.by_class.items()}
    found = {"name": _with_absolute_file(backbone.name, folder), "by_class": by_class}
    return settings.model_copy(update={"backbone": backbone.model_copy(update=found)})


def _with_absolute_file(name: str, folder: Path) -> str:
    try:
        spec = parse_backbone_spec(name)
    except BackboneError:
        return name  # `auto`, or a mistake that is told where the backbone is loaded
    if not spec.weights or spec.family == "hf" or Path(spec.weights).is_absolute():
        return name
    for base in (folder, project_folder(), Path.cwd()):
        if (base / spec.weights).is_file():
            return spec.with_weights(str((base / spec.weights).resolve()))
    return name
