"""From a YAML file to frozen settings, and from a mistake in it to one sentence that helps.

The keys themselves are `reid_assets.reid.settings`. Which root and which file are meant, when nobody
says, is decided here too.
"""

import difflib
import os
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from reid_assets.reid.errors import ConfigError
from reid_assets.reid.settings import Settings

_PREFIXES_WITH_FILE = ("onnx:", "open-clip:", "resnet50")


def project_folder() -> Path:
    """The checkout this package lies in, else the current folder."""
    checkout = Path(__file__).resolve().parents[1]
    return checkout if (checkout / "workspace.yaml").is_file() else Path.cwd()


def find_root(named: str | Path | None = None) -> Path:
    """The root that was named, else REID_ROOT, else `outputs/cv` of the project. Absolute."""
    return Path(named or os.environ.get("REID_ROOT") or project_folder() / "outputs" / "cv").absolute()


def find_config(named: str | Path | None = None) -> Path:
    """The file that was named, else REID_CONFIG, else `configs/cv/reid.yaml` of the project."""
    default = project_folder() / "configs" / "cv" / "reid.yaml"
    return Path(named or os.environ.get("REID_CONFIG") or default).absolute()


def load_settings(path: Path) -> Settings:
    """Read a configuration.

    Raises:
        ConfigError: the file is absent or no YAML, a key is unknown, a value has the wrong type or
            is out of range. One line, with the file and the key.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such file. Name one with --config or REID_CONFIG.") from None
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        raise ConfigError(f"{path}: not a readable YAML file ({' '.join(str(error).split())}).") from error
    content = {} if content is None else content
    if not isinstance(content, dict):
        raise ConfigError(f"{path}: expected sections such as `embed:`, found {type(content).__name__}.")
    # A section that is named but left empty means its defaults.
    content = {key: {} if value is None else value for key, value in content.items()}
    try:
        settings = Settings.model_validate(content)
    except ValidationError as error:
        raise ConfigError(_explain(path, error)) from error
    return _with_absolute_files(settings, path.parent)


def _explain(path: Path, error: ValidationError) -> str:
    first = error.errors()[0]
    keys = [str(part) for part in first["loc"]]
    dotted = ".".join(keys)
    if first["type"] == "extra_forbidden":
        valid = _keys_beside(keys)
        near = difflib.get_close_matches(keys[-1], valid, n=1, cutoff=0.5)
        hint = f"Did you mean {near[0]!r}?" if near else f"Valid here: {', '.join(valid)}."
        return f"{path}: unknown key {dotted!r}. {hint}"
    more = len(error.errors()) - 1
    also = f" ({more} more of this kind)" if more else ""
    said = f"{dotted} is {first['input']!r}: {first['msg']}"
    return f"{path}: {said}.{also} See the comments in configs/cv/reid.yaml."


def _keys_beside(keys: list[str]) -> list[str]:
    model: Any = Settings
    for key in keys[:-1]:
        field = model.model_fields.get(key)
        inner = field.annotation if field else None
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            break
        model = inner
    return sorted(model.model_fields)


def _with_absolute_files(settings: Settings, folder: Path) -> Settings:
    """A file named in `backbone.name` is looked for beside the YAML, then in the project."""
    name = settings.backbone.name
    head, mark, file = ("onnx:", ":", name[5:]) if name.startswith("onnx:") else name.partition("@")
    if not file or not name.startswith(_PREFIXES_WITH_FILE) or Path(file).is_absolute():
        return settings
    for base in (folder, project_folder(), Path.cwd()):
        if (base / file).is_file():
            head = "onnx:" if head == "onnx:" else f"{head}{mark}"
            backbone = settings.backbone.model_copy(update={"name": f"{head}{(base / file).resolve()}"})
            return settings.model_copy(update={"backbone": backbone})
    return settings
