"""A cloud model that calls the tool twice at once: each result stands for its own call."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import anyio
import mcp_types as types
import pytest
from mcp.server import ServerRequestContext
from tests.cloud.toy_server import SUMMARY, Toy, canonical, serving, signature
from tests.cloud.wired import choice_of, wired
from tests.engines.cloud_wire import Wire

from sekisho.checkpoint.signature import NONCE_NAME, SIGNATURE_NAME


def summary(number: object) -> dict[str, Any]:
    """A summary that is another one for each question."""
    return {**SUMMARY, "recommendations": [f"{number}"]}


class Slow(Toy):
    """Answers no call before all are there."""

    all_there: anyio.Event | None = None

    async def call_tool(
        self, context: ServerRequestContext[Any], params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        self.calls.append(dict(params.arguments or {}))
        self.all_there = self.all_there or anyio.Event()
        if len(self.calls) == 2:
            self.all_there.set()
        with anyio.move_on_after(5):
            await self.all_there.wait()
        text = canonical(summary(context.request_id))
        signed = signature(text.encode(), str((context.meta or {}).get(NONCE_NAME, "")))
        return types.CallToolResult(content=[types.TextContent(type="text", text=text)], _meta={SIGNATURE_NAME: signed})


@pytest.fixture
def slow() -> Iterator[Toy]:
    with serving(Slow()) as served:
        yield served


@pytest.mark.anyio
@pytest.mark.parametrize("kind", ["openai-chat", "openai-responses", "foundry-agent"])
async def test_two_calls_at_once_are_both_answered(slow: Toy, wire: Wire, kind: str) -> None:
    wire.twice = True
    async with wired(slow, choice_of(kind, wire)) as run:
        answer = await run.ask()
    assert len(slow.calls) == 2
    assert len({json.loads(data)["recommendations"][0] for data in answer.disclosed}) == 2
    assert len(wire.requests) == 2
    assert all(data.decode() in results_of(wire.requests[1].body) for data in answer.disclosed)


def results_of(body: Any) -> set[str]:
    """The results of the tool in a request, in either form."""
    items = body.get("messages") or body["input"]
    return {item.get("content") or item["output"] for item in items if "tool_call_id" in item or "output" in item}
