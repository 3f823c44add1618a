"""Global identities over many analysed videos, as Dagster assets.

For Python: `root = reid_assets.open("outputs/cv")`, then `root.identities()`, `root.search(...)` and more:
docs/guides/python.md. What is named here is imported when it is first used, so `import reid_assets` is fast.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reid_assets.api.hits import Hit, Hits
    from reid_assets.api.identity import Identity
    from reid_assets.api.opening import open_root as open
    from reid_assets.api.pictures import Crop, Gallery
    from reid_assets.api.root import Root
    from reid_assets.api.root_tables import ClosedError
    from reid_assets.api.run_result import FailedCheck, RunResult
    from reid_assets.reid.core.errors import (
        BackboneError,
        ConfigError,
        InputError,
        NotFoundError,
        ReidError,
    )
    from reid_assets.storage.sql_guard import SqlError

__all__ = [
    "BackboneError",
    "ClosedError",
    "ConfigError",
    "Crop",
    "FailedCheck",
    "Gallery",
    "Hit",
    "Hits",
    "Identity",
    "InputError",
    "NotFoundError",
    "ReidError",
    "Root",
    "RunResult",
    "SqlError",
    "open",
]

_ERRORS = "reid_assets.reid.core.errors"
_WHERE = {
    **dict.fromkeys(("BackboneError", "ConfigError", "InputError", "NotFoundError", "ReidError"), _ERRORS),
    **dict.fromkeys(("Hit", "Hits"), "reid_assets.api.hits"),
    **dict.fromkeys(("Crop", "Gallery"), "reid_assets.api.pictures"),
    "ClosedError": "reid_assets.api.root_tables",
    "Root": "reid_assets.api.root",
    **dict.fromkeys(("FailedCheck", "RunResult"), "reid_assets.api.run_result"),
    "Identity": "reid_assets.api.identity",
    "SqlError": "reid_assets.storage.sql_guard",
    "open": "reid_assets.api.opening",
}


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_WHERE[name]), "open_root" if name == "open" else name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
