"""The folder of an export: it appears whole or not at all, and replaces only an earlier export.

`_export.json` in it lists its files; a folder that holds anything else is somebody's, and is not touched.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from reid_assets.layout import Layout
from reid_assets.reid.core.errors import ConfigError
from reid_assets.storage.atomic import replacing_folder, write_bytes, write_json
from reid_assets.storage.records import read_record

RECORD = "_export.json"
_SHOWN = 3


def check_target(layout: Layout, target: Path) -> None:
    """Refuse a folder that an export may not replace.

    Raises:
        ConfigError: it is of the root, is no folder, or holds files that no export wrote.
    """
    real = Path(os.path.realpath(target))
    require_outside(layout, target)
    if any(Path(os.path.realpath(ours)).is_relative_to(real) for ours in (layout.root, layout.outputs)):
        raise ConfigError(f"{target}: it holds the root itself. Name another folder with --out.")
    if not os.path.lexists(target):
        return
    if not target.is_dir():
        raise ConfigError(f"{target}: it is not a folder. Name another with --out.")
    foreign = sorted(_files_below(target) - _listed(target))
    if foreign:
        more = f" and {len(foreign) - _SHOWN} more" if len(foreign) > _SHOWN else ""
        raise ConfigError(
            f"{target}: it holds files of no earlier export: {', '.join(foreign[:_SHOWN])}{more}."
            " Name an empty or new folder with --out."
        )


def require_outside(layout: Layout, target: Path) -> None:
    """Refuse a place under the root: what lies there is a video or a result, and others' would be missed.

    Raises:
        ConfigError: with the folder.
    """
    real = Path(os.path.realpath(target))
    for ours in (layout.root, layout.outputs):
        if real.is_relative_to(Path(os.path.realpath(ours))):
            raise ConfigError(
                f"{target}: what you take out belongs outside {ours}, where it could be taken for a video or "
                "a result, and where `reid-assets forget` does not expect it. Name another place."
            )


def write_export(target: Path, files: Iterable[tuple[str, Iterable[bytes]]], about: dict[str, Any]) -> int:
    """Write all files beside the folder, then put them in its place; returns their bytes.

    Args:
        target: the folder; see `check_target`.
        files: path within the folder, and content, to be used up one after the other.
        about: what `_export.json` says beside the list of files; read when all files are written.
    """
    size, names = 0, []
    with replacing_folder(target) as folder:
        for name, chunks in files:
            size += write_bytes(folder / name, chunks)
            names.append(name)
        write_json(folder / RECORD, about | {"files": names})
    return size


def _files_below(folder: Path) -> set[str]:
    return {
        os.path.relpath(Path(where) / name, folder) for where, _, names in os.walk(folder) for name in names
    }


def _listed(folder: Path) -> set[str]:
    try:
        files = read_record(folder / RECORD).get("files")
    except (OSError, ValueError):
        return set()
    return {RECORD, *(str(name) for name in files)} if isinstance(files, list) else set()
