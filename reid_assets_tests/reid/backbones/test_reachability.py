"""No network is an answer within seconds, not a wait of minutes."""

import socket
import threading

import pytest

from reid_assets.reid.backbones.reachability import hugging_face_url, unreachable_reason


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


def test_a_host_that_listens_is_reachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert unreachable_reason(f"http://127.0.0.1:{server.getsockname()[1]}/weights") is None


def test_a_host_that_refuses_is_named_with_the_reason() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert "127.0.0.1" in (unreachable_reason(f"http://127.0.0.1:{port}/weights") or "")


def test_a_name_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()

    def slow(*_: object, **__: object) -> None:
        answered.wait()
        raise OSError("too late")

    # Stands for a resolver that hangs, which no time limit of a socket covers.
    monkeypatch.setattr(socket, "create_connection", slow)
    assert "no answer" in (unreachable_reason("https://example.invalid", seconds=0.05) or "")
    answered.set()


def test_the_proxy_is_what_must_answer_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{server.getsockname()[1]}")
        assert unreachable_reason("https://example.invalid/weights") is None


def test_a_mirror_of_the_hub_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "https://mirror.example")
    assert hugging_face_url() == "https://mirror.example"
