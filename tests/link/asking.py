"""Asking a gateway as an agent does: the real MCP client over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import mcp_types as types
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

TOOL = "get_patient_background"
SYMPTOMS = "昨日からめまいと動悸があります"


@asynccontextmanager
async def agent(url: str, token: str) -> AsyncIterator[Client]:
    """A client that is let in."""
    async with (
        httpx2.AsyncClient(headers={"Authorization": f"Bearer {token}"}, trust_env=False, timeout=60) as http,
        Client(streamable_http_client(url, http_client=http)) as client,
    ):
        yield client


async def ask(url: str, token: str, case: str | None, symptoms: str = SYMPTOMS) -> types.CallToolResult:
    """One call."""
    arguments = {"symptoms": symptoms, **({"case": case} if case else {})}
    async with agent(url, token) as client:
        return await client.call_tool(TOOL, arguments)


def answer_text(result: types.CallToolResult) -> str:
    """The one text of a result."""
    (content,) = result.content
    assert isinstance(content, types.TextContent)
    return content.text


async def until_healthy(url: str, seconds: float = 30) -> None:
    """Wait until the gateway's canary comes back."""
    async with asyncio.timeout(seconds), httpx2.AsyncClient(trust_env=False, timeout=30) as http:
        while (await http.get(url.removesuffix("/mcp") + "/health")).status_code != 200:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
