"""What stands before the MCP endpoint: the bearer token, and a health endpoint that tells nothing."""

from __future__ import annotations

from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from sekisho.bearer import Bearer

HEALTH = "/health"


class Gate:
    """Passes on only requests that carry the token."""

    def __init__(self, app: ASGIApp, bearer: Bearer) -> None:
        self._app = app
        self._bearer = bearer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer `/health`, refuse what carries no token, pass on the rest. Nothing but HTTP has a way in."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close"})
        elif scope["path"] == HEALTH and scope["method"] in ("GET", "HEAD"):
            await PlainTextResponse("ok")(scope, receive, send)
        elif self._admits(scope):
            await self._app(scope, receive, send)
        else:
            await Response(status_code=401, headers={"WWW-Authenticate": "Bearer"})(scope, receive, send)

    def _admits(self, scope: Scope) -> bool:
        given = [value for name, value in scope["headers"] if name == b"authorization"]
        if len(given) != 1:
            return False
        scheme, _, token = given[0].decode("latin-1").partition(" ")
        return scheme.lower() == "bearer" and self._bearer.matches(token.strip())
