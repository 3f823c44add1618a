"""The cache of this user, shared by all roots: converted networks, downloaded weights, digests of weights.

`~/.cache/reid-assets`, or the folder that REID_CACHE names. Everything in it can be made again, and it may be
deleted at any time. Where it cannot be written to, nothing is remembered, and everything works.
"""

import contextlib
import json
import os
import secrets
from pathlib import Path

MOST_BYTES = 8 << 30  # of converted networks; the ones that were not used for longest go first
_MOST_DIGESTS = 256


def user_cache() -> Path:
    """The folder, whether or not it exists."""
    return Path(os.environ.get("REID_CACHE") or "~/.cache/reid-assets").expanduser()


def converted_networks() -> Path:
    """The folder of converted networks."""
    return user_cache() / "networks"


def keep_within(folder: Path, most: int = MOST_BYTES) -> None:
    """Remove the files of a folder that were used longest ago, until the rest has at most `most` bytes."""
    found = []
    for path in folder.iterdir():
        with contextlib.suppress(OSError):
            stat = path.stat()
            found.append((stat.st_mtime_ns, stat.st_size, path))
    left = sum(size for _, size, _ in found)
    for _, size, path in sorted(found):
        if left <= most:
            return
        with contextlib.suppress(OSError):
            path.unlink()
            left -= size


def remembered_digest(path: Path) -> str | None:
    """The SHA-256 of a file that has not changed since it was noted; None where none was noted."""
    noted = _read_digests().get(str(path.resolve()))
    return noted["sha256"] if noted and noted["stat"] == _stat(path) else None


def remember_digest(path: Path, sha256: str) -> None:
    """Note the SHA-256 of a file, for as long as it stays as it is."""
    noted = _read_digests()
    noted.pop(str(path.resolve()), None)
    noted = dict(list(noted.items())[-_MOST_DIGESTS + 1 :])
    noted[str(path.resolve())] = {"stat": _stat(path), "sha256": sha256}
    target = _digests_file()
    partial = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    with contextlib.suppress(OSError):
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial.write_text(json.dumps(noted), encoding="utf-8")
        partial.replace(target)


def _digests_file() -> Path:
    return user_cache() / "digests.json"


def _read_digests() -> dict[str, dict]:
    try:
        noted = json.loads(_digests_file().read_text(encoding="utf-8"))
        return {str(path): {"stat": one["stat"], "sha256": str(one["sha256"])} for path, one in noted.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def _stat(path: Path) -> list[int]:
    """What changes when a file does: content (size, time), or the file itself (inode, change time)."""
    stat = path.stat()
    return [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]
