"""Keeps every test away from the roots, configurations and histories of whoever runs it."""

import os
import tempfile
from pathlib import Path

import pytest

from reid_assets_tests.support.cli_calls import OWN_VARIABLES
from reid_assets_tests.support.demo_root import demo, true_visits  # noqa: F401
from reid_assets_tests.support.finished_root import finished, finished_once  # noqa: F401
from reid_assets_tests.support.sensor_driver import ticking  # noqa: F401

_QUICK = ("reid", "demo")
_CACHE = tempfile.TemporaryDirectory(prefix="reid-cache-")


def pytest_configure() -> None:
    """A cache of its own for the whole session: networks are converted once in it."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        os.environ["REID_CACHE"] = _CACHE.name


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long stories first: the many small files after them let parallel workers end together."""
    here = Path(__file__).parent
    items.sort(
        key=lambda item: item.path.relative_to(here).parts[0] in _QUICK if here in item.path.parents else 0
    )


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in OWN_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
