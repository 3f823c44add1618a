"""Requests byte for byte as an attacker would send them: libraries correct what is wrong with a header."""

import http.client
import json
from dataclasses import dataclass
from typing import Any

# Leaves an event in the history for ever, with the word "intruder" in it.
MUTATION = """mutation { reportRunlessAssetEvents(eventParams: {eventType: ASSET_MATERIALIZATION,
assetKey: {path: ["flows"]}, description: "intruder"}) { __typename } }"""


@dataclass(frozen=True)
class Answer:
    """Of a server."""

    status: int
    headers: dict[str, str]
    body: str


def send(port: int, method: str, path: str, headers: dict[str, str], body: str = "") -> Answer:
    """Send exactly these headers (Host is that of the server if none is named) and wait for the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    named = {"Host": f"127.0.0.1:{port}"} | headers
    if body:
        named["Content-Length"] = str(len(body.encode()))
    for name, value in named.items():
        for one in value.split("\n"):
            connection.putheader(name, one)
    connection.endheaders(body.encode() or None)
    answer = connection.getresponse()
    found = Answer(answer.status, dict(answer.getheaders()), answer.read().decode(errors="replace"))
    connection.close()
    return found


def graphql(query: str, **variables: Any) -> str:
    """The body that the UI sends."""
    return json.dumps({"query": query, "variables": variables})
