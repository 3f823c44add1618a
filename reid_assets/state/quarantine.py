"""Which identity map breaks an identity rule, so that nothing is made from it.

The map itself is kept for inspection. The rule checks write here; the planner and whoever loads the map for
something downstream ask. The note is bound to the content of the map: another map is another question.
"""

from collections.abc import Callable
from pathlib import Path

from reid_assets.storage.atomic import write_json
from reid_assets.storage.records import read_record


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
        noted = read_record(self._path)
        broken = noted.get("broken")
        if not isinstance(broken, dict) or noted.get("map") != self._data_version():
            return {}
        return {name: str(text) for name, text in broken.items()}
