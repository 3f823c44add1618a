"""Who may read what is written: pictures of people and their vectors are nobody else's by default."""

import contextlib
import os
import stat

from reid_assets.layout import Layout
from reid_assets.reid.core.settings import PrivacySettings

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def keep_private(layout: Layout, privacy: PrivacySettings) -> None:
    """From now on this process and its children write for the owner alone, unless `shared` is configured.

    Folders of results that an earlier version left open to others are closed.
    """
    if privacy.mode == "shared":
        return
    os.umask(_OTHERS)
    for folder in (layout.reid, layout.dagster_home):
        # Somebody else's folder, or a file system without permissions: theirs to say.
        with contextlib.suppress(OSError):
            mode = stat.S_IMODE(folder.stat().st_mode)
            if mode & _OTHERS:
                folder.chmod(mode & ~_OTHERS)
