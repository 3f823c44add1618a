"""The demo world, made and run once for all tests through the command line; nobody changes it."""

import pytest

from reid_assets.cli import cli
from reid_assets.layout import Layout


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """Four videos with everything made of them."""
    root = tmp_path_factory.mktemp("demo") / "cv"
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DAGSTER_HOME", raising=False)
        for name in ("REID_ROOT", "REID_CONFIG"):
            patch.setenv(name, "unset by the test")
        assert cli.main(["demo", "--root", str(root)], standalone_mode=False) == 0
    return Layout(root)
