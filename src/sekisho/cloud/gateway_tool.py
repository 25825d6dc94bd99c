"""The gateway's MCP server object: each `tools/call` becomes a task on a link, and its result comes back.

It keeps nothing between two calls, reads no result beyond its outer form, and knows no record.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from typing import Any, Final

import mcp_types as types
from mcp import MCPError
from mcp.server import Server, ServerRequestContext
from pydantic import ValidationError

from sekisho import __version__
from sekisho.checkpoint.signature import NONCE_NAME, SIGNATURE_NAME, nonce_of
from sekisho.errors import Code, Refused, SekishoError
from sekisho.link.call import Caller
from sekisho.link.tracing import span
from sekisho.offered_tool import OFFERED

#: Seconds that a call may take. A Foundry-hosted agent waits 100.
CALL_SECONDS: Final = 90.0

_TOOL: Final = types.Tool.model_validate(OFFERED, by_name=False)
_META: Final = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": {"name": "sekisho-gateway", "version": __version__},
    "io.modelcontextprotocol/clientCapabilities": {},
}
_PROGRESS: Final = "p"

Context = ServerRequestContext[Any, Any]


def build_gateway_server(caller: Caller, seconds: float = CALL_SECONDS) -> Server[Any]:
    """The MCP server object that asks over the link."""
    numbers = itertools.count(1)

    async def list_tools(_: Context, __: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_TOOL])

    async def call_tool(context: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        if params.name != _TOOL.name:
            raise MCPError(code=types.INVALID_PARAMS, message="unknown tool")
        wants_progress = bool(context.meta and "progress_token" in context.meta)
        number = next(numbers)
        question = _question(number, params.arguments, nonce_of(context.meta), wants_progress)

        async def on_event(event: bytes) -> None:
            if (step := _progress(event)) is not None:
                await context.session.report_progress(*step)

        try:
            with span("sekisho.gateway.call") as trace:
                answer = await caller.call(
                    question, seconds, on_event=on_event if wants_progress else None, trace=trace
                )
            return _result(answer, number)
        except SekishoError as error:
            return _refusal(error.code)
        except Exception:  # noqa: BLE001 - fail closed: the SDK would log an exception with its text
            return _refusal(Code.INTERNAL)

    return Server(
        "sekisho-gateway",
        version=__version__,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        get_tool_input_schema=lambda name: OFFERED["inputSchema"] if name == _TOOL.name else None,
    )


def _question(number: int, arguments: object, nonce: str, wants_progress: bool) -> bytes:
    meta: dict[str, object] = dict(_META)
    if nonce:
        meta[NONCE_NAME] = nonce
    if wants_progress:
        meta["progressToken"] = _PROGRESS
    params = {"name": _TOOL.name, "arguments": arguments if isinstance(arguments, dict) else {}, "_meta": meta}
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}).encode()


def _result(answer: bytes, number: int) -> types.CallToolResult:
    """The worker's result, in its outer form only.

    Raises:
        Refused: `internal` where it is an error of the protocol, or has another form.
    """
    try:
        message = json.loads(answer)
        given = message["result"] if message["id"] == number else None
        result = types.CallToolResult.model_validate(given, by_name=False)
    except (ValueError, KeyError, TypeError, ValidationError):
        raise Refused(Code.INTERNAL) from None
    signature = (result.meta or {}).get(SIGNATURE_NAME)
    meta = {SIGNATURE_NAME: signature} if isinstance(signature, str) else None
    return types.CallToolResult(
        content=result.content, structured_content=result.structured_content, is_error=result.is_error, _meta=meta
    )


def _progress(event: bytes) -> tuple[float, float | None, str | None] | None:
    """How far the worker is, if that is what it tells."""
    try:
        message = json.loads(event)
        if message["method"] != "notifications/progress":
            return None
        params: Mapping[str, Any] = message["params"]
        return float(params["progress"]), params.get("total"), params.get("message")
    except (ValueError, KeyError, TypeError):
        return None


def _refusal(code: Code) -> types.CallToolResult:
    """A fixed code, in the same form as the private zone's own."""
    text = json.dumps({"error": code.value}, separators=(",", ":"))
    return types.CallToolResult(content=[types.TextContent(type="text", text=text)], is_error=True)
