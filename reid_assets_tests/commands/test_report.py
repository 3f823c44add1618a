"""The report is found by a command, which says what to do where there is none."""

import webbrowser

import pytest

from reid_assets.layout import Layout
from reid_assets_tests.support.cli_calls import Cli
from reid_assets_tests.support.finished_root import files_under


def test_its_path_is_all_that_is_printed_and_nothing_is_written(finished: Cli) -> None:
    before = files_under(finished.root)
    called = finished("report")
    assert called.code == 0
    assert called.out.splitlines() == [str(Layout(finished.root).report_page.resolve())]
    assert files_under(finished.root) == before


def test_open_shows_it_in_the_browser(finished: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda url: not asked.append(url))
    assert finished("report", "--open").code == 0
    assert asked == [Layout(finished.root).report_page.resolve().as_uri()]


def test_without_a_browser_the_address_is_said(finished: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda url: False)
    called = finished("report", "--open")
    assert called.code == 1
    assert Layout(finished.root).report_page.resolve().as_uri() in called.lines("failed:")[0]


def test_where_there_is_none_the_next_step_is_named(finished: Cli) -> None:
    Layout(finished.root).report_page.unlink()
    called = finished("report")
    assert called.code == 1
    assert "`reid-assets run`" in called.said and "Traceback" not in called.said


def test_one_that_is_out_of_date_is_said_to_be(finished: Cli) -> None:
    Layout(finished.root).global_id_map.unlink()
    assert finished("report").lines("out of date")
