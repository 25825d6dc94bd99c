"""A real MCP server on a loopback port with a toy behind its tool, to test the cloud zone over the wire."""

from __future__ import annotations

import base64
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import anyio
import mcp_types as types
import uvicorn
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from mcp.server import Server, ServerRequestContext
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from sekisho.checkpoint.signature import NONCE_NAME, SIGNATURE_NAME, Signer, statement

TOKEN = "test-token-0123456789"
CASE = "case-7Qm2"
SUMMARY: dict[str, Any] = {
    "patient_context": {
        "age_group": "60代",
        "chronic_conditions": ["甲状腺機能亢進症", "高血圧症"],
        "allergies": ["ペニシリン系"],
        "current_medications": ["チアマゾール", "アムロジピン"],
    },
    "symptom_relevance": {
        "related_history": ["甲状腺機能亢進症は動悸に関係します"],
        "potential_interactions": ["チアマゾールとワルファリン"],
        "risk_factors": ["心房細動の家族歴"],
    },
    "recommendations": ["甲状腺の検査を相談する", "ペニシリン系薬剤は禁忌"],
}


def canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


SEED = bytes(range(32))
KEY = Signer(SEED).public_key


def signature(data: bytes, nonce: str, tool: str = "get_patient_background", seed: bytes = SEED) -> str:
    """What the private zone's signer writes; a `Signer` signs nothing but a disclosure of the door."""
    signed = Ed25519PrivateKey.from_private_bytes(seed).sign(statement(data, tool, nonce))
    return base64.urlsafe_b64encode(signed).decode().rstrip("=")


def text(value: str) -> types.TextContent:
    return types.TextContent(type="text", text=value)


def disclosed(value: object = SUMMARY) -> types.CallToolResult:
    """A good answer, as text and as structured content."""
    structured = value if isinstance(value, dict) else None
    return types.CallToolResult(content=[text(canonical(value))], structured_content=structured)


def refused(code: str) -> types.CallToolResult:
    return types.CallToolResult(content=[text(canonical({"error": code}))], is_error=True)


@dataclass
class Toy:
    """What the server offers and answers; `calls` are the arguments that reached it."""

    result: types.CallToolResult = field(default_factory=disclosed)
    tool: str = "get_patient_background"
    description: str = "Something that the server says about itself."
    arguments: tuple[str, ...] = ("symptoms", "case")
    progress: tuple[str, ...] = ()
    hangs: bool = False
    #: Which key signs the result; None leaves the signature out.
    seed: bytes | None = SEED
    #: Signed instead of the caller's nonce.
    stale_nonce: str = ""
    calls: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""

    async def list_tools(
        self, context: ServerRequestContext[Any], params: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        schema = {
            "type": "object",
            "properties": {name: {"type": "string"} for name in self.arguments},
            "required": [self.arguments[0]],
            "additionalProperties": False,
        }
        return types.ListToolsResult(
            tools=[types.Tool(name=self.tool, description=self.description, input_schema=schema)]
        )

    async def call_tool(
        self, context: ServerRequestContext[Any], params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        self.calls.append(dict(params.arguments or {}))
        for number, step in enumerate(self.progress, start=1):
            await context.session.report_progress(number, len(self.progress), step)
        if self.hangs:
            await anyio.sleep_forever()
        if self.seed is None or not isinstance(self.result.content[0] if self.result.content else 0, types.TextContent):
            return self.result
        nonce = self.stale_nonce or str((context.meta or {}).get(NONCE_NAME, ""))
        data = self.result.content[0].text.encode()
        return self.result.model_copy(update={"meta": {SIGNATURE_NAME: signature(data, nonce, seed=self.seed)}})


class _Bearer:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope.get("headers", []))
        if scope["type"] == "http" and headers.get(b"authorization") != f"Bearer {TOKEN}".encode():
            await JSONResponse({"error": "denied"}, status_code=401)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


@contextmanager
def serving(toy: Toy) -> Iterator[Toy]:
    """Serve the toy until the block ends."""
    server = Server("toy", version="1", on_list_tools=toy.list_tools, on_call_tool=toy.call_tool)
    app = _Bearer(server.streamable_http_app(stateless_http=True, json_response=False))
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        toy.url = f"http://127.0.0.1:{listener.getsockname()[1]}/mcp"
        ready = threading.Event()

        class Announced(uvicorn.Server):
            async def startup(self, sockets: list[socket.socket] | None = None) -> None:
                await super().startup(sockets)
                ready.set()

        config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=1)
        web = Announced(config)
        thread = threading.Thread(target=web.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        assert ready.wait(10)
        try:
            yield toy
        finally:
            web.should_exit = True
            thread.join(10)
