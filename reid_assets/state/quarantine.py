"""Which identity map breaks an identity rule, so that nothing is made from it.

The map itself is kept for inspection. The rule checks write here; the planner and whoever loads the map for
something downstream ask. The note is bound to the content of the map: another map is another question.
"""

import json
from collections.abc import Callable
from pathlib import Path

from reid_assets.storage.atomic import write_json


class Quarantine:
    """The verdicts of the rule checks on the present map."""

    def __init__(self, path: Path, data_version: Callable[[], str]) -> None:
        """`data_version` tells that of the map as it is now."""
        self._path = path
        self._data_version = data_version

    def judge(self, check: str, problem: str | None) -> None:
        """Note what a check says of the present map: the problem in words, or None where there is none."""
        broken = {name: text for name, text in self._broken().items() if name != check}
        if problem is not None:
            broken[check] = problem
        if broken:
            write_json(self._path, {"map": self._data_version(), "broken": broken})
        else:
            self._path.unlink(missing_ok=True)

    def reason(self) -> str | None:
        """Why nothing may be made from the present map; None where it may."""
        broken = self._broken()
        if not broken:
            return None
        return (
            f"global_id_map breaks an identity rule ({'; '.join(broken.values())}). It is kept for "
            "inspection, and nothing is made from it. Remove reid/global_id_map.csv and run "
            "`reid-assets run`; if it comes back, please report it."
        )

    def _broken(self) -> dict[str, str]:
        try:
            noted = json.loads(self._path.read_text(encoding="utf-8"))
            return dict(noted["broken"]) if noted["map"] == self._data_version() else {}
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return {}
