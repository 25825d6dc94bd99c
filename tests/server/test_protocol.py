"""The protocol, old and new, as the real client and bare HTTP see it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from tests.server.running import MODERN, TOKEN, Running, code, messages, result

STEPS = [(0.0, 4.0, "record"), (1.0, 4.0, "facts"), (2.0, 4.0, "model"), (3.0, 4.0, "checkpoint")]
OLDER = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")


@asynccontextmanager
async def connected(server: Running, mode: str) -> AsyncIterator[Client]:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with (
        httpx2.AsyncClient(headers=headers, trust_env=False, timeout=30) as http,
        Client(streamable_http_client(server.url, http_client=http), mode=mode) as client,
    ):
        yield client


def approved(server: Running) -> str:
    """The bytes that the checkpoint approved last, as its ledger keeps them."""
    return server.ledger.entries[-1].summary


@pytest.mark.anyio
@pytest.mark.parametrize("mode", ["auto", "legacy"])
@pytest.mark.guarantee("G3")
async def test_the_real_client_gets_the_approved_bytes(server: Running, mode: str) -> None:
    async with connected(server, mode) as client:
        answer = await client.call_tool("get_patient_background", {"symptoms": "動悸がする"})
    assert not answer.is_error
    (block,) = answer.content
    assert block.type == "text"
    assert block.text == approved(server)
    assert answer.structured_content == json.loads(approved(server))


@pytest.mark.anyio
@pytest.mark.parametrize("mode", ["auto", "legacy"])
@pytest.mark.guarantee("G7")
async def test_nothing_but_tools_is_offered(server: Running, mode: str) -> None:
    async with connected(server, mode) as client:
        offered = client.server_capabilities.model_dump(exclude_none=True)
        listed = await client.list_tools()
    assert offered == {"tools": {"list_changed": False}}
    assert [tool.name for tool in listed.tools] == ["get_patient_background"]


@pytest.mark.anyio
@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_progress_comes_in_fixed_words_when_it_is_asked_for(server: Running, mode: str) -> None:
    heard = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        heard.append((progress, total, message))

    async with connected(server, mode) as client:
        await client.call_tool("get_patient_background", {"symptoms": "動悸"}, progress_callback=hear)
    assert heard == STEPS


@pytest.mark.parametrize("legacy", [False, True])
def test_no_progress_comes_when_none_is_asked_for(server: Running, legacy: bool) -> None:
    params = {"name": "get_patient_background", "arguments": {"symptoms": "動悸"}}
    response = server.legacy("tools/call", params) if legacy else server.call(params["arguments"])
    (only,) = messages(response)
    assert "result" in only


@pytest.mark.anyio
async def test_the_real_client_settles_on_the_current_revision(server: Running) -> None:
    async with connected(server, "auto") as client:
        assert client.protocol_version == MODERN


def test_discovery_tells_the_current_revision_and_keeps_no_session(server: Running) -> None:
    response = server.send("server/discover", {})
    assert response.status_code == 200
    assert result(response)["supportedVersions"] == [MODERN]
    assert result(response)["capabilities"] == {"tools": {"listChanged": False}}
    assert "mcp-session-id" not in response.headers


@pytest.mark.parametrize("version", OLDER)
def test_an_older_client_initialises_and_calls(server: Running, version: str) -> None:
    hello = {"protocolVersion": version, "capabilities": {}, "clientInfo": {"name": "old", "version": "1"}}
    welcome = result(server.legacy("initialize", hello, version))
    assert welcome["protocolVersion"] == version
    assert welcome["capabilities"] == {"tools": {"listChanged": False}}
    call = {"name": "get_patient_background", "arguments": {"symptoms": "動悸"}}
    answer = result(server.legacy("tools/call", call, version))
    assert answer["content"] == [{"type": "text", "text": approved(server)}]


def test_the_schemas_are_closed_all_the_way_down_and_the_tool_says_what_it_does(server: Running) -> None:
    (tool,) = result(server.send("tools/list", {}))["tools"]
    given = tool["inputSchema"]
    assert given["required"] == ["symptoms"]
    assert given["additionalProperties"] is False
    assert {name: kind["type"] for name, kind in given["properties"].items()} == {
        "symptoms": "string",
        "case": "string",
    }
    assert (given["properties"]["symptoms"]["minLength"], given["properties"]["symptoms"]["maxLength"]) == (1, 2000)
    assert_closed(tool["outputSchema"])
    assert tool["annotations"] == {
        "readOnlyHint": True,
        "destructiveHint": False,
        "idempotentHint": True,
        "openWorldHint": False,
    }


def assert_closed(schema: dict[str, Any]) -> None:
    if schema["type"] == "object":
        assert schema["additionalProperties"] is False
        assert sorted(schema["required"]) == sorted(schema["properties"])
        for child in schema["properties"].values():
            assert_closed(child)
    elif schema["type"] == "array":
        assert_closed(schema["items"])
    else:
        assert schema["type"] == "string"


def test_what_is_released_fits_the_output_schema(server: Running) -> None:
    import jsonschema

    (tool,) = result(server.send("tools/list", {}))["tools"]
    released = result(server.call({"symptoms": "動悸"}))["structuredContent"]
    jsonschema.validate(released, tool["outputSchema"])


@pytest.mark.parametrize("legacy", [False, True])
@pytest.mark.guarantee("G3")
def test_the_approved_bytes_stand_in_the_body_in_json_s_own_spelling(server: Running, legacy: bool) -> None:
    """`structuredContent` is the approved text itself: same order, no space. The SDK may spell 動 as \\u52d5."""
    arguments = {"symptoms": "動悸"}
    params = {"name": "get_patient_background", "arguments": arguments}
    response = server.legacy("tools/call", params) if legacy else server.call(arguments)
    verbatim = approved(server)
    escaped = json.dumps(json.loads(verbatim), separators=(",", ":"))
    assert any(f'"structuredContent":{text}'.encode() in response.content for text in (verbatim, escaped))
    answer = result(response)
    assert answer["content"] == [{"type": "text", "text": verbatim}]
    assert json.dumps(answer["structuredContent"], ensure_ascii=False, separators=(",", ":")) == verbatim
    told = answer.keys() - {"resultType", "_meta"}
    assert told <= {"content", "structuredContent", "isError"}


@pytest.mark.guarantee("G4")
def test_nothing_is_answered_to_a_refused_call_but_its_code(server: Running) -> None:
    response = server.call({"symptoms": ""})
    assert code(response) == "bad_symptoms"
    assert server.ledger.entries[-1].code == "bad_symptoms"
