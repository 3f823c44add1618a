"""Keeps every test away from the roots, configurations and histories of whoever runs it."""

import pytest

from reid_assets_tests.demo_once import demo, true_visits  # noqa: F401
from reid_assets_tests.finished import finished, finished_once  # noqa: F401
from reid_assets_tests.ticking import ticking  # noqa: F401


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REID_ROOT", "REID_CONFIG", "REID_CAMERAS", "DAGSTER_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
