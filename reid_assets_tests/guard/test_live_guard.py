"""Attacks on a running UI, byte for byte; and what the UI itself asks for is answered as before."""

from urllib.parse import quote, urlsplit

import pytest
import websocket

from reid_assets_tests.guard.conftest import intruders
from reid_assets_tests.support.live_ui import LiveUi, wait_for
from reid_assets_tests.support.raw_http import MUTATION, graphql, send

JSON = {"Content-Type": "application/json"}
READ = "{ version }"
_LAUNCH = """mutation Launch($params: ExecutionParams!) { launchPipelineExecution(executionParams: $params) {
__typename ... on LaunchRunSuccess { run { runId } }
... on RunConfigValidationInvalid { errors { message } } } }"""
ATTACKS = {
    "GET mutation": ("GET", f"/graphql?query={quote(MUTATION)}", {}, ""),
    "HEAD mutation": ("HEAD", f"/graphql?query={quote(MUTATION)}", {}, ""),
    "GET mutation of another spelling": ("GET", f"/%67raphql?query={quote(MUTATION)}", {}, ""),
    "GET query": ("GET", f"/graphql?query={quote(READ)}", {}, ""),
    "query string of a POST": ("POST", f"/graphql?query={quote(MUTATION)}", {}, ""),
    "text/plain": ("POST", "/graphql", {"Content-Type": "text/plain"}, graphql(MUTATION)),
    "text/plain that names JSON": (
        "POST",
        "/graphql",
        {"Content-Type": "text/plain;application/json"},
        graphql(MUTATION),
    ),
    "two content types": (
        "POST",
        "/graphql",
        {"Content-Type": "application/json\ntext/plain"},
        graphql(MUTATION),
    ),
    "no content type": ("POST", "/graphql", {}, graphql(MUTATION)),
    "multipart": (
        "POST",
        "/graphql",
        {"Content-Type": "multipart/form-data; boundary=x"},
        f'--x\r\nContent-Disposition: form-data; name="query"\r\n\r\n{MUTATION}\r\n--x--\r\n',
    ),
    "form": (
        "POST",
        "/graphql",
        {"Content-Type": "application/x-www-form-urlencoded"},
        f"query={quote(MUTATION)}",
    ),
    "application/graphql": ("POST", "/graphql", {"Content-Type": "application/graphql"}, MUTATION),
    "another Origin": (
        "POST",
        "/graphql",
        JSON | {"Origin": "http://evil.example"},
        graphql(MUTATION),
    ),
    "Origin null": ("POST", "/graphql", JSON | {"Origin": "null"}, graphql(MUTATION)),
    "another port": ("POST", "/graphql", JSON | {"Origin": "http://127.0.0.1:1"}, graphql(MUTATION)),
    "cross-site": ("POST", "/graphql", JSON | {"Sec-Fetch-Site": "cross-site"}, graphql(MUTATION)),
    "same-site": ("POST", "/graphql", JSON | {"Sec-Fetch-Site": "same-site"}, graphql(MUTATION)),
    "rebound name": ("POST", "/graphql", JSON | {"Host": "evil.example"}, graphql(MUTATION)),
    "rebound name reads": ("GET", "/", {"Host": "evil.example"}, ""),
    "rebound name with our port": ("GET", "/server_info", {"Host": "evil.example:{port}"}, ""),
    "our name at another port": ("GET", "/server_info", {"Host": "127.0.0.1:1"}, ""),
    "two hosts": ("GET", "/", {"Host": "127.0.0.1:{port}\nevil.example"}, ""),
    "event without GraphQL": ("POST", "/report_asset_materialization/flows?description=intruder", {}, ""),
    "PUT": ("PUT", "/graphql", JSON, graphql(MUTATION)),
    "OPTIONS": ("OPTIONS", "/graphql", {"Origin": "http://evil.example"}, ""),
    "picture for another page": ("GET", "/logs/reid-pictures/x/png", {"Sec-Fetch-Site": "same-site"}, ""),
    "out of the folder": ("GET", "/logs/..%2f..%2f..%2fdagster/yaml", {}, ""),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_refused_and_changes_nothing(guarded: LiveUi, attack: str) -> None:
    method, path, headers, body = ATTACKS[attack]
    port, before = urlsplit(guarded.url).port or 0, intruders(guarded)
    answer = send(port, method, path, {k: v.replace("{port}", str(port)) for k, v in headers.items()}, body)
    assert 400 <= answer.status < 500, answer
    assert '"data"' not in answer.body and "access-control-allow-origin" not in answer.headers
    assert intruders(guarded) == before


@pytest.mark.parametrize("name", ["127.0.0.1:{port}", "localhost:{port}", "reid.example.org"])
def test_what_the_ui_sends_is_answered(guarded: LiveUi, name: str) -> None:
    port, before = urlsplit(guarded.url).port or 0, intruders(guarded)
    host = name.format(port=port)
    own = {"Host": host, "Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"}
    answer = send(port, "POST", "/graphql", JSON | own, graphql(MUTATION))
    assert answer.status == 200 and "ReportRunlessAssetEventsSuccess" in answer.body
    assert intruders(guarded) == before + 1, "the attacks above would have been seen"
    page = send(port, "GET", "/runs", {"Host": host})
    assert page.status == 200 and ">Dagster</title>" in page.body
    assert page.headers["x-frame-options"] == "DENY"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]


