"""The script that creates a hosted agent, with the real client library on a transport that answers by itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
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
        ("gpt-4.1", "https://[::1", "c", "gateway"),
        ("gpt-4.1", "https://gateway.example/mcp#x", "c", "gateway"),
        ("gpt-4.1", "http://127.0.0.1/mcp", "c", "gateway"),
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


@pytest.mark.parametrize("project", ["http://hospital.example/p", "https://ho spital.example/p", "https://[::1"])
def test_a_project_that_cannot_be_is_told_by_the_name_of_its_argument_with_what_to_do(
    capsys: pytest.CaptureFixture[str], project: str
) -> None:
    arguments = ["--project", project, "--model", "m", "--gateway", GATEWAY, "--connection", "c", "--language", "en"]
    assert main(arguments) == 2
    err = capsys.readouterr().err
    assert err == "sekisho: bad_setting [project]: A setting has a value that it cannot have. See: sekisho doctor\n"


def test_nobody_signed_in_is_told_in_one_line_and_no_library_adds_its_own(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sekisho.cloud.hosted_agent", "--project", PROJECT, "--model", "m"]
    command += ["--gateway", GATEWAY, "--connection", "c", "--language", "en"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env={"PATH": str(tmp_path)}, check=False)
    assert done.returncode == 4
    (line,) = done.stderr.splitlines()
    assert line.startswith("sekisho: cloud_not_signed_in [hospital.services.ai.azure.com]: ")
    assert "az login" in line
