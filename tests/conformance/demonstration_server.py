"""Sekisho's HTTP server with the suite's demonstration tools in place of our own: is the way a tool is offered right?

The suite checks a tool's result only on tools of its own, which a product does not have. Everything below the tool is
what `sekisho serve` runs: gate, limits, sessions, streams.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, cast

import anyio
import mcp_types as types
from mcp import MCPError
from mcp.server import Server, ServerRequestContext

from sekisho.bearer import bearer_from
from sekisho.local import server
from sekisho.local.background import Background

#: What the suite checks on the tools below.
SCENARIOS = (
    "json-schema-2020-12",
    "tools-call-audio",
    "tools-call-embedded-resource",
    "tools-call-error",
    "tools-call-image",
    "tools-call-mixed-content",
    "tools-call-simple-text",
    "tools-call-with-progress",
)
_PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
_SILENCE = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQAAAAA="
_WORD = {"type": "string"}
_SCHEMA_2020_12: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {
        "address": {"$anchor": "addressDef", "type": "object", "properties": {"street": _WORD, "city": _WORD}},
    },
    "properties": {
        "name": _WORD,
        "address": {"$ref": "#/$defs/address"},
        "contactMethod": {"type": "string", "enum": ["phone", "email"]},
        "phone": _WORD,
        "email": _WORD,
    },
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
    "then": {"required": ["phone"]},
    "else": {"required": ["email"]},
    "additionalProperties": False,
}

Context = ServerRequestContext[Any, Any]


def _text(value: str) -> types.TextContent:
    return types.TextContent(type="text", text=value)


def _resource(uri: str, kind: str, text: str) -> types.EmbeddedResource:
    contents = types.TextResourceContents(uri=uri, mime_type=kind, text=text)
    return types.EmbeddedResource(type="resource", resource=contents)


_IMAGE = types.ImageContent(type="image", data=_PIXEL, mime_type="image/png")
_ANSWERS: dict[str, list[types.ContentBlock]] = {
    "test_simple_text": [_text("This is a simple text response for testing.")],
    "test_image_content": [_IMAGE],
    "test_audio_content": [types.AudioContent(type="audio", data=_SILENCE, mime_type="audio/wav")],
    "test_embedded_resource": [
        _resource("test://embedded-resource", "text/plain", "This is an embedded resource content.")
    ],
    "test_multiple_content_types": [
        _text("Multiple content types test:"),
        _IMAGE,
        _resource("test://mixed-content-resource", "application/json", '{"test":"data","value":123}'),
    ],
    "test_error_handling": [_text("This tool intentionally returns an error for testing")],
    "test_tool_with_progress": [_text("done")],
    "json_schema_2020_12_tool": [_text("ok")],
}


async def _list_tools(_: Context, __: types.PaginatedRequestParams | None) -> types.ListToolsResult:
    empty = {"type": "object", "properties": {}, "additionalProperties": False}
    schemas = {name: _SCHEMA_2020_12 if name == "json_schema_2020_12_tool" else empty for name in _ANSWERS}
    tools = [types.Tool(name=name, description=name, input_schema=schema) for name, schema in schemas.items()]
    return types.ListToolsResult(tools=tools)


async def _call_tool(context: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
    if params.name not in _ANSWERS:
        raise MCPError(code=types.INVALID_PARAMS, message="unknown tool")
    if params.name == "test_tool_with_progress":
        for done in (0, 50, 100):
            await context.session.report_progress(done, 100)
            await anyio.sleep(0.05)  # the scenario asks for this pause
    return types.CallToolResult(content=_ANSWERS[params.name], is_error=params.name == "test_error_handling")


def _build(_: Background) -> Server[Any]:
    return Server("demonstration", version="1", on_list_tools=_list_tools, on_call_tool=_call_tool)


if __name__ == "__main__":
    server.build_tool_server = _build
    no_background = cast("Background", None)
    server.serve(no_background, bearer_from(Path(sys.argv[1])), 0, lambda url: print(url, flush=True))
