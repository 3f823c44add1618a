"""A failure is remembered with what it was made of: for a while, not for ever, and not after a change."""

from pathlib import Path

import pytest

from reid_assets.reid.core.settings import ArrivalSettings
from reid_assets.state.failures import may_retry
from reid_assets.state.project import Project
from reid_assets_tests.support.tiny_root import make_root, write_config

SLOW = ArrivalSettings(retry_minutes=60.0, retries=2)
QUICK = ArrivalSettings(retry_minutes=0.0, retries=2)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project.open(make_root(tmp_path / "cv"), write_config(tmp_path))


def test_nothing_holds_back_what_never_failed(project: Project) -> None:
    assert not project.failures.in_backoff("track_embeddings", "a", SLOW)
    assert project.failures.known() == []


def test_a_failure_holds_back_until_its_delay_has_passed_and_in_the_end_for_good(project: Project) -> None:
    for expected in (False, False, True):
        project.failures.note("track_embeddings", "a", "broken")
        assert project.failures.in_backoff("track_embeddings", "a", SLOW)
        assert project.failures.in_backoff("track_embeddings", "a", QUICK) == expected
    assert project.failures.known() == [("track_embeddings", "a")]
    assert project.failures.next_try(QUICK) == float("inf")


def test_a_changed_file_or_configuration_is_worth_a_try_at_once(project: Project, tmp_path: Path) -> None:
    project.failures.note("track_embeddings", "a", "broken")
    project.layout.analysis("a").write_bytes(b"other")
    assert not project.reopened().failures.in_backoff("track_embeddings", "a", SLOW)
    project.failures.note("track_embeddings", "b", "broken")
    other = Project.open(project.layout.root, write_config(tmp_path, embed={"min_box_size": 17}))
    assert not other.failures.in_backoff("track_embeddings", "b", SLOW)


def test_what_was_made_or_is_gone_is_forgotten(project: Project) -> None:
    project.failures.note("track_embeddings", "a", "broken")
    project.failures.clear("track_embeddings", "a")
    assert project.failures.get("track_embeddings", "a") is None


def test_no_retries_means_none() -> None:
    assert not may_retry(1, 0.0, ArrivalSettings(retries=0))
