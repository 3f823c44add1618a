"""Derived files that cannot be read any more: set aside under another name, and made again from the others.

Whoever calls holds the root's lock. Tables and maps that cannot be read are told by those that read them.
"""

import contextlib
from collections.abc import Iterator

from reid_assets.state.project import Project
from reid_assets.storage.database import DatabaseBusyError
from reid_assets.storage.id_map_file import repair_identity_state


def repair(project: Project) -> Iterator[str]:
    """Repair the database and the memory of ids, where they are damaged; what was done, a line each."""
    with contextlib.suppress(DatabaseBusyError):
        if line := project.mirror.database.set_aside_damaged():
            yield line
    if line := repair_identity_state(project.layout, project.mirror.database):
        yield line
