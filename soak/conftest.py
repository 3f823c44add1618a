"""The fixtures of the tests, for what takes too long to be one of them."""

from reid_assets_tests.conftest import *  # noqa: F403
