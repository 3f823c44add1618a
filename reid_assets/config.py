"""From a YAML file to frozen settings, and from a mistake in it to one sentence that helps.

The keys themselves are `reid_assets.reid.core.settings` and `reid_assets.reid.core.cameras`. Which root and
which file are meant, when nobody says, is decided here too.
"""

import difflib
import importlib.resources
import os
from datetime import date
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

from reid_assets.reid.backbones.backbone_spec import parse_backbone_spec
from reid_assets.reid.core.cameras import CameraSettings
from reid_assets.reid.core.errors import BackboneError, ConfigError
from reid_assets.reid.core.settings import Section, Settings

# What a wheel carries beside its modules; in a checkout only the workspace of an installed package.
PACKAGED_FILES = Path(str(importlib.resources.files("reid_assets"))) / "project_files"
_CONFIG = "configs/cv/reid.yaml"
_Model = TypeVar("_Model", bound=Section)


def project_folder(current: Path | None = None) -> Path:
    """The project that commands in a folder (the current one) work on: that folder, installed or editable.

    Anywhere inside the checkout that this package lies in, it is the checkout. REID_PROJECT beats both: what
    a command starts in another folder works on the same project.
    """
    if current is None and (named := os.environ.get("REID_PROJECT")):
        return Path(named).absolute()
    current, checkout = (current or Path.cwd()).absolute(), _checkout()
    inside = checkout is not None and current.resolve().is_relative_to(checkout)
    return checkout if checkout is not None and inside else current


def _checkout() -> Path | None:
    folder = Path(__file__).resolve().parents[1]
    return folder if (folder / "workspace.yaml").is_file() else None


def shipped_file(name: str) -> Path:
    """A file of a new project as it ships, for example `configs/cv/reid.yaml`.

    In a checkout that is the file at its top; a wheel carries a copy, which `setup.py` puts there.
    """
    return (_checkout() or PACKAGED_FILES) / name


def find_root(named: str | Path | None = None) -> Path:
    """The root that was named, else REID_ROOT, else `outputs/cv` of the project. Absolute."""
    return Path(named or os.environ.get("REID_ROOT") or project_folder() / "outputs" / "cv").absolute()


def find_config(named: str | Path | None = None) -> Path:
    """The file that was named, else REID_CONFIG, else `configs/cv/reid.yaml` of the project, else the shipped
    one.
    """
    own = project_folder() / _CONFIG
    default = own if own.is_file() else shipped_file(_CONFIG)
    return Path(named or os.environ.get("REID_CONFIG") or default).absolute()


def find_cameras(config: Path) -> Path | None:
    """REID_CAMERAS, else `cameras.yaml` beside the configuration; None where there is none."""
    path = cameras_path(config)
    return path if os.environ.get("REID_CAMERAS") or path.is_file() else None


def cameras_path(config: Path) -> Path:
    """Where cameras.yaml is looked for, whether or not it is there.

    A project without a reid.yaml of its own uses the shipped one, and still has its own cameras.
    """
    if named := os.environ.get("REID_CAMERAS"):
        return Path(named).absolute()
    own = project_folder() / _CONFIG if config == shipped_file(_CONFIG) else config
    return own.with_name("cameras.yaml")


def load_settings(path: Path) -> Settings:
    """Read a configuration.

    Raises:
        ConfigError: the file is absent or no YAML, a key is unknown, a value has the wrong type or
            is out of range. One line, with the file and the key.
    """
    settings = _load(path, Settings, "--config or REID_CONFIG", _CONFIG)
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


def _load(path: Path, model: type[_Model], named_by: str, example: str) -> _Model:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such file. Name one with {named_by}.") from None
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        raise ConfigError(f"{path}: not a readable YAML file ({' '.join(str(error).split())}).") from error
    content = {} if content is None else content
    if not isinstance(content, dict):
        some = f"{next(iter(model.model_fields))}:"
        raise ConfigError(f"{path}: expected sections such as `{some}`, found {type(content).__name__}.")
    # A section that is named but left empty means its defaults.
    empty = {key for key, value in content.items() if value is None and key in model.model_fields}
    content = {key: value for key, value in content.items() if key not in empty}
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise ConfigError(_explain(path, error, model, example)) from error


def _explain(path: Path, error: ValidationError, model: type[Section], example: str) -> str:
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
    """Files named in `backbone.name` and `by_class` are looked for beside the YAML, then in the project."""
    backbone = settings.backbone
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
