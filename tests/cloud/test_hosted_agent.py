"""The script that creates a hosted agent, with the real client library on a transport that answers by itself."""

from __future__ import annotations

import json
from typing import Any

import pytest
from azure.core.credentials import AccessToken
from azure.core.pipeline.transport import AsyncHttpTransport
from azure.core.rest import AsyncHttpResponse

from sekisho.cloud.hosted_agent import create, definition, main
from sekisho.cloud.instructions import INSTRUCTIONS
from sekisho.errors import Code, InputError, SetupError

PROJECT = "https://hospital.services.ai.azure.com/api/projects/p"
GATEWAY = "https://gateway.example/mcp"
PLAIN = definition("gpt-4.1", "ja", GATEWAY, "sekisho-gateway", ask_first=False)


class Credential:
    async def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        return AccessToken("token", 4_000_000_000)

    async def close(self) -> None: ...

    async def __aenter__(self) -> Credential:
        return self

    async def __aexit__(self, *_: object) -> None: ...


class Answering(AsyncHttpTransport[Any, Any]):
    """Remembers requests, and gives the same answer to each."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        self.status, self.body, self.requests = status, body, []

    async def send(self, request: Any, **_: Any) -> Any:
        from azure.core.rest._rest_py3 import HttpRequest

        self.requests.append((request.method, request.url, json.loads(request.content)))
        return _Answer(HttpRequest(request.method, request.url), self.status, json.dumps(self.body).encode())

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    async def __aexit__(self, *_: object) -> None: ...


class _Answer(AsyncHttpResponse):
    def __init__(self, request: Any, status: int, content: bytes) -> None:
        self._request, self._status, self._content = request, status, content

    request = property(lambda self: self._request)
    status_code = property(lambda self: self._status)
    headers = property(lambda self: {"content-type": "application/json"})
    reason = property(lambda self: "")
    content_type = property(lambda self: "application/json")
    is_closed = property(lambda self: True)
    is_stream_consumed = property(lambda self: True)
    url = property(lambda self: self._request.url)
    encoding = property(lambda self: "utf-8")
    content = property(lambda self: self._content)

    def json(self) -> Any:
        return json.loads(self._content)

    def text(self, encoding: str | None = None) -> str:
        return self._content.decode()

    async def read(self) -> bytes:
        return self._content

    def raise_for_status(self) -> None: ...

    async def close(self) -> None: ...

    async def iter_raw(self, **_: Any) -> Any:
        yield self._content

    async def iter_bytes(self, **_: Any) -> Any:
        yield self._content

    async def __aexit__(self, *_: object) -> None: ...


@pytest.mark.anyio
async def test_the_agent_is_created_with_our_instructions_and_the_one_tool() -> None:
    transport = Answering(
        200, {"object": "agent.version", "id": "a:2", "name": "a", "version": "2", "definition": PLAIN}
    )
    assert await create(PROJECT, "a", PLAIN, credential=Credential(), transport=transport) == "2"
    ((method, url, body),) = transport.requests
    assert method == "POST"
    assert url.startswith(f"{PROJECT}/agents/a/versions?")
    (tool,) = body["definition"]["tools"]
    assert tool == {
        "type": "mcp",
        "server_label": "sekisho",
        "server_url": GATEWAY,
        "project_connection_id": "sekisho-gateway",
        "allowed_tools": ["get_patient_background"],
        "require_approval": "never",
    }
    assert body["definition"]["instructions"] == INSTRUCTIONS["ja"]


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("status", "code"), [(401, Code.CLOUD_NOT_SIGNED_IN), (403, Code.CLOUD_DENIED), (400, Code.CLOUD_FAILED)]
)
async def test_a_failure_is_told_as_a_code(status: int, code: Code) -> None:
    transport = Answering(status, {"error": {"code": "x", "message": "secret detail"}})
    with pytest.raises(SetupError) as caught:
        await create(PROJECT, "a", PLAIN, credential=Credential(), transport=transport)
    assert caught.value.code is code
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("model", "gateway", "connection", "place"),
    [
        ("gpt-4.1", "http://gateway.example/mcp", "c", "gateway"),
        ("gpt-4.1", "https://user:pass@gateway.example/mcp", "c", "gateway"),
        ("gpt-4.1", "gateway.example", "c", "gateway"),
        ("gpt 4", GATEWAY, "c", "model"),
        ("gpt-4.1", GATEWAY, "", "connection"),
    ],
)
def test_what_cannot_be_is_named(model: str, gateway: str, connection: str, place: str) -> None:
    with pytest.raises(InputError) as caught:
        definition(model, "ja", gateway, connection, ask_first=False)
    assert caught.value.place == place


def test_a_dry_run_shows_the_definition_and_creates_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--project", PROJECT, "--model", "gpt-4.1", "--gateway", GATEWAY, "--connection", "c", "--dry-run"]
    assert main([*arguments, "--ask-first", "--language", "en"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["tools"][0]["require_approval"] == "always"
    assert shown["instructions"] == INSTRUCTIONS["en"]
    assert main([*arguments, "--name", "a_b"]) == 2
    assert "bad_setting [name]" in capsys.readouterr().err
