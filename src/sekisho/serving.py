"""What the servers and workers of both zones have in common: the gate before the MCP endpoint, how they keep quiet, and
how they end."""

from __future__ import annotations

import os
import threading
from collections.abc import Awaitable, Callable, Iterable

from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from sekisho.bearer import Bearer
from sekisho.quiet import silence

HEALTH = "/health"


async def _up() -> Response:
    return PlainTextResponse("ok")


class Gate:
    """The bearer token, and a health endpoint that tells nothing of what is behind it."""

    def __init__(self, app: ASGIApp, bearer: Bearer, health: Callable[[], Awaitable[Response]] = _up) -> None:
        """`health` gives the answer to `/health`, which needs no token."""
        self._app = app
        self._bearer = bearer
        self._health = health

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer `/health`, refuse what carries no token, pass on the rest. Nothing but HTTP has a way in."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close"})
        elif scope["path"] == HEALTH and scope["method"] in ("GET", "HEAD"):
            await (await self._health())(scope, receive, send)
        elif self._admits(scope):
            await self._app(scope, receive, send)
        else:
            await Response(status_code=401, headers={"WWW-Authenticate": "Bearer"})(scope, receive, send)

    def _admits(self, scope: Scope) -> bool:
        token = token_shown(scope["headers"])
        return token is not None and self._bearer.matches(token)


def token_shown(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """The bearer token that a request shows; None unless it shows exactly one credential, and that is one."""
    given = [value for name, value in headers if name == b"authorization"]
    if len(given) != 1:
        return None
    scheme, _, token = given[0].decode("latin-1").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def keep_servers_quiet() -> None:
    """No library under a server, or under a link, writes a line of what passes through."""
    silence("mcp", "uvicorn", "sse_starlette", "starlette", "asyncio", "websockets", "httpx2", "httpcore2")


def leave_hanging_calls() -> None:
    """End the process where a call has outlived its grace time: Python would wait for its thread without end."""
    for thread in threading.enumerate():
        if thread.name == "AnyIO worker thread":
            thread.join(1)
            if thread.is_alive():
                os._exit(130)  # as safe as a kill: claims and ledger are made for it