def test_a_link_of_another_page_opens_a_page_and_nothing_else(guarded: LiveUi) -> None:
    port = urlsplit(guarded.url).port or 0
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert send(port, "GET", "/runs", link).status == 200
    assert send(port, "GET", "/runs", link | {"Sec-Fetch-Dest": "iframe"}).status == 403
    assert send(port, "GET", "/logs/a/b/err", link).status == 403
    assert send(port, "GET", "/graphql", link).status == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", None])
def test_a_websocket_is_for_the_ui_alone(guarded: LiveUi, origin: str | None) -> None:
    address = f"{guarded.url.replace('http', 'ws')}/graphql"
    own = guarded.url if origin is None else origin
    if origin is None:
        websocket.create_connection(address, origin=own, subprotocols=["graphql-ws"], timeout=10).close()
    else:
        with pytest.raises(websocket.WebSocketBadStatusException, match="403"):
            websocket.create_connection(address, origin=own, subprotocols=["graphql-ws"], timeout=10)
    with pytest.raises(websocket.WebSocketBadStatusException, match="403"):
        websocket.create_connection(address, host="evil.example", origin="http://evil.example", timeout=10)


def launched(ui: LiveUi, config: dict) -> dict:
    selector = {
        "repositoryLocationName": "reid_assets",
        "repositoryName": "__repository__",
        "pipelineName": "everything",
    }
    tags = {"dagster/asset_partition_range_start": "a", "dagster/asset_partition_range_end": "b"}
    metadata = {"tags": [{"key": key, "value": value} for key, value in tags.items()]}
    params = {"selector": selector, "executionMetadata": metadata, "runConfigData": config}
    return ui.ask(_LAUNCH, params=params)["launchPipelineExecution"]


@pytest.mark.parametrize("key", ["root", "config"])
def test_a_run_cannot_be_pointed_elsewhere(guarded: LiveUi, key: str) -> None:
    elsewhere = guarded.at.root.parent / "elsewhere"
    refused = launched(guarded, {"resources": {"project": {"config": {key: str(elsewhere)}}}})
    assert refused["__typename"] == "RunConfigValidationInvalid" and key in str(refused["errors"])
    assert not elsewhere.exists()


def test_a_run_of_the_ui_makes_everything_and_its_pictures_are_shown(guarded: LiveUi) -> None:
    begun = launched(guarded, {})
    assert begun["__typename"] == "LaunchRunSuccess", begun
    status = "query($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"
    ends = ("SUCCESS", "FAILURE", "CANCELED")

    def ended() -> str | None:
        found = guarded.ask(status, id=begun["run"]["runId"])["runOrError"]["status"]
        return found if found in ends else None

    assert wait_for(ended, 180) == "SUCCESS"
    pictures = sorted((guarded.at.dagster_home / "storage" / "reid-pictures").iterdir())
    assert pictures
    port = urlsplit(guarded.url).port or 0
    name, _, suffix = pictures[0].name.rpartition(".")
    own = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Dest": "image"}
    assert send(port, "GET", f"/logs/reid-pictures/{name}/{suffix}?v=1", own).status == 200
