"""Small JSON files of our own under `reid/`: records, notes and caches.

What is damaged in them counts as not there: each can be made again from the files that are the truth.
"""

from pathlib import Path
from typing import Any

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.core.outside_files import MEGABYTE, read_json

_MAX_RECORD = 256 * MEGABYTE


def read_record(path: Path) -> dict[str, Any]:
    """The object in a file; empty where there is none that can be read."""
    try:
        content = read_json(path, _MAX_RECORD)
    except InputError:
        return {}
    return content if isinstance(content, dict) else {}


def read_stamped(path: Path) -> dict[str, list]:
    """A cache of facts about files: key -> size, time and the fact; entries of another form are left out."""
    known = read_record(path)
    return {key: entry for key, entry in known.items() if isinstance(entry, list) and len(entry) == 3}
