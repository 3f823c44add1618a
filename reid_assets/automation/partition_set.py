"""The name of a root's partition set; the set itself is declared in `reid_assets.defs.partitions`."""

import hashlib
import os

from reid_assets.locations import find_root


def partition_set_name() -> str:
    """`videos`; with a root's own digest where DAGSTER_HOME may hold the history of several roots."""
    root = find_root()
    # The DAGSTER_HOME of a project's .env only holds a dagster.yaml, which names the place of the history.
    home = os.environ.get("REID_HISTORY") or os.environ.get("DAGSTER_HOME", "")
    if not home or str(root) in home:
        return "videos"
    digest = hashlib.sha1(str(root).encode(), usedforsecurity=False).hexdigest()
    return f"videos_{digest[:8]}"
