"""MCP questions that came over a link, answered by the very server object that also answers over HTTP.

It speaks the stateless protocol only: nothing is remembered between two questions, so any worker answers any of them.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import anyio
import mcp_types as types
from mcp.server import Server
from mcp.server.connection import Connection
from mcp.server.runner import modern_error_data, serve_one
from mcp.shared.exceptions import NoBackChannelError
from mcp.shared.inbound import InboundLadderRejection, classify_inbound_request
from mcp.shared.jsonrpc_dispatcher import progress_token_from_params
from mcp.shared.transport_context import TransportContext
from mcp_types import JSONRPCNotification, JSONRPCRequest, JSONRPCResponse
from pydantic import ValidationError

from sekisho.link.envelope import Header
from sekisho.link.work import Emit, Handler

#: The same limit as over HTTP.
MAX_BODY_BYTES = 64 * 1024
#: Methods that belong to sessions; a link has none.
_OF_SESSIONS = frozenset(("initialize", "subscriptions/listen"))


@dataclass
class _Context:
    """What the SDK wants to know of the way that a question came."""

    request_id: Any
    emit: Emit
    token: Any
    transport: TransportContext = field(default_factory=lambda: TransportContext(kind="link", can_send_request=False))
    message_metadata: Any = None
    cancel_requested: anyio.Event = field(default_factory=anyio.Event)
    can_send_request: bool = False

    async def send_raw_request(self, method: str, params: object, opts: object = None) -> dict[str, Any]:
        """A server asks nothing back over a link."""
        del params, opts
        raise NoBackChannelError(method)

    async def notify(self, method: str, params: Mapping[str, Any] | None, opts: object = None) -> None:
        """Tell the caller something on the way."""
        del opts
        await self.emit(_dump(JSONRPCNotification(jsonrpc="2.0", method=method, params=dict(params or {}))))

    async def progress(self, progress: float, total: float | None = None, message: str | None = None) -> None:
        """Tell the caller how far it is, if it wants to know."""
        if self.token is None:
            return
        given = {"progressToken": self.token, "progress": progress, "total": total, "message": message}
        await self.notify("notifications/progress", {name: value for name, value in given.items() if value is not None})


@asynccontextmanager
async def answering(server: Server[Any]) -> AsyncIterator[Handler]:
    """The handler of a link worker that answers with this server."""
    async with server.lifespan(server) as state:

        async def answer(body: bytes, emit: Emit, header: Header) -> bytes:
            del header
            if len(body) > MAX_BODY_BYTES:
                return _error(None, types.INVALID_REQUEST, "too large")
            try:
                raw = json.loads(body)
            except (ValueError, RecursionError):
                return _error(None, types.PARSE_ERROR, "no JSON")
            try:
                request = JSONRPCRequest.model_validate(raw)
            except ValidationError:
                return _error(None, types.INVALID_REQUEST, "not one request")
            if request.method in _OF_SESSIONS:
                return _error(request.id, types.METHOD_NOT_FOUND, "no sessions over a link")
            verdict = classify_inbound_request(raw)
            if isinstance(verdict, InboundLadderRejection):
                return _error(request.id, verdict.code, verdict.message)
            context = _Context(request.id, emit, progress_token_from_params(request.params))
            connection = Connection.from_envelope(
                verdict.protocol_version, verdict.client_info, verdict.client_capabilities
            )
            try:
                result = await serve_one(
                    server, context, request.method, request.params, connection=connection, lifespan_state=state
                )
            except Exception as error:  # noqa: BLE001 - as over HTTP: a code and a fixed message of the SDK
                data = modern_error_data(error)
                return _error(request.id, data.code, data.message)
            return _dump(JSONRPCResponse(jsonrpc="2.0", id=request.id, result=result))

        yield answer


def _dump(message: JSONRPCNotification | JSONRPCResponse) -> bytes:
    return message.model_dump_json(by_alias=True, exclude_unset=True).encode()


def _error(request_id: object, code: int, message: str) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": request_id, "error": {"code": code, "message": message}}).encode()
