"""Who is asked for what: addresses, names, passwords and proxies, as the command line gives them."""

import base64
from pathlib import Path
from typing import Any

import pytest

from reid_assets.guard.access import Access, GuardSettings, own_names, settings_of
from reid_assets.guard.password import SealedPassword
from reid_assets.guard.rules import refusal
from reid_assets.reid.core.errors import ConfigError

PASSWORD = "correct horse battery"


def asked(settings: GuardSettings, peer: str = "127.0.0.1", **headers: str) -> int:
    """Status of the refusal of a plain page; 200 where there is none."""
    named = {"host": settings.names[0]} | {name.replace("_", "-"): value for name, value in headers.items()}
    raw = [(name.encode(), value.encode()) for name, value in named.items()]
    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": "/runs", "query_string": b""}
    found = refusal(scope | {"headers": raw, "client": (peer, 1)}, settings)
    return found.status if found else 200


def basic(password: str) -> str:
    return "Basic " + base64.b64encode(f"anybody:{password}".encode()).decode()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "password"
    path.write_text(f"{PASSWORD}\n")
    path.chmod(0o600)
    return path


def test_a_network_address_asks_for_the_password(file: Path) -> None:
    settings = settings_of(Access("0.0.0.0", password_file=str(file)))
    assert asked(settings) == 401
    assert asked(settings, authorization=basic("wrong")) == 401
    assert asked(settings, authorization=basic("")) == 401
    assert asked(settings, authorization="Basic ???") == 401
    assert asked(settings, authorization=f"Bearer {PASSWORD}") == 401
    assert asked(settings, authorization=basic(PASSWORD)) == 200


def test_a_password_of_the_environment_is_taken_out_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    monkeypatch.setenv("REID_UI_PASSWORD", PASSWORD)
    settings = settings_of(Access("127.0.0.1"))
    assert "REID_UI_PASSWORD" not in os.environ, "no other process inherits it"
    assert asked(settings) == 401 and asked(settings, authorization=basic(PASSWORD)) == 200


def test_the_settings_reach_the_webserver_without_the_password(file: Path) -> None:
    settings = settings_of(Access("0.0.0.0", allow_hosts=("reid.example.org",), password_file=str(file)))
    text = settings.to_json()
    assert PASSWORD not in text and GuardSettings.from_json(text) == settings


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o644, 0o666])
def test_a_password_file_that_others_may_open_is_refused(file: Path, mode: int) -> None:
    file.chmod(mode)
    with pytest.raises(ConfigError, match="chmod 600"):
        settings_of(Access("0.0.0.0", password_file=str(file)))


@pytest.mark.parametrize("content", ["", "\n", "short\n", "x" * 5000])
def test_a_password_too_short_or_too_long_is_refused(file: Path, content: str) -> None:
    file.write_text(content)
    with pytest.raises(ConfigError, match="characters"):
        settings_of(Access(password_file=str(file)))


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "pipe", 0o600)
    for name in ("pipe", "none", "."):
        with pytest.raises(ConfigError, match="--password-file"):
            settings_of(Access(password_file=str(tmp_path / name)))


def test_the_header_of_a_proxy_counts_from_the_proxy_alone() -> None:
    here = settings_of(Access("0.0.0.0", trusted_header="X-Forwarded-User"))
    assert asked(here) == 401 and asked(here, x_forwarded_user="") == 401
    assert asked(here, x_forwarded_user="ada") == 200
    assert asked(here, peer="10.0.0.9", x_forwarded_user="ada") == 401
    there = settings_of(Access("0.0.0.0", trusted_header="X-Forwarded-User", proxies=("10.0.0.9",)))
    assert asked(there, peer="10.0.0.9", x_forwarded_user="ada") == 200
    assert asked(there, x_forwarded_user="ada") == 401


def test_a_proxy_may_put_its_own_name_into_host_and_the_browser_another_into_origin() -> None:
    settings = settings_of(Access(allow_hosts=("reid.example.org",)))
    assert asked(settings, origin="https://reid.example.org") == 200
    assert asked(settings, host="reid.example.org", origin="https://reid.example.org") == 200
    assert asked(settings, host="reid.example.org", origin="https://evil.example.org") == 403
    assert asked(settings, origin="http://localhost:3000") == 403, "another origin, though of this machine"


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_all_addresses_of_the_machine_are_names_and_no_others(host: str) -> None:
    names = own_names(host, 3000)
    assert {"127.0.0.1:3000", "localhost:3000", "[::1]:3000"} <= set(names)
    assert f"{host}:3000" not in names and "evil.example:3000" not in names


@pytest.mark.parametrize("name", ["http://reid.example.org", "reid.example.org/", "*", "a b", ""])
def test_a_name_that_no_browser_sends_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="--allow-host"):
        settings_of(Access(allow_hosts=(name,)))


def test_a_proxy_is_named_by_its_address() -> None:
    with pytest.raises(ConfigError, match="--proxy-from"):
        settings_of(Access(trusted_header="X-User", proxies=("proxy.example.org",)))


def test_any_user_name_will_do_and_colons_belong_to_the_password() -> None:
    sealed = SealedPassword.seal("with:colon:in it")
    assert sealed.opens_with(basic("with:colon:in it"))
    assert not sealed.opens_with(None)
